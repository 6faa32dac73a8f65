package sched

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/internal/goroutine"
	"github.com/gomagpie/magpie/internal/patient"
)

// frame is the context of one task's call. Through it a call of Submit or Wait, on whatever goroutine, knows that it
// happens inside a task, and which executor runs it.
//
// It makes a context of the standard library's only when somebody asks for what only that can give (Done, a context
// derived from it): most tasks just submit and wait under it, and that context costs more than they do.
type frame struct {
	parent context.Context
	e      *Engine
	of     *Run      // the run of the task, or nil
	x      *executor // nil in sync mode
	outer  *frame    // in sync mode, of the task that has begun the computation
	permit *permit   // the task's, under a limit
	links  uint8     // frames above this one that have no context of the standard library's

	special atomic.Bool // std or cause is set
	open    bool        // the task has not returned; guarded by x.mu, or mu without x
	waits   int         // goroutines of the task that wait; guarded as open is

	mu     sync.Mutex
	std    context.Context
	cancel context.CancelCauseFunc // of std
	cause  error                   // why the context has ended
}

// maxLinks bounds how far up Err must look.
const maxLinks = 32

type frameKey struct{}

// ErrNilContext is the error of what was given a nil context. What a task is given, and context.Background(), are never
// nil.
var ErrNilContext = errors.New("sched: the context is nil")

// frameOf returns the frame that ctx is or comes from, or nil. A nil context comes from none.
func frameOf(ctx context.Context) *frame {
	if ctx == nil {
		return nil
	}
	if f, ok := ctx.(*frame); ok {
		return f
	}
	f, _ := ctx.Value(frameKey{}).(*frame)
	return f
}

func (t *Task) newFrame() *frame {
	f := &frame{open: true, x: t.x, permit: t.permit}
	if r := t.run; r != nil {
		f.parent, f.e, f.of = r.ctx, r.e, r
	} else {
		f.parent, f.e = t.future.ctx, t.future.e
	}
	if f.e == nil || f.e.set.sync {
		f.x = nil
		if f.outer = frameOf(f.parent); f.outer != nil {
			f.permit = f.outer.permit // who waits under f gives it away, as it gives the seat
		}
	}
	if p, ok := f.parent.(*frame); ok {
		if f.links = p.links + 1; f.links > maxLinks {
			f.links = 0
			f.standard()
		}
	}
	if r := t.run; r != nil {
		r.addFrame(f, t.id)
	} else {
		t.future.setFrame(f)
	}
	return f
}

// Value finds the frame from any context derived from it.
func (f *frame) Value(key any) any {
	switch key {
	case frameKey{}:
		return f
	case patient.Key:
		return patient.Seat{Leave: f.block, Return: f.unblock}
	}
	f.mu.Lock()
	ctx, cause := f.std, f.cause
	f.mu.Unlock()
	switch {
	case ctx != nil:
	case cause != nil:
		ctx = f.standard() // which context.Cause, asking by a key of its own, finds the cause in
	default:
		ctx = f.parent
	}
	return ctx.Value(key)
}

// Deadline implements context.Context.
func (f *frame) Deadline() (time.Time, bool) { return f.parent.Deadline() }

// Done implements context.Context.
func (f *frame) Done() <-chan struct{} { return f.standard().Done() }

// Err implements context.Context.
func (f *frame) Err() error {
	if !f.special.Load() {
		return f.parent.Err()
	}
	f.mu.Lock()
	std := f.std
	f.mu.Unlock()
	if std != nil {
		return std.Err()
	}
	return context.Canceled
}

// standard returns the context of the standard library's that has the same end.
func (f *frame) standard() context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.std == nil {
		f.std, f.cancel = context.WithCancelCause(f.parent)
		f.special.Store(true)
		if f.cause != nil {
			f.cancel(f.cause)
		}
	}
	return f.std
}

// cancelCause ends the context.
func (f *frame) cancelCause(cause error) {
	f.mu.Lock()
	if f.cause == nil {
		f.cause = cause
		f.special.Store(true)
	}
	cancel := f.cancel
	f.mu.Unlock()
	if cancel != nil {
		cancel(cause)
	}
}

var errTaskOver = errors.New("sched: the task has returned")

// closeLocked notes that the task has returned, and how many of its goroutines wait on. x.mu is held.
func (f *frame) closeLocked() (waits int) {
	waits = f.waits
	f.open, f.waits = false, 0
	return waits
}

