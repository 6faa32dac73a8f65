package sched

import (
	"context"
	"errors"
	"runtime"
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
)

// String returns the word for the state: pending, running, finished, error, cancelled.
func (s State) String() string {
	return [...]string{"pending", "running", "finished", "error", "cancelled"}[s]
}

// ErrCancelled is the error of work that was cancelled without a cause.
var ErrCancelled = errors.New("sched: cancelled")

// Future is one dynamically submitted task and its result: the untyped core of package futures.
//
// All methods are safe for concurrent use.
type Future struct {
	state    atomic.Uint32
	missing  atomic.Int32 // inputs not there yet; one more while Submit is at work
	succ     atomic.Pointer[edge]
	more     atomic.Pointer[futureMore]
	body     Body
	e        *Engine
	ctx      context.Context
	name     string
	site     site.Site
	mu       sync.Mutex // guards out against Release
	out      any        // the value, or a *failure; written before state says so, by inputReady earlier
	id       uint32
	retries  uint8
	priority int8
	poisoned atomic.Bool
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

// edge is one entry in the list of those who want to know that a future has ended.
type edge struct {
	next atomic.Pointer[edge] // atomic because Tasks walks lists that finish takes apart
	fut  *Future              // a future that has it as input
	fn   func()               // a callback
	ch   chan struct{}        // a waiting goroutine; capacity 1
}

// closed is the head of the list of a future that has ended.
var closed = new(edge)

// futureMore is what only some futures need.
type futureMore struct {
	mu     sync.Mutex
	frame  *frame // of the running call
	cause  error  // why it was cancelled while running
	done   chan struct{}
	unhook func() bool // undoes the watch on the context
}

// addEdge registers ed; it returns false if the future has ended.
func (f *Future) addEdge(ed *edge) bool {
	for {
		head := f.succ.Load()
		if head == closed {
			return false
		}
		ed.next.Store(head)
		if f.succ.CompareAndSwap(head, ed) {
			return true
		}
	}
}

// Key returns the task's name, as "inc-17".
func (f *Future) Key() string { return f.name + "-" + strconv.FormatUint(uint64(f.id), 10) }

// Site returns the user's call that submitted it.
func (f *Future) Site() site.Site { return f.site }

// State returns where the future stands.
func (f *Future) State() State {
	s := State(f.state.Load())
	if s == Pending && f.ctx.Err() != nil {
		f.Cancel(context.Cause(f.ctx))
		s = State(f.state.Load())
	}
	return s
}

// Poll returns the result, or the error, if the future has ended. It does not block.
func (f *Future) Poll() (v any, err error, ok bool) {
	if State(f.state.Load()) < Finished {
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

// Notify calls fn once when the future has ended: at once, on this goroutine, if it already has, else on the
// goroutine that ends it. fn must not block.
func (f *Future) Notify(fn func()) {
	f.watch()
	if !f.addEdge(&edge{fn: fn}) {
		fn()
	}
}

// spins is how often who waits for a future looks before it sleeps, and lets other goroutines run at every eighth look:
// one or two microseconds, which is what sleeping and waking cost. A place may become free meanwhile, to help from.
const spins = 64

// waiters recycles the channels of waiting goroutines.
var waiters = sync.Pool{New: func() any { return make(chan struct{}, 1) }}

// Wait blocks until the future has ended, and returns nil whatever its result; or until ctx ends, and returns why.
// If nobody has begun the task, and a worker's place is free or the caller holds one because it is a task, the task
// runs on the calling goroutine; but not under a context that may end sooner than the task.
func (f *Future) Wait(ctx context.Context) error {
	if State(f.state.Load()) >= Finished {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fr := frameOf(ctx)
	inside, outside := f.e.mayHelp(ctx, fr)
	for i := range spins {
		switch State(f.state.Load()) {
		case Running:
		case Pending:
			if f.missing.Load() != 0 {
				break
			}
			if inside {
				fr.drop(f)
				f.help(fr)
			} else if outside {
				f.e.guest(func() { f.help(fr) })
			}
		default:
			return nil
		}
		if i%8 == 7 {
			runtime.Gosched()
		}
	}
	f.watch()
	ch := waiters.Get().(chan struct{})
	if !f.addEdge(&edge{ch: ch}) {
		waiters.Put(ch)
		return nil
	}
	if fr != nil && fr.block() {
		defer fr.unblock()
	}
	err := f.e.await(ctx, ch)
	if err == nil {
		waiters.Put(ch)
	}
	return err
}

// help runs f on the calling goroutine, which holds a place. outer is the frame of the task that waits, or nil.
func (f *Future) help(outer *frame) {
	if next := f.execute(nil, outer); next != nil {
		f.e.submit(next)
	}
}

var closedChan = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Done returns a channel that is closed when the future has ended.
func (f *Future) Done() <-chan struct{} {
	if State(f.state.Load()) >= Finished {
		return closedChan
	}
	m := f.extra()
	m.mu.Lock()
	c := m.done
	fresh := c == nil
	if fresh {
		c = make(chan struct{})
		m.done = c
	}
	m.mu.Unlock()
	if fresh {
		f.Notify(func() { close(c) })
	}
	return c
}

// Cancel ends the future with cause (ErrCancelled if nil). One that has not begun never will; a running one is told
// through its task's context, and its result is dropped. Futures that have it as input fail. A future that has ended
// stays as it is.
func (f *Future) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	m := f.extra()
	m.mu.Lock()
	if m.cause == nil {
		m.cause = cause
	}
	fr := m.frame
	m.mu.Unlock()
	if f.state.CompareAndSwap(uint32(Pending), uint32(Running)) {
		if next := f.finish(nil, Cancelled, nil, cause); next != nil {
			f.e.submit(next)
		}
		return
	}
	if fr != nil {
		fr.cancel(cause)
	}
}

// Release forgets the value. Later uses get ErrReleased.
func (f *Future) Release() {
	if State(f.state.Load()) < Finished {
		f.Cancel(ErrReleased)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := outcome(f.out); err == nil {
		f.out = &failure{ErrReleased}
	}
}

func (f *Future) extra() *futureMore {
	if m := f.more.Load(); m != nil {
		return m
	}
	m := new(futureMore)
	if f.more.CompareAndSwap(nil, m) {
		return m
	}
	return f.more.Load()
}

// cancelCause returns why the future is not wanted, or nil.
func (f *Future) cancelCause() error {
	if m := f.more.Load(); m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.cause != nil {
			return m.cause
		}
	}
	if f.ctx.Err() != nil {
		return context.Cause(f.ctx)
	}
	return nil
}

// setFrame connects Cancel to the running call.
func (f *Future) setFrame(fr *frame) {
	m := f.extra()
	m.mu.Lock()
	m.frame = fr
	cause := m.cause
	m.mu.Unlock()
	if cause != nil {
		fr.cancel(cause)
	}
}

// watch makes the end of the future's context cancel it while somebody waits for it. A future that nobody waits for
// is looked at when its turn comes, which spares most of them the cost.
func (f *Future) watch() {
	if f.ctx.Done() == nil || State(f.state.Load()) != Pending {
		return
	}
	m := f.extra()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.unhook == nil {
		m.unhook = context.AfterFunc(f.ctx, func() { f.Cancel(context.Cause(f.ctx)) })
	}
}

func (m *futureMore) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.frame = nil
	if m.unhook != nil {
		m.unhook()
	}
}
