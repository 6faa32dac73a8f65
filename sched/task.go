package sched

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/patient"
	"github.com/gomagpie/magpie/internal/site"
)

// Task is what a running task knows about itself. It is valid during the call of its function only, and, but for the
// context it gives out, on the goroutine of that call only.
type Task struct {
	run    *Run      // the computation it belongs to, or nil
	future *Future   // the future it computes, or nil
	x      *executor // that runs it; nil where nobody runs it for an engine, as in Rerun
	frame  *frame    // what Context made, or nil
	id     uint32
	arg    uint32
	worker int
	bytes  int64
	grown  int64 // see Grow

	permit *permit // under a limit on its name

	op   string // given by At
	site site.Site

	inside  flag        // the function has not returned; see monitor
	special atomic.Bool // the slow path must be taken after the task; set by the task, and by the monitor
	noRetry bool        // the task panicked
	failed  bool        // its function failed; for the event
}

// Arg returns the arg given to [Plan.Add].
func (t *Task) Arg() int { return int(t.arg) }

// Worker returns the number of the worker that began to run the task, from 0. Sync mode is worker 0.
func (t *Task) Worker() int { return t.worker }

// SetBytes reports the size of the task's result, where the operation's estimate is not exact. Under a memory limit, one
// that is larger than the estimate is charged when the task has returned: other results go to disk, other tasks begin
// later, or the computation ends with a [MemoryError].
func (t *Task) SetBytes(n int64) {
	t.bytes = n
	t.special.Store(true)
}

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
	return t.future.unwanted()
}

// Context returns a context that ends when the task's result is not wanted any more: the computation was cancelled or
// has failed, or the future was cancelled. Work submitted and waited for under it shares the engine without deadlock:
// the awaited task runs on this goroutine if it can, else the task's seat goes to another while it waits.
// The context may be handed to other goroutines; after the task has returned it is an ordinary, ended context.
func (t *Task) Context() context.Context {
	if t.frame == nil {
		t.frame = t.newFrame()
		t.special.Store(true)
	}
	return t.frame
}

// At names the operation and the user's line that a failure of this task is to be blamed on. A task that does the
// work of several operations, fused, calls it when it knows which one failed.
func (t *Task) At(op string, s site.Site) {
	t.op, t.site = op, s
	t.special.Store(true)
}

// Blocking runs f, which waits for something outside the engine (a slow file, a network), while another worker takes
// the task's seat, so that waiting does not cost a CPU.
func (t *Task) Blocking(f func() error) error { return patient.Wait(t.Context(), f) }

// enter is called before the task's function is, leave after it has returned or panicked. The outermost call of an
// executor has its seat again when leave returns, whoever has given it away or taken it.
func (t *Task) enter() { t.inside.set(true) }

// leave ends the frame, and the time in which others may touch the executor's seat. It may be called twice.
func (t *Task) leave() {
	t.inside.set(false)
	if t.special.Load() {
		t.regain()
	}
}

// regain is the rest of leave: it closes the frame, and takes a seat again if the function gave its own away.
func (t *Task) regain() {
	x, f := t.x, t.frame
	t.frame = nil
	if x == nil || x.e.set.sync {
		t.special.Store(false)
		if f != nil {
			f.close()
		}
	} else {
		x.mu.Lock()
		t.special.Store(false)
		if f != nil {
			x.waits -= f.closeLocked()
		}
		var c *claim
		if x.seat.Load() == nil && x.waits == 0 {
			c = x.e.claim(x)
		}
		x.mu.Unlock()
		c.wait()
		if s := x.seat.Load(); s != nil {
			t.worker = s.id
		}
		if f != nil {
			f.end()
		}
	}
	if r := t.run; r != nil && f != nil {
		r.removeFrame(f)
	}
}
