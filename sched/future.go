package sched

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"

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

// ErrCancelled is the error of a future that was cancelled without a cause.
var ErrCancelled = errors.New("sched: cancelled")

// Spec describes a dynamically submitted task.
type Spec struct {
	Name     string    // as "inc"; begins the key
	Site     site.Site // the user's call
	Engine   *Engine   // nil: the engine of the task that submits, else the default one
	Priority int       // higher runs first; 0 is normal
	Retries  int
}

// Future is one dynamically submitted task and its result: the untyped core of package futures.
//
// Safe for concurrent use.
type Future struct {
	mu     sync.Mutex
	spec   Spec
	state  State
	v      any
	err    error
	done   chan struct{}
	fs     []func()
	cancel context.CancelCauseFunc
}

// Submit hands run to an engine and returns at once. The task starts when everything in after has its result; if one
// of those failed, the task fails without running, with that error wrapped. run takes its inputs' values with Poll.
// When ctx ends the future is cancelled.
func Submit(ctx context.Context, spec Spec, run func(t *Task) (any, error), after ...External) *Future {
	f := &Future{spec: spec, done: make(chan struct{})}
	cctx, cancel := context.WithCancelCause(ctx)
	f.cancel = cancel
	go func() {
		defer cancel(nil)
		for _, a := range after {
			if err := a.Wait(cctx); err != nil {
				f.finish(nil, err, Cancelled)
				return
			}
			if _, err, _ := a.Poll(); err != nil {
				f.finish(nil, err, Failed)
				return
			}
		}
		if cctx.Err() != nil {
			f.finish(nil, context.Cause(cctx), Cancelled)
			return
		}
		f.mu.Lock()
		f.state = Running
		f.mu.Unlock()
		var v any
		var err error
		func() {
			defer func() {
				if p := recover(); p != nil {
					err = &PanicError{p, debug.Stack()}
				}
			}()
			for try := 0; ; try++ {
				v, err = run(&Task{future: f, ctx: cctx})
				if err == nil || try >= spec.Retries {
					break
				}
			}
		}()
		if err != nil {
			if cctx.Err() != nil {
				f.finish(nil, context.Cause(cctx), Cancelled)
				return
			}
			f.finish(nil, &TaskError{Key: f.Key(), Op: spec.Name, Site: spec.Site, Err: err, future: f}, Failed)
			return
		}
		f.finish(v, nil, Finished)
	}()
	return f
}

func (f *Future) finish(v any, err error, s State) {
	f.mu.Lock()
	f.v, f.err, f.state = v, err, s
	fs := f.fs
	f.fs = nil
	f.mu.Unlock()
	close(f.done)
	for _, fn := range fs {
		fn()
	}
}

// Key returns the task's name.
func (f *Future) Key() string { return f.spec.Name }

// State returns where the future stands.
func (f *Future) State() State { f.mu.Lock(); defer f.mu.Unlock(); return f.state }

// Poll returns the result if it is there.
func (f *Future) Poll() (any, error, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.v, f.err, f.state >= Finished
}

// Notify calls fn once when the future has ended: at once if it already has.
func (f *Future) Notify(fn func()) {
	f.mu.Lock()
	if f.state < Finished {
		f.fs = append(f.fs, fn)
		f.mu.Unlock()
		return
	}
	f.mu.Unlock()
	fn()
}

// Wait blocks until the future has ended or ctx has; it returns nil in the first case, whatever the future's result.
func (f *Future) Wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Done is closed when the future has ended.
func (f *Future) Done() <-chan struct{} { return f.done }

// Cancel ends the future with cause, or ErrCancelled if cause is nil. A running task is told through its context.
func (f *Future) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	f.cancel(cause)
}

// Release forgets the result; later uses get ErrReleased.
func (f *Future) Release() {}
