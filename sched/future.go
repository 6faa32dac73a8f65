package sched

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

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

// InputError is the error of a future that did not run because an input of it failed. It wraps the error of the task
// where the failure began, however many futures lie between.
type InputError struct {
	Key string // the input that failed first
	Err error
}

// Error names the input and its failure.
func (e *InputError) Error() string { return "input " + e.Key + " failed: " + e.Err.Error() }

// Unwrap returns the input's error.
func (e *InputError) Unwrap() error { return e.Err }

// Spec describes a dynamically submitted task.
type Spec struct {
	Name     string    // as "inc"; begins the key
	Site     site.Site // the user's call
	Engine   *Engine   // nil: the engine of the task that submits, else the default one
	Priority int       // above 0 runs before others, below 0 after them
	Retries  int       // how often a failed call is repeated before its error counts
}

// Future is one dynamically submitted task and its result: the untyped core of package futures.
//
// All methods are safe for concurrent use.
type Future struct {
	state    atomic.Uint32
	missing  atomic.Int32 // inputs not there yet; one more while Submit is at work
	succ     atomic.Pointer[edge]
	more     atomic.Pointer[futureMore]
	run      func(t *Task) (any, error)
	e        *Engine
	ctx      context.Context
	name     string
	site     site.Site
	mu       sync.Mutex // guards val against Release
	val      any        // written before state becomes Finished
	err      error      // guarded by mu; set before state becomes Failed or Cancelled, earlier by inputReady
	id       uint32
	retries  uint8
	priority int8
	poisoned atomic.Bool
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

// Submit hands run to an engine and returns at once. The task starts when everything in after has its result; if one
// of those failed, the task fails without running, with an [InputError]. run takes its inputs' values with Poll. If
// ctx has ended before the task starts, the task is cancelled; a running task is told through its own context.
// Submitted from inside a task, with the task's context, it is the next thing the same worker does, unless another
// steals it; in [Sync] mode it has run when Submit returns.
func Submit(ctx context.Context, spec Spec, run func(t *Task) (any, error), after ...External) *Future {
	f := &Future{run: run, ctx: ctx, name: spec.Name, site: spec.Site, e: spec.Engine}
	f.retries, f.priority = uint8(min(max(spec.Retries, 0), 255)), int8(min(max(spec.Priority, -1), 1))
	fr := frameOf(ctx)
	if f.e == nil {
		if fr != nil && fr.e == nil {
			f.runSync(after)
			return f
		}
		if fr != nil {
			f.e = fr.e
		} else {
			f.e = Default()
		}
	}
	f.id = f.e.nextFuture.Add(1)
	if len(after) > 0 {
		f.missing.Store(int32(len(after)) + 1)
		for _, x := range after {
			f.await(x)
		}
		if f.missing.Add(-1) != 0 {
			return f
		}
	}
	if fr != nil && fr.e == f.e && f.priority == 0 && fr.submit(f) {
		return f
	}
	f.e.submit(f)
	return f
}

// submit queues a ready future from outside.
func (e *Engine) submit(f *Future) {
	if e.refusing.Load() {
		f.Cancel(ErrClosed)
		return
	}
	e.inject.push(f)
	e.wakeIfNeeded()
}

// await makes f wait for x.
func (f *Future) await(x External) {
	if in, ok := x.(*Future); ok {
		if !in.addEdge(&edge{fut: f}) {
			f.inputReady(in)
			f.missing.Add(-1)
		}
		return
	}
	x.Notify(func() {
		f.inputReady(x)
		if f.missing.Add(-1) == 0 {
			f.e.submit(f)
		}
	})
}

// inputReady poisons f if its input x failed.
func (f *Future) inputReady(x External) {
	_, err, _ := x.Poll()
	if err == nil || !f.poisoned.CompareAndSwap(false, true) {
		return
	}
	var in *InputError
	if !errors.As(err, &in) {
		err = &InputError{x.Key(), err}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if State(f.state.Load()) == Pending {
		f.err = err
	}
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

// claim makes the caller the one who runs f.
func (f *Future) claim() bool {
	return f.missing.Load() == 0 && f.state.CompareAndSwap(uint32(Pending), uint32(Running))
}

// execute runs f on w (nil: the goroutine of somebody who waits for it) unless somebody else does. It returns a
// future that became ready, if any, for w to run next.
func (f *Future) execute(w *worker) (next *Future) {
	if !f.claim() {
		return nil
	}
	if f.ctx.Err() != nil {
		return f.finish(w, Cancelled, nil, context.Cause(f.ctx))
	}
	if f.poisoned.Load() {
		return f.finish(w, Failed, nil, f.err)
	}
	observed := f.e.set.observer != nil
	var began time.Duration
	if observed {
		began = f.e.now()
	}
	v, err := f.call(w)
	state := Finished
	switch cause := f.cancelCause(); {
	case cause != nil:
		state, v, err = Cancelled, nil, cause
	case err != nil:
		state, v = Failed, nil
		te := &TaskError{Key: f.Key(), Op: f.name, Site: f.site, Err: err, future: f}
		f.e.noteFailure(te)
		err = te
	}
	if w != nil {
		w.ran++
	} else {
		f.e.counts.futures.Add(1)
	}
	if observed {
		f.observe(w, state, began)
	}
	return f.finish(w, state, v, err)
}

var taskPool = sync.Pool{New: func() any { return new(Task) }}

// call runs the function, again if it may be retried, and turns a panic into an error.
func (f *Future) call(w *worker) (v any, err error) {
	t := taskPool.Get().(*Task)
	t.future, t.w, t.worker = f, w, -1
	if w != nil {
		t.worker = w.id
	}
	returned := false
	defer func() {
		t.close()
		if !returned {
			p := recover()
			if p == nil { // runtime.Goexit: this goroutine is lost
				f.finish(nil, Failed, nil, &TaskError{Key: f.Key(), Op: f.name, Site: f.site, Err: errGoexit, future: f})
				if w != nil {
					f.e.abandon(w)
				}
				return
			}
			v, err = nil, newPanicError(p)
		}
		*t = Task{}
		taskPool.Put(t)
	}()
	for try := 0; ; try++ {
		v, err = f.run(t)
		if err == nil || try >= int(f.retries) || t.Err() != nil {
			break
		}
		t.close()
	}
	returned = true
	return v, err
}

// finish sets the result and tells everybody who waits for it.
func (f *Future) finish(w *worker, state State, v any, err error) (next *Future) {
	f.mu.Lock()
	f.val, f.err = v, err
	f.mu.Unlock()
	f.state.Store(uint32(state))
	if m := f.more.Load(); m != nil {
		m.end()
	}
	ed := f.succ.Swap(closed)
	for ed = reversed(ed); ed != nil; {
		after := ed.next.Load()
		switch {
		case ed.fut != nil:
			s := ed.fut
			s.inputReady(f)
			if s.missing.Add(-1) != 0 {
				break
			}
			if w == nil || s.e != f.e || s.priority != 0 {
				s.e.submit(s)
				break
			}
			if next != nil {
				w.priv = append(w.priv, next)
			}
			next = s
		case ed.fn != nil:
			ed.fn()
		default:
			ed.ch <- struct{}{}
		}
		ed = after
	}
	// Kept for Rerun while the future failed; a value needs its function no more.
	if state == Finished {
		f.run = nil
	}
	return next
}

// reversed puts the list in the order of registration.
func reversed(ed *edge) *edge {
	var out *edge
	for ed != nil {
		next := ed.next.Load()
		ed.next.Store(out)
		out, ed = ed, next
	}
	return out
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
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.val, f.err, true
}

// Notify calls fn once when the future has ended: at once, on this goroutine, if it already has, else on the
// goroutine that ends it. fn must not block.
func (f *Future) Notify(fn func()) {
	f.watch()
	if !f.addEdge(&edge{fn: fn}) {
		fn()
	}
}

// waiters recycles the channels of waiting goroutines.
var waiters = sync.Pool{New: func() any { return make(chan struct{}, 1) }}

// Wait blocks until the future has ended, and returns nil whatever its result; or until ctx ends, and returns why.
// If nobody has begun the task and a worker's place is free, or the caller holds one because it is a task, the task
// runs on the calling goroutine.
func (f *Future) Wait(ctx context.Context) error {
	if State(f.state.Load()) >= Finished {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	fr := frameOf(ctx)
	inside := fr != nil && fr.e == f.e
	if f.missing.Load() == 0 {
		switch {
		case inside:
			fr.drop(f)
			f.help()
		case f.e.enter(false):
			f.help()
			f.e.leave()
		}
		if State(f.state.Load()) >= Finished {
			return nil
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

// help runs f on the calling goroutine, which holds a place.
func (f *Future) help() {
	if next := f.execute(nil); next != nil {
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
	if f.err == nil {
		f.val, f.err = nil, ErrReleased
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

// runSync runs f at once on this goroutine: it was submitted by a task in sync mode.
func (f *Future) runSync(after []External) {
	f.state.Store(uint32(Running))
	for _, x := range after {
		if err := x.Wait(f.ctx); err != nil {
			f.finish(nil, Cancelled, nil, err)
			return
		}
		if f.inputReady(x); f.poisoned.Load() {
			f.finish(nil, Failed, nil, f.err)
			return
		}
	}
	t := &Task{future: f}
	v, err := f.run(t)
	t.close()
	if err != nil {
		f.finish(nil, Failed, nil, &TaskError{Key: f.Key(), Op: f.name, Site: f.site, Err: err, future: f})
		return
	}
	f.finish(nil, Finished, v, nil)
}
