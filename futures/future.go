package futures

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/gomagpie/magpie/sched"
)

// Future is a value that is being computed in the background, or has been.
//
// Memory: the result is held as long as somebody holds the future, and forgotten after. Work whose last future is
// dropped before it has finished is cancelled, unless something that is still wanted needs it; to let it run anyway
// call [Future.FireAndForget]. Concurrency: safe for concurrent use.
type Future[T any] struct {
	handle
	_ [0]func(T) // futures of different types do not convert
}

// handle is the part of a Future that does not depend on its type.
type handle struct {
	mu   sync.Mutex
	core core    // guarded by mu: Retry and Release replace it; a body if it can be computed again
	pin  *handle // another future that this one stands for
	kept core    // guarded by mu: what is under way and holds this handle, for who holds only the channel of Done
}

// core is a result under way: a submitted task, one output of a computation, or something that has ended before it was
// made.
type core interface {
	sched.External
	State() sched.State
	Done() <-chan struct{}
	Cancel(cause error)
	Release()
	// external returns what another task waits for: of a submitted task the engine's own future.
	external() sched.External
}

// Delayed returns the future as a delayed value that waits for it: a future is an [Input].
func (f *Future[T]) Delayed() *Delayed[T] {
	if f == nil {
		return nil
	}
	// The future is held by the delayed value, and so its work is not cancelled for want of a holder.
	return &Delayed[T]{name: f.Key(), other: &origin{future: &f.handle, lower: func(p *sched.Plan) (sched.TaskID, error) {
		return p.AddExternal(held{f.current(), &f.handle}), nil
	}}}
}

func (h *handle) current() core {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.core == nil { // a zero Future that no function of this package has made
		return nothing
	}
	return h.core
}

// nothing is what a nil or zero Future stands for: one that has failed.
var (
	nothing  = newReady("nothing", nil, errNilInput)
	noHandle handle
)

func (f *Future[T]) at() *handle {
	if f == nil {
		return &noHandle
	}
	return &f.handle
}

// Result waits until the future has ended and returns its value or its error. The end of ctx ends the waiting, not
// the future: Result then returns the cause. Inside a task, with that task's context, it shares the workers without
// deadlock.
//
// Errors: a failure of the function itself as a *[sched.TaskError]; that of an input as an *[InputError] which wraps
// it; [sched.ErrCancelled] or the cause given to CancelCause; [sched.ErrReleased].
func (f *Future[T]) Result(ctx context.Context) (T, error) {
	var zero T
	v, err := f.at().wait(ctx)
	if err != nil {
		return zero, err
	}
	return cast[T](v), nil
}

// Wait waits until the future has ended, however it ended, or until ctx ends, and returns the cause then. The error of
// the future is Err's matter.
func (f *Future[T]) Wait(ctx context.Context) error {
	_, err := f.at().join(ctx)
	return err
}

// wait returns what the future ended with, or the cause of ctx's end.
func (h *handle) wait(ctx context.Context) (any, error) {
	c, err := h.join(ctx)
	if err != nil {
		return nil, err
	}
	return h.poll(c)
}

// join waits until the future has ended, and returns what it stood for then, or until ctx ends, and returns the cause.
func (h *handle) join(ctx context.Context) (core, error) {
	defer runtime.KeepAlive(h)
	c := h.current()
	// Looked at here because waiting may mean running the task on this goroutine, which takes as long as it takes.
	if ctx != nil && ctx.Err() != nil && c.State() < sched.Finished {
		return c, context.Cause(ctx)
	}
	return c, c.Wait(ctx)
}

// poll returns what c has ended with. It must have ended.
func (h *handle) poll(c core) (any, error) {
	v, err, ok := c.Poll()
	if !ok {
		return nil, errors.New("futures: result asked for before its end")
	}
	if err != nil {
		return nil, h.explain(err)
	}
	return v, nil
}

// explain says which input failed, where err came from one.
func (h *handle) explain(err error) error {
	var in *sched.InputError
	if !errors.As(err, &in) {
		return err
	}
	b, ok := h.current().(body)
	if !ok {
		return err
	}
	which := &InputError{Name: b.name(), N: -1, Err: in.Err}
	b.visit(func(n int, in *handle) {
		c := in.current()
		if e, ok := sched.Ended(c); which.N < 0 && ok && e != nil && errors.Is(err, root(e)) {
			which.N, which.Key = n, c.Key()
		}
	})
	if which.N < 0 { // the input was computed again since, and is well
		return err
	}
	return which
}

// root returns the error that the engine wraps in the errors of all that depends on the failed.
func root(err error) error {
	if in, ok := errors.AsType[*sched.InputError](err); ok {
		return in.Err
	}
	return err
}

