package sched

import (
	"context"
	"errors"
	"sync"

	"github.com/gomagpie/magpie/internal/invariants"
	"github.com/gomagpie/magpie/internal/patient"
	"github.com/gomagpie/magpie/internal/site"
)

// Task is what a running task knows about itself. It is valid during the call of its function only, and, but for the
// context it gives out, on the goroutine of that call only.
type Task struct {
	run    *Run    // the computation it belongs to, or nil
	future *Future // the future it computes, or nil
	lane   *lane   // of run; nil in sync mode
	w      *worker // that runs the future, or nil
	frame  *frame  // what Context made, or nil
	outer  *frame  // of the task that waits further down this goroutine's stack, or nil
	id     uint32
	arg    uint32
	worker int
	bytes  int64
	grown  int64   // see Grow
	lent   *worker // whose queue others may use during the call

	op   string // given by At
	site site.Site

	special bool // the run loop must take its slow path after the task
	noRetry bool // the task panicked
	failed  bool // its function failed; for the event
}

// Arg returns the arg given to [Plan.Add].
func (t *Task) Arg() int { return int(t.arg) }

// Worker returns the number of the worker that runs the task, from 0, or -1 for a goroutine that waits for the
// computation and takes part in it. Sync mode is worker 0.
func (t *Task) Worker() int { return t.worker }

// SetBytes reports the size of the task's result, where the operation's estimate is not exact. Under a memory limit, one
// that is larger than the estimate is charged when the task has returned: other results go to disk, other tasks begin
// later, or the computation ends with a [MemoryError].
func (t *Task) SetBytes(n int64) { t.bytes, t.special = n, true }

// errSkipped tells a running task that its result is not wanted: a task before it in plan order has failed.
var errSkipped = errors.New("sched: another task of the computation failed")

// Err returns nil while the computation wants the task's result, else why it does not. It costs one atomic load:
// long tasks call it every block.
func (t *Task) Err() error {
	if r := t.run; r != nil {
		switch last := r.last.Load(); {
		case int64(t.id) <= last:
			return nil
		case last < 0:
			return r.Err()
		}
		return errSkipped
	}
	return t.future.cancelCause()
}

// Context returns a context that ends when the task's result is not wanted any more: the computation was cancelled or
// has failed, or the future was cancelled. Work submitted and waited for under it shares the engine without deadlock:
// the awaited task runs on this goroutine if it can, else the worker's place goes to another while this one waits.
// The context may be handed to other goroutines; after the task has returned it is an ordinary, ended context.
func (t *Task) Context() context.Context {
	if t.frame == nil {
		t.frame = t.newFrame()
		t.special = true
	}
	return t.frame
}

// frame is the context of one task's call. Through it a call of Submit or Wait, on whatever goroutine, knows that it
// happens inside a task, and which queue the task's worker owns.
//
// The worker's own goroutine is inside the task's function as long as open is true, and takes mu to close the frame
// before it touches its queue again. So whoever holds mu and finds open true may use the queue in its place.
type frame struct {
	context.Context
	cancel context.CancelCauseFunc
	e      *Engine // nil in sync mode

	// outer is the frame of the task that runs this one on its own goroutine while it waits. If it is of the same
	// engine the two share a place; else this one has a guest's place, and outer its own.
	outer *frame

	mu       sync.Mutex
	open     bool
	w        *worker // whose queue takes what the task submits, or nil
	lane     *lane   // whose queue the task's run uses, or nil
	waits    int     // goroutines of the task that wait
	asleep   bool    // counted among the sleepers of its place
	sleepers int     // frames that share this one's place and wait: with the first the place is given away
}

type frameKey struct{}

// Value finds the frame from any context derived from it.
func (f *frame) Value(key any) any {
	switch key {
	case frameKey{}:
		return f
	case patient.Key:
		return patient.Place{Leave: f.block, Return: f.unblock}
	}
	return f.Context.Value(key)
}

func frameOf(ctx context.Context) *frame {
	f, _ := ctx.Value(frameKey{}).(*frame)
	return f
}

func (t *Task) newFrame() *frame {
	f := &frame{open: true, lane: t.lane, w: t.w, outer: t.outer}
	parent := context.Context(nil)
	if r := t.run; r != nil {
		parent, f.e = r.ctx, r.e
		if t.lane != nil {
			f.w = t.lane.owner
		}
	} else {
		parent, f.e = t.future.ctx, t.future.e
	}
	if f.e == nil {
		f.outer = frameOf(parent) // sync mode runs on the goroutine that asked for it
	}
	if f.w != nil {
		t.lend(f.w)
	}
	f.Context, f.cancel = context.WithCancelCause(parent)
	if r := t.run; r != nil {
		r.addFrame(f, t.id)
	} else {
		t.future.setFrame(f)
	}
	return f
}

// run returns the run of the task, or nil.
func (f *frame) run() *Run {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lane == nil {
		return nil
	}
	return f.lane.run
}

