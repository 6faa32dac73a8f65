package sched

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Engine owns workers.
type Engine struct {
	set    settings
	sem    chan struct{}
	closed atomic.Bool
}

// New starts an engine.
func New(opts ...Option) *Engine {
	s := settle(opts)
	if s.workers == 0 {
		s.workers = runtime.GOMAXPROCS(0)
	}
	return &Engine{set: s, sem: make(chan struct{}, s.workers)}
}

var defaultEngine = sync.OnceValue(func() *Engine { return New() })

// Default returns the engine that is used when no other is named.
func Default() *Engine { return defaultEngine() }

// Workers returns the number of workers.
func (e *Engine) Workers() int { return e.set.workers }

// Close waits for what runs.
func (e *Engine) Close() error { e.closed.Store(true); return nil }

// Run is a computation under way.
type Run struct {
	graph  *Graph
	outs   [][]TaskID
	e      *Engine
	done   chan struct{}
	err    error
	vals   []any
	bytes  atomic.Int64
	ndone  atomic.Int64
	ready  []*cell
	ctx    context.Context
	cancel context.CancelCauseFunc
	set    settings
}

type cell struct {
	mu  sync.Mutex
	ok  bool
	v   any
	err error
	fs  []func()
}

// Compute runs what the values need, in one pass, and returns for each value the results of the tasks that hold it.
func Compute(ctx context.Context, values []Lazy, opts ...Option) ([][]any, error) {
	r := Start(ctx, values, opts...)
	if err := r.Wait(ctx); err != nil {
		return nil, err
	}
	return r.Results(), nil
}

// Start begins a computation in the background and returns at once.
func Start(ctx context.Context, values []Lazy, opts ...Option) *Run {
	s := settle(opts)
	r := &Run{set: s, done: make(chan struct{}), e: s.engine}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	if r.e == nil {
		r.e = Default()
		if s.private {
			r.e = New(opts...)
		}
	}
	p := NewPlan()
	for _, v := range values {
		ids, err := v.Lower(p)
		if err != nil {
			r.err = err
			close(r.done)
			return r
		}
		r.outs = append(r.outs, ids)
	}
	g, err := p.Graph()
	if err != nil {
		r.err = err
		close(r.done)
		return r
	}
	r.graph = g
	r.vals = make([]any, g.Len())
	r.ready = make([]*cell, g.Len())
	for i := range r.ready {
		r.ready[i] = &cell{}
	}
	if s.sync {
		r.sync()
	} else {
		go r.parallel()
	}
	return r
}

func (r *Run) sync() {
	defer close(r.done)
	for t := range uint32(r.graph.Len()) {
		if err := r.one(t, false); err != nil {
			r.err = err
			return
		}
	}
}

func (r *Run) parallel() {
	defer close(r.done)
	g := r.graph
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	pend := make([]int, g.Len())
	var stack []uint32
	for t := g.Len() - 1; t >= 0; t-- {
		pend[t] = len(g.inputs(uint32(t)))
		if pend[t] == 0 {
			stack = append(stack, uint32(t))
		}
	}
	left := g.Len()
	limit := uint32(g.Len())
	var wg sync.WaitGroup
	for w := range r.e.Workers() {
		wg.Go(func() {
			_ = w
			mu.Lock()
			defer mu.Unlock()
			for {
				for len(stack) == 0 && left > 0 {
					cond.Wait()
				}
				if left == 0 {
					return
				}
				t := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				skip := t > limit
				mu.Unlock()
				var err error
				if !skip {
					err = r.one(t, true)
				}
				mu.Lock()
				if err != nil && t <= limit {
					limit = t
					r.err = err
				}
				left--
				for _, s := range g.successors(t) {
					s &^= sole
					if pend[s]--; pend[s] == 0 {
						stack = append(stack, s)
					}
				}
				cond.Broadcast()
			}
		})
	}
	wg.Wait()
	if r.err != nil {
		r.cancel(r.err)
	}
}

