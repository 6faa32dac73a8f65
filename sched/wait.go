package sched

import (
	"context"
	"runtime"
	"sync"
)

// Who waits only waits: the functions of tasks run on the engine's own goroutines, so that a task that calls
// runtime.Goexit ends nobody else's goroutine, and Workers(1) means one processor. The exception is a task that waits for
// a future that nobody has begun: see frame.inline.

// waiters recycles the channels of waiting goroutines.
var waiters = sync.Pool{New: func() any { return make(chan struct{}, 1) }}

// spins is how often who waits for a future looks before it sleeps, and lets other goroutines run at every eighth look:
// one or two microseconds, which is what sleeping and waking cost.
const spins = 64

// Await blocks until ch delivers or is closed, and returns nil, or until ctx ends, and returns the cause.
//
// With the context of a task, or one derived from it, the task's seat is given to other work meanwhile: it is how code
// above the engine waits for several things at once. Concurrency: safe for concurrent use.
func Await(ctx context.Context, ch <-chan struct{}) error {
	select {
	case <-ch:
		return nil
	default:
	}
	if ctx == nil {
		return ErrNilContext
	}
	defer giveWay(ctx).back()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Wait blocks until the future has ended, and returns nil whatever its result; or until ctx ends, and returns why.
//
// Under the context of a task of the same engine the task's seat goes to other work meanwhile; if this is the task's
// own goroutine, and nobody has begun the future, it is run here, but not under a context that may end sooner than the
// task.
func (f *Future) Wait(ctx context.Context) error {
	if f.ended() {
		return nil
	}
	if ctx == nil {
		return ErrNilContext
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fr := frameOf(ctx)
	if fr != nil && fr.e == f.e && fr.same(ctx) {
		fr.inline(f)
	}
	for i := range spins {
		if f.ended() {
			return nil
		}
		if fr != nil && State(f.state.Load()) == Pending {
			break // it has not begun, and may want the seat
		}
		if i%8 == 7 {
			runtime.Gosched()
		}
	}
	f.watch()
	if fr.givesSeatOnly() && fr.block() {
		return f.waitFor(ctx, fr)
	}
	ch := waiters.Get().(chan struct{})
	ed := &edge{to: ch}
	if !f.addEdge(ed) {
		waiters.Put(ch)
		return nil
	}
	err := Await(ctx, ch)
	if err != nil && !f.removeEdge(ed) {
		<-ch // it has ended at the same time
		err = nil
	}
	waiters.Put(ch)
	return err
}

// seatWait is a goroutine of a task that waits for one future, and has given the task's seat away. Who ends the future
// claims the seat for it, so that it is woken once, when it has the seat, and not first to claim it.
type seatWait struct {
	edge
	claim
	f *frame
}

// givesSeatOnly reports whether a wait under f's context gives away the seat of f's executor, and nothing besides.
func (f *frame) givesSeatOnly() bool {
	if f == nil || f.x == nil || f.permit != nil {
		return false
	}
	x := executorHere()
	return x == nil || x == f.x && x.permit == nil
}

// waitFor is the rest of Wait for the task of fr, which has given its seat away.
func (f *Future) waitFor(ctx context.Context, fr *frame) error {
	w := &seatWait{f: fr, claim: claim{fr.x, waiters.Get().(chan struct{})}}
	w.to = w
	defer waiters.Put(w.ch)
	if !f.addEdge(&w.edge) {
		fr.unblock()
		return nil
	}
	select {
	case <-w.ch:
		return nil
	case <-ctx.Done():
	}
	if f.removeEdge(&w.edge) {
		fr.unblock()
		return context.Cause(ctx)
	}
	<-w.ch // it has ended at the same time
	return nil
}

// ended is called when the future has ended.
func (w *seatWait) ended() {
	x := w.x
	x.mu.Lock()
	goOn := true
	if w.f.waits > 0 { // else the task has returned
		w.f.waits--
		if x.waits--; x.waits == 0 {
			goOn = x.e.enter(&w.claim)
		}
	}
	x.mu.Unlock()
	if goOn {
		w.ch <- struct{}{}
	} else {
		x.e.watch()
	}
}

// Wait blocks until the computation has ended, which it returns the error of, or until ctx ends, which leaves the
// computation running.
func (r *Run) Wait(ctx context.Context) error {
	defer r.holdsUp(ctx)()
	if err := Await(ctx, r.done); err != nil {
		return err
	}
	return r.Err()
}

// join waits until the run is over, which it soon is when ctx, that of the run, has ended; but its tasks must still be
// skipped by somebody, so that a task that waits here must not have its seat again before.
func (r *Run) join(ctx context.Context) {
	if r.over() {
		return
	}
	defer r.holdsUp(ctx)()
	defer giveWay(ctx).back()
	<-r.done
}

// holdsUp tells the memory limit that the task whose context ctx is waits for r, which may be waiting for memory. It
// returns a function to be called when the wait is over.
func (r *Run) holdsUp(ctx context.Context) (over func()) {
	if r.book == nil || r.admitted.Load() || r.over() {
		return func() {}
	}
	if fr := frameOf(ctx); fr != nil && fr.e == r.e {
		return r.e.memory.blocks(fr.run(), r)
	}
	return func() {}
}

// way is what who waits has given away.
type way struct {
	f    *frame     // of the task that ctx belongs to
	x    *executor  // whose goroutine this is
	held [2]*permit // of these tasks
}

// giveWay gives away the seat of the task whose context ctx is. A task that waits on its own goroutine with some other
// context, a plain Background or one that it has captured, is known by its goroutine, and gives its seat away, too.
func giveWay(ctx context.Context) (w way) {
	if f := frameOf(ctx); f != nil && f.block() {
		w.f, w.held[0] = f, f.permit
	}
	if x := executorHere(); x != nil {
		if (w.f == nil || w.f.x != x) && x.block() {
			w.x = x
		}
		if x.permit != w.held[0] {
			w.held[1] = x.permit
		}
	}
	for _, p := range w.held {
		p.pause()
	}
	return w
}

// back takes the seats again.
func (w way) back() {
	for _, p := range w.held {
		p.resume()
	}
	if w.x != nil {
		w.x.unblock()
	}
	if w.f != nil {
		w.f.unblock()
	}
}