// close is closeLocked for a frame without executor.
func (f *frame) close() {
	f.mu.Lock()
	waits := f.closeLocked()
	f.mu.Unlock()
	if waits > 0 && f.outer != nil {
		f.outer.unblock()
	}
	f.end()
}

// end ends the context of a task that has returned.
func (f *frame) end() { f.cancelCause(errTaskOver) }

// run returns the run of the task, while that has not returned, or nil.
func (f *frame) run() *Run {
	if x := f.x; x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
	} else {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	if !f.open {
		return nil
	}
	return f.of
}

// same reports whether ctx, which has f, ends with it and not sooner.
func (f *frame) same(ctx context.Context) bool {
	return ctx == context.Context(f) || ctx.Done() == f.Done()
}

// submit puts a ready future on the queue of the task's executor, newest first. It returns false if that has no seat, or
// the task is over.
func (f *frame) submit(fut *Future) bool {
	x := f.x
	if x == nil {
		return false
	}
	x.mu.Lock()
	s := x.seat.Load()
	if !f.open || s == nil {
		x.mu.Unlock()
		return false
	}
	x.spawned = true
	visible := s.push(fut)
	x.mu.Unlock()
	if visible {
		f.e.wakeIfNeeded()
	}
	return true
}

// inline runs fut, which nobody has begun, if this is the goroutine that holds the task's seat: the g pointer says so,
// and since the task has not returned its executor is alive, and no other goroutine has that pointer.
func (f *frame) inline(fut *Future) {
	x := f.x
	if !goroutine.Known || x == nil || x.g != goroutine.Self() || State(fut.state.Load()) != Pending || fut.missing.Load() != 0 {
		return
	}
	x.mu.Lock()
	s := x.seat.Load()
	if !f.open || s == nil || x.waits > 0 || x.permit != nil { // a task with a permit gives that away when it waits
		x.mu.Unlock()
		return
	}
	if n := len(s.own.priv); n > 0 && s.own.priv[n-1] == fut {
		s.own.priv[n-1] = nil
		s.own.priv = s.own.priv[:n-1]
	}
	x.under = append(x.under, x.current.Load())
	x.mu.Unlock()
	next := fut.execute(x)
	x.mu.Lock()
	n := len(x.under) - 1
	x.current.Store(x.under[n])
	x.under[n] = nil
	x.under = x.under[:n]
	x.mu.Unlock()
	if next != nil && !f.submit(next) {
		f.e.submit(next)
	}
}

// block gives the seat of the task's executor away while a goroutine of the task waits for something. unblock must
// follow if it returns true. Any number of the task's goroutines may wait; the seat is given away once.
func (f *frame) block() bool {
	x := f.x
	if x == nil {
		return f.blockOuter()
	}
	x.mu.Lock()
	if !f.open {
		x.mu.Unlock()
		return false
	}
	f.waits++
	x.blockLocked()
	return true
}

// block gives the seat of x away while its own goroutine, inside a function, waits for something. unblock must follow.
func (x *executor) block() bool {
	x.mu.Lock()
	x.blockLocked()
	return true
}

// blockLocked counts one more goroutine of x's tasks that waits. x.mu is held, and let go.
func (x *executor) blockLocked() {
	if x.waits++; x.waits > 1 {
		x.mu.Unlock()
		return
	}
	x.give()
}

// unblock undoes block.
func (x *executor) unblock() {
	x.mu.Lock()
	x.unblockLocked()
}

// unblockLocked undoes blockLocked. x.mu is held, and let go: not before there is a claim, for a task that has returned
// must not be given a seat.
func (x *executor) unblockLocked() {
	var c *claim
	if x.waits--; x.waits == 0 {
		c = x.e.claim(x)
	}
	x.mu.Unlock()
	c.wait()
}

// unblock takes a seat again, standing in line if none is free, when no goroutine of the task waits any more.
func (f *frame) unblock() {
	x := f.x
	if x == nil {
		f.unblockOuter()
		return
	}
	x.mu.Lock()
	if f.waits == 0 { // the task has returned
		x.mu.Unlock()
		return
	}
	f.waits--
	x.unblockLocked()
}

// blockOuter is block in sync mode: the seat is that of the task of an engine that has begun the computation, if any.
func (f *frame) blockOuter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open || f.outer == nil {
		return false
	}
	if f.waits == 0 && !f.outer.block() {
		return false
	}
	f.waits++
	return true
}

func (f *frame) unblockOuter() {
	f.mu.Lock()
	last := f.waits == 1
	f.waits = max(f.waits-1, 0)
	f.mu.Unlock()
	if last {
		f.outer.unblock()
	}
}
