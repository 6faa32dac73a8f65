package sched

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
)

// Persisted is a computation in the background whose results are kept for those that come later: what a persisted
// array, bag or delayed value stands on.
//
// Memory: the results are held as long as the Persisted is reachable, and what uses them reaches it, so that work still
// under way is cancelled when nobody could use it any more. What they were computed from is let go at the end of the
// computation: of a chain in which each persisted value is made from the one before, only the last is held.
// Concurrency: safe for concurrent use.
type Persisted struct{ h *holding }

// holding is what a Persisted holds. The cleanup of the Persisted has it, so it must not reach the Persisted.
type holding struct {
	key    string
	site   site.Site
	engine weak.Pointer[Engine]
	over   <-chan struct{}
	pinned sync.Once

	ctx context.Context

	mu          sync.Mutex
	source      []Lazy  // what is computed, until it has been
	run         *Run    // until its results are taken over; for good under a memory limit, where they may be on disk
	values      [][]any // taken over from run
	bytes       int64   // of values
	done, total int     // tasks, when run is gone
	err         error   // why there are no results
	cause       error   // given to Cancel
}

// Persist starts to compute the values, as [Start] does, and holds their results. name and at tell what is held from
// what else is; see [Held].
func Persist(ctx context.Context, name string, at site.Site, values []Lazy, opts ...Option) *Persisted {
	run := Start(ctx, values, opts...)
	h := &holding{site: at, ctx: ctx, source: values, run: run, over: run.done, engine: weak.Make(run.e)}
	number := &unnumbered
	if run.e != nil {
		number = &run.e.nextFuture
	}
	h.key = name + "-" + strconv.FormatUint(uint64(number.Add(1)), 10)
	p := &Persisted{h}
	persisted.add(h)
	runtime.AddCleanup(p, func(h *holding) { apart(func() { h.release(ErrReleased) }) }, h)
	run.onEnd(h.takeOver)
	return p
}

// unnumbered numbers what is computed without an engine.
var unnumbered atomic.Uint32

// onEnd calls f once, when the run has ended.
func (r *Run) onEnd(f func()) {
	r.mu.Lock()
	if r.over() {
		r.mu.Unlock()
		f()
		return
	}
	r.watchLocked(none, f) // of no task: finish calls it with those of tasks that never ran
	r.mu.Unlock()
}

