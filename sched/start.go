package sched

import (
	"context"
	"sync/atomic"
)

// Start begins a computation in the background and returns at once. The values are lowered on the calling goroutine,
// which reads no data; a failure to build them is the run's error. When ctx ends the run is cancelled. With [Sync]
// the computation is over when Start returns.
func Start(ctx context.Context, values []Lazy, opts ...Option) *Run {
	r := prepare(ctx, values, opts)
	if r.e != nil {
		r.e.wakeIfNeeded()
	}
	return r
}

// prepare lowers the values and makes their run visible to the engine, without waking anybody for it.
func prepare(ctx context.Context, values []Lazy, opts []Option) *Run {
	s := settingsOf(opts)
	if fr := frameOf(ctx); fr != nil && fr.e.set.sync && s.engine == nil {
		s.sync = true // a computation inside a task of a sync computation
	}
	p := &Plan{memoryLimit: s.memoryLimit(ctx)}
	outs := make([][]TaskID, len(values))
	for i, v := range values {
		ids, err := v.Lower(p)
		if err != nil {
			return failedRun(err)
		}
		outs[i] = ids
		p.Keep(ids...)
	}
	g, err := p.Graph()
	if err != nil {
		return failedRun(err)
	}
	return startGraph(ctx, g, outs, s, opts)
}

// StartGraph begins a computation of a graph made by hand and returns at once; the results are those of the tasks
// given to [Plan.Keep], as one value. A graph may be run any number of times, also at the same time.
func StartGraph(ctx context.Context, g *Graph, opts ...Option) *Run {
	r := startGraph(ctx, g, [][]TaskID{g.keep}, settingsOf(opts), opts)
	if r.e != nil {
		r.e.wakeIfNeeded()
	}
	return r
}

// failedRun is a run that ended before it began.
func failedRun(err error) *Run {
	r := &Run{done: make(chan struct{}), ctx: context.Background()}
	r.mu.err = err
	close(r.done)
	return r
}

func startGraph(ctx context.Context, g *Graph, outs [][]TaskID, s settings, opts []Option) *Run {
	if ctx == nil {
		return failedRun(ErrNilContext)
	}
	if err := context.Cause(ctx); err != nil {
		return failedRun(err)
	}
	r := &Run{graph: g, outputs: outs, set: s, done: make(chan struct{}), cells: make([]cell, g.Len())}
	r.table.Store(new(resultPages))
	r.fired = make([]atomic.Bool, len(g.ext))
	r.observer = s.observer
	r.last.Store(int64(g.Len()))
	r.remaining.Store(int64(g.Len()))
	r.ctx, r.stop = context.WithCancelCause(ctx)
	if r.e = s.engineFor(ctx); r.e == nil {
		r.e, r.private = newPrivate(s, opts), true
	}
	if r.e.set.sync {
		r.alarm = make(chan struct{}, 1)
	}
	r.class = classOf(s.priority)
	if fr := frameOf(ctx); fr != nil && fr.e == r.e && fr.of != nil && s.priority == 0 {
		r.class = fr.of.class // a task waits for it
	}
	r.observer = bothObservers(s.observer, r.e.set.observer)
	r.e.setLimits(s.futures.Limits)
	r.code = r.e.limited(g)
	if g.Len() == 0 {
		r.finish()
		return r
	}
	if r.e.memory != nil {
		fr := frameOf(ctx)
		r.number = runNumber.Add(1)
		r.fixSlots()
		r.book = newBooking(g, s.collect)
		r.e.memory.workBegins()
		if err := r.e.memory.admit(r, fr != nil && fr.e == r.e); err != nil {
			r.e.memory.workEnds()
			r.stop(err)
			if r.private {
				r.e.close()
			}
			return failedRun(err)
		}
	}
	for i := range g.ext {
		r.reads.add(g.ext[i].src, r.e.memory)
	}
	if ctx.Done() != nil {
		// After admission, which a run that is cancelled already would wait for in vain, and before the run is visible,
		// since who ends it reads detach.
		r.detach = context.AfterFunc(ctx, func() { r.Cancel(context.Cause(ctx)) })
	}
	r.event(RunStarted)
	if fr := frameOf(ctx); !r.e.addRun(r, fr != nil && fr.e == r.e) {
		r.Cancel(ErrClosed)
		r.finish()
		return r
	}
	if r.book != nil {
		r.pump() // external inputs are waited for when their turn comes
	} else {
		for i := range g.ext {
			g.ext[i].src.Notify(func() { r.fire(i) })
		}
	}
	if r.e.set.sync {
		r.runHere()
	}
	return r
}

// Compute runs what the values need, in one pass, and returns for each value the results of the tasks that hold it.
// Parts that the values share are computed once. It returns after every task of the computation has ended, also when
// it fails or ctx ends. Called from inside a task, with the task's context, it runs on the workers of that engine, and the
// task's seat goes to them meanwhile.
func Compute(ctx context.Context, values []Lazy, opts ...Option) ([][]any, error) {
	r := prepare(ctx, values, append(opts[:len(opts):len(opts)], func(s *settings) { s.collect = true }))
	if r.e != nil {
		r.e.wakeIfNeeded()
	}
	r.join(ctx)
	if r.private {
		r.e.close()
	}
	out := r.Results()
	if r.graph != nil && r.book == nil {
		r.mu.Lock()
		r.drop() // they are the caller's from here on
		r.mu.Unlock()
	}
	return out, r.Err()
}
