package sched

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/site"
)

// State is where a future stands.
type State uint32

// The states of a future.
const (
	Pending   State = iota // waiting for its inputs or for a worker
	Running                // on a worker
	Finished               // its value is there
	Failed                 // its function, or an input, failed
	Cancelled              // it was cancelled before it finished
	Released               // it was released, and has no value any more
)

// String returns the word for the state: pending, running, finished, failed, cancelled, released.
func (s State) String() string {
	return [...]string{"pending", "running", "finished", "failed", "cancelled", "released"}[s]
}

// ErrCancelled is the error of work that was cancelled without a cause.
var ErrCancelled = errors.New("sched: cancelled")

// Future is one dynamically submitted task and its result: the untyped core of package futures.
//
// All methods are safe for concurrent use.
type Future struct {
	// state goes from Pending to Running by compare-and-swap, which makes an executor the one who calls the function, and
	// to an end in settle, under mu. A future that was cancelled has ended, and its function may still be running.
	state    atomic.Uint32
	missing  atomic.Int32 // inputs not there yet; one more while Submit is at work
	edges    *edge        // who wants to know the end, the last to come first; guarded by mu
	more     *futureMore  // what only some futures need; guarded by mu
	frame    *frame       // of the running call; guarded by mu
	body     Body
	e        *Engine
	ctx      context.Context
	name     string
	site     site.Site
	mu       sync.Mutex
	out      any // the value, or a *failure; guarded by mu
	id       uint32
	retries  uint8
	priority int8
	isAway   bool // it is in e.away; guarded by mu
}

// Body is the function of a future, with its inputs. A closure would be one allocation more.
type Body interface{ Run(t *Task) (any, error) }

type bodyFunc func(t *Task) (any, error)

// Run calls f.
func (f bodyFunc) Run(t *Task) (any, error) { return f(t) }

// failure is an error in the place of a value. A future has room for one of them, which is 16 bytes of each.
type failure struct{ err error }

// outcome returns the value, or the error, in out.
func outcome(out any) (any, error) {
	if x, ok := out.(*failure); ok {
		return nil, x.err
	}
	return out, nil
}

// futureMore is what only some futures need.
type futureMore struct {
	charge *charge // of its value, under a memory limit; alone here when the future has finished
	done   chan struct{}
	unhook func() bool // undoes the watch on the context
}

// extra returns f.more, made if need be. f.mu is held.
func (f *Future) extra() *futureMore {
	if f.more == nil {
		f.more = new(futureMore)
	}
	return f.more
}

// Key returns the task's name, as "inc-17".
func (f *Future) Key() string { return keyOf(f.name, f.id) }

func keyOf(name string, id uint32) string { return name + "-" + strconv.FormatUint(uint64(id), 10) }

// Site returns the user's call that submitted it.
func (f *Future) Site() site.Site { return f.site }

// ended reports whether f has ended.
func (f *Future) ended() bool { return State(f.state.Load()) >= Finished }

// State returns where the future stands.
func (f *Future) State() State {
	if !f.ended() && f.ctx.Err() != nil {
		f.Cancel(context.Cause(f.ctx))
	}
	return State(f.state.Load())
}

// Poll returns the result, or the error, if the future has ended. It does not block.
func (f *Future) Poll() (v any, err error, ok bool) {
	if !f.ended() {
		return nil, nil, false
	}
	v, err = f.result()
	return v, err, true
}

// result returns what out holds.
func (f *Future) result() (any, error) {
	f.mu.Lock()
	out := f.out
	f.mu.Unlock()
	return outcome(out)
}

// unwanted returns why the running function's result is not wanted, or nil.
func (f *Future) unwanted() error {
	switch State(f.state.Load()) {
	case Running:
		if f.ctx.Err() != nil {
			return context.Cause(f.ctx)
		}
		return nil
	case Cancelled, Released:
		_, err := f.result()
		return err
	}
	return nil
}

// Notify calls fn once when the future has ended: at once, on this goroutine, if it already has, else on the
// goroutine that ends it, where fn must neither wait nor panic: see [Callback]. stop takes it back.
func (f *Future) Notify(fn func()) (stop func()) {
	f.watch()
	ed := &edge{to: fn}
	if !f.addEdge(ed) {
		fn()
		return told
	}
	return func() { f.removeEdge(ed) }
}

// told is what takes a notification back that has been given.
func told() {}

var closedChan = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Done returns a channel that is closed when the future has ended.
func (f *Future) Done() <-chan struct{} {
	f.watch()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended() {
		return closedChan
	}
	m := f.extra()
	if m.done == nil {
		m.done = make(chan struct{})
	}
	return m.done
}

// Cancel ends the future with cause (ErrCancelled if nil), at once, also when its function is running: that is told
// through its task's context, and what it returns is dropped. What it was given stays its own until then. Futures that
// have this one as input fail. A future that has ended stays as it is.
func (f *Future) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	f.cancel(Cancelled, cause)
}

func (f *Future) cancel(state State, cause error) {
	if next, _ := f.settle(nil, state, nil, cause); next != nil {
		f.e.submit(next)
	}
}

// Release forgets the value, and cancels the future if it has not ended. Later uses get ErrReleased.
func (f *Future) Release() {
	f.cancel(Released, ErrReleased)
	f.mu.Lock()
	var c *charge
	if State(f.state.Load()) == Finished {
		f.out = &failure{ErrReleased}
		f.state.Store(uint32(Released))
		if f.more != nil {
			c, f.more = f.more.charge, nil
		}
	}
	f.mu.Unlock()
	c.drop()
}

// setFrame connects the end of f by others to the running call.
func (f *Future) setFrame(fr *frame) {
	f.mu.Lock()
	f.frame = fr
	over := f.ended()
	out := f.out
	f.mu.Unlock()
	if over {
		_, err := outcome(out)
		fr.cancelCause(err)
	}
}

// watch makes the end of the future's context end it while somebody waits for it. A future that nobody waits for is
// looked at when its turn comes, which spares most of them the cost.
func (f *Future) watch() {
	if f.ctx.Done() == nil || f.ended() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.extra(); m.unhook == nil && !f.ended() {
		m.unhook = context.AfterFunc(f.ctx, func() { f.Cancel(context.Cause(f.ctx)) })
	}
}
