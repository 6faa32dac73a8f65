package sched

import (
	"context"
	"errors"

	"github.com/gomagpie/magpie/internal/goroutine"
)

// Sync mode is an engine without goroutines: its one executor is whoever computes, on the calling goroutine. All else is
// as on any engine, but that panics are not recovered.

// syncEngine is that of futures in sync mode, which have run when Submit returns.
var syncEngine = newSyncEngine(settings{})

func newSyncEngine(s settings) *Engine {
	s.sync, s.workers, s.observer = true, 1, nil // the run's own observer hears it
	return newEngine(s)
}

// errUnwound is the error of a task in sync mode whose function has not returned.
var errUnwound = errors.New("sched: the function has not returned: it panicked, or called runtime.Goexit")

// enterSync returns what stands for the calling goroutine until leave is called. Close and Shutdown find it among the
// executors of an engine that somebody can close.
func (e *Engine) enterSync() (x *executor, leave func()) {
	x = newExecutor(e)
	if !e.set.public {
		return x, func() {}
	}
	x.number.Store(goroutine.Number())
	ss := e.seats
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if ss.stop { // what it is about to begin is refused
		return x, func() {}
	}
	ss.live[x] = struct{}{}
	e.wg.Add(1)
	return x, func() {
		ss.mu.Lock()
		delete(ss.live, x)
		e.quietLocked()
		ss.mu.Unlock()
		e.wg.Done()
	}
}

// runHere runs the tasks of r on the calling goroutine until it is over. If a function panics or ends the goroutine, the
// run is over before that goes on.
func (r *Run) runHere() {
	x, leave := r.e.enterSync()
	defer leave()
	ln := r.enterLane(x)
	defer func() {
		if !r.over() {
			r.fail(int64(ln.cur), errUnwound)
			r.leaveLane(ln)
			r.remaining.Store(0)
			r.finish()
		}
	}()
	for !r.over() {
		if t, ok := r.take(ln); ok {
			ln.work(t)
			r.flush(ln)
			continue
		}
		if r.over() {
			break
		}
		away := giveWay(r.ctx) // if a task of an engine computes here
		<-r.alarm              // an input from elsewhere has come, or the run was cancelled
		away.back()
	}
	r.leaveLane(ln)
}

// ring tells runs in sync mode that there may be work for them.
func (e *Engine) ring() {
	for r := range e.runs.all {
		select {
		case r.alarm <- struct{}{}:
		default:
		}
	}
}

// InSync reports whether ctx is that of a task in sync mode: what is submitted under it runs at once.
func InSync(ctx context.Context) bool {
	fr := frameOf(ctx)
	return fr != nil && fr.e.set.sync
}

// runSync runs f at once on this goroutine.
func (f *Future) runSync(after []External) {
	f.missing.Store(int32(len(after)))
	for _, x := range after {
		if err := x.Wait(f.ctx); err != nil {
			f.settle(nil, Cancelled, nil, err)
			return
		}
		if f.inputEnded(x); f.ended() {
			return
		}
	}
	x, leave := f.e.enterSync()
	defer leave()
	defer x.flush()
	f.execute(x)
}

// rerun is TaskError.Rerun.
func rerun(ctx context.Context, e *TaskError) error {
	if ctx == nil {
		return ErrNilContext
	}
	if f := e.future; f != nil {
		again := &Future{body: f.body, ctx: ctx, name: f.name, site: f.site, e: syncEngine, id: f.id}
		again.runSync(nil)
		_, err, _ := again.Poll()
		return err
	}
	if e.graph == nil {
		return errors.New("sched: rerun: this error is a description only: use the one that the computation or the future returned")
	}
	g, err := e.graph.subgraph(e.task)
	if err != nil {
		return err
	}
	r := startGraph(ctx, g, nil, settings{sync: true, collect: true}, nil)
	return r.Err()
}

// subgraph returns the graph of t and all it needs. The keys of the tasks are the same.
func (g *Graph) subgraph(t uint32) (*Graph, error) {
	need := make([]bool, t+1)
	need[t] = true
	for q := int(t); q >= 0; q-- {
		if need[q] {
			for _, in := range g.inputs(uint32(q)) {
				need[in] = true
			}
		}
	}
	p := NewPlan()
	p.ops = g.ops[:len(g.ops):len(g.ops)]
	if g.extOp != none {
		p.remember(externalOpKey{}, OpID(g.extOp))
	}
	ids := make([]TaskID, t+1)
	for q := range t + 1 {
		if !need[q] {
			continue
		}
		if x, ok := g.external(q); ok {
			ids[q] = p.AddExternal(x)
			continue
		}
		var in []TaskID
		for _, i := range g.inputs(q) {
			in = append(in, ids[i])
		}
		ids[q] = p.Add(OpID(g.op(q)), int(g.recs[q].arg), in...)
	}
	return p.Graph()
}