// Err returns the error that the future has ended with. It does not wait: the error of one that has not ended, or has
// ended well, is nil.
func (f *Future[T]) Err() error {
	c := f.at().current()
	if c.State() < sched.Finished {
		return nil
	}
	_, err := f.at().poll(c)
	return err
}

// Status returns where the future stands: pending, running, finished, failed, cancelled or released.
func (f *Future[T]) Status() sched.State { return f.at().current().State() }

// Key returns the name of the future's task, unique on its engine.
func (f *Future[T]) Key() string { return f.at().current().Key() }

// String returns the key and the status, as "inc-3: finished".
func (f *Future[T]) String() string {
	c := f.at().current()
	return fmt.Sprint(c.Key(), ": ", c.State())
}

// Done returns a channel that is closed when the future has ended. Who holds only the channel holds the future.
func (f *Future[T]) Done() <-chan struct{} {
	c := f.at().current()
	if c.State() < sched.Finished {
		f.mu.Lock()
		keep := f.kept != c // once, or a loop over a select would leave one behind each time
		f.kept = c
		f.mu.Unlock()
		if keep {
			c.Notify(func() { runtime.KeepAlive(f) })
		}
	}
	return c.Done()
}

// OnDone calls fn once, when the future has ended, however it ended: at once on this goroutine if it already has,
// else on a goroutine of its own, where it may wait for other futures. A nil fn is never called.
//
// Errors: a panic of fn there is among the failures that the engine's Tasks lists. Closing the engine does not wait for fn.
func (f *Future[T]) OnDone(fn func(*Future[T])) {
	if fn == nil {
		return
	}
	var x sched.External
	switch c := f.at().current().(type) {
	case *started:
		x = c.External
	default:
		x = c.external()
	}
	sched.Callback(x, func() { fn(f) })
}

// Progress returns how many of the future's tasks have been run, and how many there are. They are all done when the
// result is there.
func (f *Future[T]) Progress() (done, total int) {
	c := f.at().current()
	if c, ok := c.(*started); ok {
		done, total = c.p.Progress()
		if c.State() >= sched.Finished { // the engine counts tasks in batches, a little later
			done = total
		}
		return done, total
	}
	if c.State() >= sched.Finished {
		return 1, 1
	}
	return 0, 1
}

// Cancel ends the future with [sched.ErrCancelled] if it has not ended. A task that waits for its turn never starts;
// one that runs is told through its context, and its result is not used. What needs the future fails.
func (f *Future[T]) Cancel() { f.at().current().Cancel(sched.ErrCancelled) }

// CancelCause is [Future.Cancel] with an error of the caller's choice.
func (f *Future[T]) CancelCause(cause error) { f.at().current().Cancel(cause) }

// Release forgets the result now, and cancels the work if it has not ended. Later uses fail with [sched.ErrReleased].
// It is never needed: dropping the future does the same at the next garbage collections.
func (f *Future[T]) Release() {
	if f == nil {
		return
	}
	c := f.at().current()
	c.Cancel(sched.ErrReleased)
	c.Release()
	f.mu.Lock()
	f.core = newReady(c.Key(), nil, sched.ErrReleased)
	f.mu.Unlock()
}

var errNoRetry = errors.New("futures: Retry: a released or scattered value cannot be computed again")

// Retry computes a future that failed or was cancelled once more, and with it those of its inputs that failed. It
// returns at once. One that is under way or has finished is left alone. What failed because this future did is not
// computed again until it is given to Retry itself.
func (f *Future[T]) Retry(ctx context.Context) error { return f.at().retry(ctx) }

func (h *handle) retry(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.core == nil {
		return errNoRetry
	}
	if s := h.core.State(); s <= sched.Finished {
		return nil
	}
	b, ok := h.core.(body)
	if !ok {
		return errNoRetry
	}
	start := b.again()
	if start == nil {
		return errNoRetry
	}
	var err error
	b.visit(func(_ int, in *handle) {
		if e := in.retry(ctx); e != nil && err == nil {
			err = e
		}
	})
	if err != nil {
		return err
	}
	if s, ok := b.(interface{ runsHere() bool }); ok && s.runsHere() {
		h.mu.Unlock() // the function, which is run before start returns, may look at this future
		again := &handle{}
		start(ctx, again)
		h.mu.Lock()
		h.core = again.core
		return nil
	}
	start(ctx, h)
	return nil
}

// FireAndForget lets the work go on to its end although nobody holds the future.
func (f *Future[T]) FireAndForget() { f.Done() }

// Cancel ends all the futures that have not ended, as [Future.Cancel] does one. Nil futures are passed over.
func Cancel[T any](fs []*Future[T]) {
	for _, f := range fs {
		if f != nil {
			f.Cancel()
		}
	}
}