// takeOver takes the results over from the run that has ended, and lets the run go with its graph and inputs.
func (h *holding) takeOver() {
	run := h.current()
	if run == nil {
		return // released
	}
	done, total := run.Progress()
	bytes, err := run.heldBytes(), run.Err()
	var values [][]any
	if err == nil && run.book == nil {
		if values = run.Results(); values == nil {
			err = run.Err()
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch h.done, h.total = done, total; {
	case h.run == nil:
	case err != nil:
		h.run, h.err = nil, err
	case run.book == nil:
		h.run, h.source, h.values, h.bytes = nil, nil, values, bytes
	default:
		h.source = nil
		run.letGo()
	}
}

// letGo forgets what the graph of an ended run was computed from. A run under a memory limit goes on to stand for its
// results: some may be on disk, and some may have been dropped that are computed anew; those have no inputs.
func (r *Run) letGo() {
	if r.observer != nil {
		return // who listens may still look at the graph
	}
	g := r.graph
	keys := make([]string, len(g.ext))
	for i, x := range g.ext {
		keys[i] = x.src.Key()
	}
	r.e.memory.mu.Lock() // under which others ask for the size of a result
	defer r.e.memory.mu.Unlock()
	// Operations of results, and of those among them that may have been dropped.
	r.code = nil
	asked, again := map[uint32]bool{}, map[uint32]bool{}
	for i, x := range g.ext {
		if g.kept(x.task) { // it is the result itself, and is asked for again when memory was short
			again[g.extOp] = true
		} else {
			g.ext[i].src = nothing{keys[i]}
		}
	}
	for _, t := range g.keep {
		asked[g.op(uint32(t))] = true
	}
	for _, t := range g.roots {
		again[g.op(t)] = g.ops[g.op(t)].Cheap
	}
	for i := range g.ops {
		if op := &g.ops[i]; !again[uint32(i)] {
			op.Run, op.Args, op.Label, g.code[i] = nil, nil, nil, nil
			if uint32(i) != g.extOp {
				op.Bytes = nil // the size is known by now
			}
		}
		if !asked[uint32(i)] {
			g.ops[i].Codec = nil
		}
	}
}

// nothing stands in an ended run for an input that was let go.
type nothing struct{ key string }

func (x nothing) Key() string                { return x.key }
func (x nothing) Poll() (any, error, bool)   { return nil, ErrReleased, true }
func (x nothing) Notify(f func()) func()     { f(); return told }
func (x nothing) Wait(context.Context) error { return nil }

// heldBytes returns the size of the results that a run holds in memory for others: what their tasks reported or, where
// they did not, estimated.
func (r *Run) heldBytes() (n int64) {
	if r.graph == nil {
		return 0
	}
	if r.book != nil {
		r.e.memory.mu.Lock()
		defer r.e.memory.mu.Unlock()
	}
	for _, ids := range r.outputs {
		for _, t := range ids {
			switch {
			case r.book != nil:
				if w := r.book.where[t]; w == inMemory || w == leaving {
					n += r.book.size[t]
				}
			case (output{r, uint32(t)}).there():
				n += r.graph.bytes(uint32(t))
			}
		}
	}
	if r.book != nil {
		return n
	}
	return max(n, r.bytes.Load())
}

// current returns the run that the results are still with, or nil.
func (h *holding) current() *Run {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.run
}

// release forgets the results and ends the computation with cause if it is under way.
func (h *holding) release(cause error) {
	persisted.remove(h)
	h.mu.Lock()
	run := h.run
	if run != nil {
		h.done, h.total = run.Progress()
		if run.over() {
			h.err = run.Err()
		}
	}
	if h.run, h.source, h.values, h.bytes = nil, nil, nil, 0; h.err == nil {
		h.err, h.cause = cause, cause
	}
	h.mu.Unlock()
	if run != nil {
		run.Cancel(cause)
		run.Release()
	}
}

// Release forgets the results, and cancels the computation if it is under way. Later uses fail with [ErrReleased],
// unless the computation had failed before.
func (p *Persisted) Release() { p.h.release(ErrReleased) }

// Cancel ends the computation with cause, [ErrCancelled] if nil, if it is under way.
func (p *Persisted) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	p.h.mu.Lock()
	run := p.h.run
	p.h.cause = cause
	p.h.mu.Unlock()
	if run != nil {
		run.Cancel(cause)
	}
	runtime.KeepAlive(p)
}

// Source returns the values that are computed, until they have been: then it returns nil.
func (p *Persisted) Source() []Lazy {
	p.h.mu.Lock()
	defer p.h.mu.Unlock()
	return p.h.source
}

// Key returns the name under which [Held] lists the results.
func (p *Persisted) Key() string { return p.h.key }

// Wait blocks until the computation has ended, and returns what Err does then, or until ctx ends, and returns the
// cause; the computation goes on.
func (p *Persisted) Wait(ctx context.Context) error {
	defer runtime.KeepAlive(p) // who waits wants the result, even if for nothing more
	if run := p.h.current(); run != nil {
		if err := run.Wait(ctx); err != nil {
			return err
		}
	}
	return p.h.failure()
}

// failure returns why there are no results, as far as is known.
func (h *holding) failure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// Err returns why there are no results: the computation's failure once it has ended, or ErrReleased. It does not wait.
func (p *Persisted) Err() error {
	defer runtime.KeepAlive(p)
	if run := p.h.current(); run != nil {
		if run.over() {
			return run.Err()
		}
		return nil
	}
	return p.h.failure()
}

// Done returns a channel that is closed when the computation has ended. Who has asked for it holds the Persisted until
// then.
func (p *Persisted) Done() <-chan struct{} {
	if run := p.h.current(); run != nil {
		p.h.pinned.Do(func() { run.onEnd(func() { runtime.KeepAlive(p) }) })
	}
	return p.h.over
}

// Progress returns how many tasks have been run and how many there are. Tasks are counted in batches.
func (p *Persisted) Progress() (done, total int) {
	defer runtime.KeepAlive(p)
	return p.h.progress()
}

func (h *holding) progress() (done, total int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run != nil {
		return h.run.Progress()
	}
	return h.done, h.total
}

// Bytes returns the size of the results in memory, as far as it was reported or estimated. Those that a memory limit
// has sent to disk are not counted.
func (p *Persisted) Bytes() int64 {
	defer runtime.KeepAlive(p)
	return p.h.size()
}

func (h *holding) size() int64 {
	h.mu.Lock()
	run, bytes := h.run, h.bytes
	h.mu.Unlock()
	if run != nil {
		return run.heldBytes()
	}
	return bytes
}

// State returns where the computation stands.
func (p *Persisted) State() State {
	defer runtime.KeepAlive(p)
	return p.h.state()
}

func (h *holding) state() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.err
	if run := h.run; run != nil {
		if !run.over() {
			if done, _ := run.Progress(); done == 0 {
				return Pending
			}
			return Running
		}
		err = run.Err()
	}
	switch {
	case err == nil:
		return Finished
	case h.cause == ErrReleased && errors.Is(err, ErrReleased):
		return Released
	case h.cause != nil && errors.Is(err, h.cause), h.ctx.Err() != nil && errors.Is(err, context.Cause(h.ctx)):
		return Cancelled
	}
	return Failed
}
