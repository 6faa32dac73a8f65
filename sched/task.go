package sched

import (
	"context"
	"errors"
	"sync"

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
	id     uint32
	arg    uint32
	worker int
	bytes  int64

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

// SetBytes reports the size of the task's result, where the operation's estimate is not exact.
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

	mu   sync.Mutex
	open bool
	w    *worker // whose queue takes what the task submits, or nil
	lane *lane   // whose queue the task's run uses, or nil
}

type frameKey struct{}

// Value finds the frame from any context derived from it.
func (f *frame) Value(key any) any {
	if key == (frameKey{}) {
		return f
	}
	return f.Context.Value(key)
}

func frameOf(ctx context.Context) *frame {
	f, _ := ctx.Value(frameKey{}).(*frame)
	return f
}

func (t *Task) newFrame() *frame {
	f := &frame{open: true, lane: t.lane, w: t.w}
	parent := context.Context(nil)
	if r := t.run; r != nil {
		parent, f.e = r.ctx, r.e
		if t.lane != nil {
			f.w = t.lane.owner
		}
	} else {
		parent, f.e = t.future.ctx, t.future.e
	}
	f.Context, f.cancel = context.WithCancelCause(parent)
	if r := t.run; r != nil {
		r.addFrame(f, t.id)
	} else {
		t.future.setFrame(f)
	}
	return f
}

// close ends the frame, if there is one, when the task's function has returned.
func (t *Task) close() {
	f := t.frame
	if f == nil {
		return
	}
	t.frame = nil
	f.mu.Lock()
	f.open, f.w, f.lane = false, nil, nil
	f.mu.Unlock()
	if r := t.run; r != nil {
		r.removeFrame(f)
	}
	f.cancel(errTaskOver)
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
	f.w.push(fut)
	return true
}

// drop takes fut off the top of the queue of the task's worker, if it is there: it is being run inline.
func (f *frame) drop(fut *Future) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w := f.w; f.open && w != nil {
		if n := len(w.priv); n > 0 && w.priv[n-1] == fut {
			w.priv[n-1] = nil
			w.priv = w.priv[:n-1]
		}
	}
}

// block gives the place of the task's executor to another while the task waits for something: what its queues hold
// is made stealable, and a worker is woken for it. unblock must follow. It reports whether there was a place to give.
func (f *frame) block() bool {
	if f.e == nil {
		return false
	}
	f.mu.Lock()
	open := f.open
	if open {
		if f.lane != nil {
			f.lane.expose()
		}
		if f.w != nil {
			f.w.shed(nil)
		}
	}
	f.mu.Unlock()
	if open {
		f.e.leave()
	}
	return open
}

// unblock takes a place again, at once: for a moment more executors may be active than there are places, until one
// comes to the end of its task, finds the engine crowded and sleeps.
func (f *frame) unblock() { f.e.enter(true) }

// At names the operation and the user's line that a failure of this task is to be blamed on. A task that does the
// work of several operations, fused, calls it when it knows which one failed.
func (t *Task) At(op string, s site.Site) { t.op, t.site, t.special = op, s, true }

// Blocking runs f, which waits for something outside the engine (a slow file, a network), while another worker takes
// the task's place, so that waiting does not cost a CPU.
func (t *Task) Blocking(f func() error) error {
	fr, ok := t.Context().(*frame)
	if ok && fr.block() {
		defer fr.unblock()
	}
	return f()
}