// close ends the frame, if there is one, when the task's function has returned.
func (t *Task) close() {
	f := t.frame
	if f == nil {
		t.takeBack()
		return
	}
	t.frame = nil
	f.mu.Lock()
	f.open, f.w, f.lane = false, nil, nil
	f.waits = 0
	f.mu.Unlock()
	t.takeBack()
	f.wake() // a goroutine that the task has left behind waits on, but has no place any more
	if r := t.run; r != nil {
		r.removeFrame(f)
	}
	f.cancel(errTaskOver)
}

// lend lets others use w's queue, and the lane's that the task is in, until takeBack.
func (t *Task) lend(w *worker) {
	if t.lent == nil {
		t.lent, w.lane = w, t.lane
		w.body.Unlock()
	}
}

func (t *Task) takeBack() {
	if w := t.lent; w != nil {
		w.body.Lock()
		t.lent, w.lane = nil, nil
	}
}

var errTaskOver = errors.New("sched: the task has returned")

// submit puts a ready future on the queue of the task's worker, newest first. It returns false if that has none, or
// the task is over.
func (f *frame) submit(fut *Future) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open || f.w == nil {
		return false
	}
	f.w.body.Lock()
	f.w.push(fut)
	f.w.body.Unlock()
	return true
}

// drop takes fut off the top of the queue of the task's worker, if it is there: it is being run inline.
func (f *frame) drop(fut *Future) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w := f.w; f.open && w != nil {
		w.body.Lock()
		defer w.body.Unlock()
		if n := len(w.priv); n > 0 && w.priv[n-1] == fut {
			w.priv[n-1] = nil
			w.priv = w.priv[:n-1]
		}
	}
}

// block gives the place of the task's executor to another while a goroutine of the task waits for something: what the
// queues on its stack hold is made stealable, and a worker is woken for it. unblock must follow. It reports whether
// there was a place to give. Any number of the task's goroutines may be blocked; the place is given away once.
func (f *frame) block() bool {
	f.mu.Lock()
	if !f.open {
		f.mu.Unlock()
		return false
	}
	f.waits++
	first := f.waits == 1
	f.mu.Unlock()
	// Also the queues of those who wait for this task on the same goroutine: they cannot come for what is in them.
	for x := f; x != nil; x = x.outer {
		x.expose()
	}
	if first {
		f.sleep()
	}
	return true
}

// unblock takes the place again, at once: for a moment more executors may be active than there are places, until one
// comes to the end of its task, finds the engine crowded and sleeps.
func (f *frame) unblock() {
	f.mu.Lock()
	last := f.waits == 1 // else others wait, or the task has returned
	f.waits = max(f.waits-1, 0)
	f.mu.Unlock()
	if last {
		f.wake()
	}
}

// place returns the frame that has the place f runs in.
func (f *frame) place() *frame {
	for f.outer != nil && f.outer.e == f.e {
		f = f.outer
	}
	return f
}

// sleep counts f among those that wait in its place, which the first of them gives away, with those of other engines
// further down the stack.
func (f *frame) sleep() {
	invariants.Yield("sleep")
	p := f.place()
	if !f.count(p, true) {
		return
	}
	if p.e != nil {
		p.e.sleeps.Add(1)
		p.e.blocked.Add(1)
		p.e.leave()
	}
	if p.outer != nil {
		p.outer.block()
	}
}

// wake undoes sleep, if f sleeps.
func (f *frame) wake() {
	p := f.place()
	if !f.count(p, false) {
		return
	}
	if p.e != nil {
		p.e.comeBack()
	}
	if p.outer != nil {
		p.outer.unblock()
	}
}

// count notes that f sleeps, or no longer, in the place p, and reports whether it is the first to sleep there, or was
// the last. f's own lock is held meanwhile, so that a frame that closes is not counted after it has looked.
func (f *frame) count(p *frame, asleep bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asleep == asleep || asleep && !f.open {
		return false
	}
	f.asleep = asleep
	if p != f { // p runs f on its own stack, and is open as long as f is
		p.mu.Lock()
		defer p.mu.Unlock()
	}
	if asleep {
		p.sleepers++
		return p.sleepers == 1
	}
	p.sleepers--
	return p.sleepers == 0
}

// expose makes stealable what the queues hold that the task's executor owns.
func (f *frame) expose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open {
		return
	}
	if f.w != nil {
		f.w.body.Lock()
		defer f.w.body.Unlock()
		f.w.shed(nil)
	}
	if f.lane != nil {
		f.lane.expose()
	}
}

// At names the operation and the user's line that a failure of this task is to be blamed on. A task that does the
// work of several operations, fused, calls it when it knows which one failed.
func (t *Task) At(op string, s site.Site) { t.op, t.site, t.special = op, s, true }

// Blocking runs f, which waits for something outside the engine (a slow file, a network), while another worker takes
// the task's place, so that waiting does not cost a CPU.
func (t *Task) Blocking(f func() error) error { return patient.Wait(t.Context(), f) }
