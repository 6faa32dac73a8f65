package sched

import (
	"context"
	"sync"

	"github.com/gomagpie/magpie/internal/invariants"
	"github.com/gomagpie/magpie/internal/option"
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
	Name     string         // as "inc"; begins the key
	Site     site.Site      // the user's call
	Engine   *Engine        // nil: the engine of the task that submits, else the default one
	Priority int            // above 0 runs before others, below 0 after them
	Retries  int            // how often a failed call is repeated before its error counts
	Sync     bool           // run on the calling goroutine, before Submit returns; panics are not recovered
	Futures  option.Futures // options of package futures
}

// Submit hands run to an engine and returns at once. The task starts when everything in after has its result; if one
// of those failed, the task fails at once, without running, with an [InputError]. run takes its inputs' values with Poll. If
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
	switch {
	case spec.Sync:
		f.e = syncEngine
	case f.e != nil:
	case fr != nil:
		f.e = fr.e
	default:
		f.e = Default()
	}
	f.id = f.e.nextFuture.Add(1)
	if ctx == nil {
		f.ctx = context.Background()
		f.settle(nil, Failed, nil, ErrNilContext)
		return
	}
	if f.e.set.sync {
		f.runSync(after)
		return
	}
	if len(spec.Futures.Limits) > 0 {
		f.e.setLimits(spec.Futures.Limits)
	}
	inside := fr != nil && fr.e == f.e
	if f.e.refusing.Load() && !inside {
		f.Cancel(ErrClosed)
		return
	}
	if len(after) > 0 {
		f.missing.Store(int32(len(after)) + 1)
		for _, x := range after {
			if f.await(x); f.ended() {
				return
			}
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
	s := Spec{Name: f.name, Site: f.site, Engine: f.e, Priority: int(f.priority), Retries: int(f.retries)}
	if f.e == syncEngine {
		s.Sync, s.Engine = true, nil
	}
	return s
}

// submit queues a ready future that no executor has in hand.
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
	if in, ok := x.(*Future); ok && in != nil {
		if in.ctx != f.ctx {
			in.watch() // the end of its context is to reach f as soon as f's own would
		}
		if !in.addEdge(&edge{to: f}) {
			f.inputEnded(in)
		}
		if in.e != f.e {
			f.e.awaits(f)
		}
		return
	}
	f.e.awaits(f)
	x.Notify(func() {
		if f.inputEnded(x) {
			f.e.submit(f)
		}
	})
}

// away knows the futures of an engine that wait, or have waited, for something that is not the engine's, until they end,
// so that Close finds them. All others Close finds in its queues, or by what they wait for.
type away struct {
	mu  sync.Mutex
	all map[*Future]struct{}
}

// awaits notes that f waits for something that is not the engine's.
func (e *Engine) awaits(f *Future) {
	e.away.add(f)
	if e.closed.Load() { // Close sets the flag before it empties away: one of the two sees f
		f.Cancel(ErrClosed)
	}
}

func (a *away) add(f *Future) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all == nil {
		a.all = map[*Future]struct{}{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.ended() { // else nobody would remove it
		f.isAway = true
		a.all[f] = struct{}{}
	}
}

func (a *away) remove(f *Future) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.all, f)
}

// drain empties a.
func (a *away) drain() map[*Future]struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := a.all
	a.all = nil
	return all
}