func (r *Run) one(t uint32, rec bool) (err error) {
	g := r.graph
	var in []any
	for _, q := range g.inputs(t) {
		in = append(in, r.vals[q])
	}
	var v any
	rc := g.recs[t]
	op := &g.ops[rc.op]
	ext := false
	for _, x := range g.ext {
		if x.task == t {
			ext = true
			if err = x.src.Wait(r.ctx); err == nil {
				v, err, _ = x.src.Poll()
			}
		}
	}
	if err == nil && r.ctx.Err() != nil {
		err = context.Cause(r.ctx)
		return err
	}
	if !ext {
		func() {
			if rec {
				defer func() {
					if p := recover(); p != nil {
						err = &PanicError{p, debug.Stack()}
					}
				}()
			}
			tk := &Task{run: r, id: t, arg: rc.arg, ctx: r.ctx}
			for try := 0; ; try++ {
				v, err = op.Run(tk, in)
				if err == nil || try >= r.set.retries {
					break
				}
			}
			r.bytes.Add(tk.bytes)
		}()
	}
	c := r.ready[t]
	if err != nil {
		te := &TaskError{Key: g.Key(TaskID(t)), Op: op.Name, Site: op.Site, Piece: g.label(t), Err: err, graph: g, task: t}
		for i, q := range g.inputs(t) {
			te.Inputs = append(te.Inputs, Input{g.Key(TaskID(q)), fmt.Sprintf("%.100v", in[i])})
		}
		err = te
	}
	r.vals[t] = v
	r.ndone.Add(1)
	c.mu.Lock()
	c.ok, c.v, c.err = true, v, err
	fs := c.fs
	c.mu.Unlock()
	for _, f := range fs {
		f()
	}
	return err
}

// Wait blocks until the computation has ended or ctx has; it returns the computation's error, or the cause of ctx's end.
func (r *Run) Wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		r.Cancel(context.Cause(ctx))
		<-r.done
		return context.Cause(ctx)
	}
}

// Done is closed when the computation has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Results returns, once the computation has ended well, the results asked for: for each value, those of the tasks
// that hold it.
func (r *Run) Results() [][]any {
	var out [][]any
	for _, ids := range r.outs {
		var o []any
		for _, id := range ids {
			o = append(o, r.vals[id])
		}
		out = append(out, o)
	}
	return out
}

// Output returns the k-th result of the i-th value as an input for other graphs. It is there as soon as its task has
// run, before the whole computation has ended.
func (r *Run) Output(i, k int) External {
	if r.graph == nil {
		return failed{r.err}
	}
	return output{r, r.outs[i][k]}
}

// Progress returns how many tasks have been run and how many there are.
func (r *Run) Progress() (done, total int) {
	if r.graph == nil {
		return 0, 0
	}
	return int(r.ndone.Load()), r.graph.Len()
}

// Bytes returns the bytes of results held.
func (r *Run) Bytes() int64 { return r.bytes.Load() }

// Cancel ends the computation with cause.
func (r *Run) Cancel(cause error) { r.cancel(cause) }

// Release forgets the results.
func (r *Run) Release() {}

type failed struct{ err error }

func (f failed) Key() string                  { return "failed" }
func (f failed) Poll() (any, error, bool)     { return nil, f.err, true }
func (f failed) Notify(fn func())             { fn() }
func (f failed) Wait(_ context.Context) error { return nil }

type output struct {
	r *Run
	t TaskID
}

func (o output) Key() string { return o.r.graph.Key(o.t) }
func (o output) Poll() (any, error, bool) {
	c := o.r.ready[o.t]
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ok {
		select {
		case <-o.r.done:
			return nil, o.r.err, true
		default:
		}
	}
	return c.v, c.err, c.ok
}
func (o output) Notify(f func()) {
	c := o.r.ready[o.t]
	c.mu.Lock()
	if !c.ok {
		c.fs = append(c.fs, f)
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	f()
}
func (o output) Wait(ctx context.Context) error {
	for {
		if _, _, ok := o.Poll(); ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Millisecond):
		}
	}
}

func rerun(ctx context.Context, e *TaskError) error {
	if e.graph == nil {
		return errors.New("sched: nothing to rerun")
	}
	r := &Run{graph: e.graph, ctx: ctx, vals: make([]any, e.graph.Len()), ready: make([]*cell, e.graph.Len())}
	var need func(t uint32) error
	need = func(t uint32) error {
		if r.ready[t] != nil {
			return nil
		}
		for _, q := range e.graph.inputs(t) {
			if err := need(q); err != nil {
				return err
			}
		}
		r.ready[t] = &cell{}
		return r.one(t, false)
	}
	return need(e.task)
}
