package sched

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
	"github.com/gomagpie/magpie/internal/site"
)

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
	Sync     bool      // run on the calling goroutine, before Submit returns; panics are not recovered
	Identity any       // what package futures knows equal calls by
}

// Submit hands run to an engine and returns at once. The task starts when everything in after has its result; if one
// of those failed, the task fails without running, with an [InputError]. run takes its inputs' values with Poll. If
// ctx has ended before the task starts, the task is cancelled; a running task is told through its own context.
// Submitted from inside a task, with the task's context, it is the next thing the same worker does, unless another
// steals it; in [Sync] mode it has run when Submit returns.
func Submit(ctx context.Context, spec Spec, run func(t *Task) (any, error), after ...External) *Future {
	f := new(Future)
	f.Begin(ctx, spec, bodyFunc(run), after...)
	return f
}

// Begin makes f, which must be new, the future of a task as Submit describes it. It is for futures that are a part of
// something larger, which saves an allocation each.
func (f *Future) Begin(ctx context.Context, spec Spec, body Body, after ...External) {
	f.body, f.ctx, f.name, f.site, f.e = body, ctx, spec.Name, spec.Site, spec.Engine
	f.retries, f.priority = uint8(min(max(spec.Retries, 0), 255)), int8(min(max(spec.Priority, -1), 1))
	fr := frameOf(ctx)
	if spec.Sync {
		f.e = nil
		f.runSync(after)
		return
	}
	if f.e == nil {
		if InSync(ctx) {
			f.runSync(after)
			return
		}
		if fr != nil {
			f.e = fr.e
		} else {
			f.e = Default()
		}
	}
	inside := fr != nil && fr.e == f.e
	f.id = f.e.nextFuture.Add(1)
	if f.e.refusing.Load() && !inside {
		f.Cancel(ErrClosed)
		return
	}
	if len(after) > 0 {
		f.missing.Store(int32(len(after)) + 1)
		for _, x := range after {
			f.await(x)
		}
		if f.missing.Add(-1) != 0 {
			return
		}
	}
	if inside && f.priority == 0 && fr.submit(f) {
		return
	}
	f.e.submit(f)
}

// Spec returns what f was submitted with.
func (f *Future) Spec() Spec {
	return Spec{Name: f.name, Site: f.site, Engine: f.e, Priority: int(f.priority), Retries: int(f.retries),
		Sync: f.e == nil}
}

// submit queues a ready future that no worker has in hand.
func (e *Engine) submit(f *Future) {
	invariants.Yield("submit")
	e.inject.push(f)
	if e.closed.Load() {
		// Close sets the flag before it empties the injector: one of the two sees f.
		e.cancelQueued()
		return
	}
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
		f.out = &failure{err}
	}
}

// InSync reports whether ctx is that of a task in sync mode: what is submitted under it runs at once.
func InSync(ctx context.Context) bool {
	fr := frameOf(ctx)
	return fr != nil && fr.e == nil
}

// syncFutures numbers the futures that ran in sync mode, which have no engine.
var syncFutures atomic.Uint32

// runSync runs f at once on this goroutine: it was submitted by a task in sync mode.
func (f *Future) runSync(after []External) {
	f.id = syncFutures.Add(1)
	f.state.Store(uint32(Running))
	for _, x := range after {
		if err := x.Wait(f.ctx); err != nil {
			f.finish(nil, Cancelled, nil, err)
			return
		}
		if f.inputReady(x); f.poisoned.Load() {
			_, err := f.result()
			f.finish(nil, Failed, nil, err)
			return
		}
	}
	t := &Task{future: f}
	v, err := f.body.Run(t)
	for try := 0; err != nil && try < int(f.retries) && f.ctx.Err() == nil; try++ {
		t.close()
		v, err = f.body.Run(t)
	}
	t.close()
	if err != nil {
		f.finish(nil, Failed, nil, f.failed(err))
		return
	}
	f.finish(nil, Finished, v, nil)
}
