package sched

import (
	"context"
	"runtime"

	"github.com/gomagpie/magpie/internal/invariants"
)

// Wait blocks until the computation has ended, which it returns the error of, or until ctx ends, which leaves the
// computation running. While it waits the calling goroutine takes part in the computation if a worker's place is free.
func (r *Run) Wait(ctx context.Context) error {
	if err := r.join(ctx, false); err != nil {
		return err
	}
	return r.Err()
}

// mayHelp reports whether who waits with ctx may run tasks meanwhile: as a task of this engine, which holds a place, or
// from outside. A context that can end before what is waited for must be able to end the wait, and a task in
// progress on the waiter's goroutine could not be left; so it waits without helping.
func (e *Engine) mayHelp(ctx context.Context, fr *frame) (inside, outside bool) {
	if fr != nil && fr.e == e {
		return ctx.Done() == fr.Done(), false
	}
	return false, ctx.Done() == nil
}

// join takes part in the run until it is over, or ctx ends. own says that the run ends with ctx: then join returns when
// it is over, not before.
func (r *Run) join(ctx context.Context, own bool) error {
	if r.e == nil || r.over() {
		return nil
	}
	fr := frameOf(ctx)
	inside, outside := r.e.mayHelp(ctx, fr)
	if own {
		inside, outside = fr != nil && fr.e == r.e, true
	}
	if inside {
		r.help(fr)
	} else if outside {
		r.e.guest(func() { r.help(fr) })
	}
	if r.over() {
		return nil
	}
	if fr != nil && fr.e == r.e && !r.admitted.Load() && r.book != nil {
		defer r.e.memory.blocks(fr.run(), r)()
	}
	if fr != nil && fr.block() {
		defer fr.unblock()
	}
	if own {
		// The run is told of the end of ctx, and ends soon after; but its tasks must still be skipped by somebody. To
		// wait for that with the place taken again was a deadlock with one worker.
		ctx = context.Background()
	}
	return r.e.await(ctx, r.done)
}

// guest runs help on the calling goroutine, which becomes an executor, if a place is free.
func (e *Engine) guest(help func()) {
	if e.enter(false) {
		defer e.leave() // also if a task calls runtime.Goexit
		help()
	}
}

// help runs tasks of the run on the calling goroutine, which holds a place, until there are none for a while. outer is
// the frame of the task that waits, or nil.
func (r *Run) help(outer *frame) {
	ln := r.enterLane(nil)
	ln.task.outer = outer
	defer r.leaveLane(ln)
	e := r.e
	for {
		t, ok := r.take(ln)
		for round := 0; !ok; round++ {
			if round == 0 {
				e.idle.add(1, 0)
				invariants.Yield("search")
			}
			if round == searchRounds || r.over() {
				e.found() // not of work, but somebody may have counted on this searcher
				return
			}
			if round&3 == 3 {
				runtime.Gosched()
			}
			if t, ok = r.take(ln); ok {
				e.found()
			}
		}
		ln.work(t)
		r.flush(ln)
		if ln.left {
			return
		}
	}
}
