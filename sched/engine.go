package sched

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Engine runs computations and futures on its workers. Several engines in one process do not know of each other.
// An idle engine uses no CPU.
//
// All methods are safe for concurrent use.
type Engine struct {
	set   settings
	limit atomic.Int64 // executors that may be active
	epoch time.Time

	_    pad
	idle idleState
	_    pad

	workers  atomic.Pointer[[]*worker] // all there ever were; written under mu
	runs     atomic.Pointer[[]*Run]    // under way; written under mu
	inject   injector
	refusing atomic.Bool // no new work from outside; written under mu
	closed   atomic.Bool // no work at all; written under mu
	stop     atomic.Bool // workers end; copy of mu.stop
	wg       sync.WaitGroup
	closing  sync.Mutex // one Close at a time

	nextFuture atomic.Uint32 // numbers futures
	beats      atomic.Int64  // counts executors that came up for air; see await
	blocked    atomic.Int64  // tasks that have given their place away
	sleeps     atomic.Int64  // how often one has
	failures   failureLog
	counts     counters
	memory     *memory // nil: no limit

	mu struct {
		sync.Mutex
		parked []*worker // asleep or about to be; the last one is woken first
		stop   bool
	}
}

// New returns an engine with the given [Workers] and other options. Its goroutines start when there is work. Close it
// when it is no longer needed.
func New(opts ...Option) *Engine {
	s := settle(opts)
	if s.workers == 0 {
		s.workers = runtime.GOMAXPROCS(0)
	}
	e := &Engine{set: s, epoch: time.Now()}
	e.limit.Store(int64(s.workers))
	if s.memory > 0 {
		e.memory = newMemory(s.memory, s.spillDir)
	}
	e.workers.Store(new([]*worker))
	e.runs.Store(new([]*Run))
	return e
}

var defaultEngine = sync.OnceValue(func() *Engine { return New() })

// Default returns the engine that computations use when no other is named: one worker for each CPU this process may
// use, without a memory limit. It is made at the first use and is never closed.
func Default() *Engine { return defaultEngine() }

// Workers returns how many tasks the engine runs at once.
func (e *Engine) Workers() int { return e.set.workers }

// now is the time since the engine was made.
func (e *Engine) now() time.Duration { return time.Since(e.epoch) }

func (e *Engine) stopping() bool { return e.stop.Load() }

// engineFor returns the engine that options and context name: the one given, that of the task whose context ctx is,
// or the default one. nil: the options ask for an engine of the call's own.
func (s *settings) engineFor(ctx context.Context) *Engine {
	switch {
	case s.engine != nil:
		return s.engine
	case s.private:
		return nil
	}
	if f := frameOf(ctx); f != nil && f.e != nil {
		return f.e
	}
	return Default()
}

// addRun makes a run's work visible. The caller then wakes a worker or takes part itself. inside says that a task of
// the engine asks for it.
func (e *Engine) addRun(r *Run, inside bool) bool {
	e.mu.Lock()
	if e.closed.Load() || e.refusing.Load() && !inside {
		e.mu.Unlock()
		return false
	}
	runs := append(slices.Clip(*e.runs.Load()), r)
	e.runs.Store(&runs)
	e.mu.Unlock()
	return true
}

func (e *Engine) removeRun(r *Run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := *e.runs.Load()
	runs := make([]*Run, 0, len(old))
	for _, x := range old {
		if x != r {
			runs = append(runs, x)
		}
	}
	e.runs.Store(&runs)
}

// anyWork reports whether an executor that came now would find something. See idleState for who must ask.
func (e *Engine) anyWork() bool {
	if !e.inject.empty() {
		return true
	}
	for _, w := range *e.workers.Load() {
		if !w.empty() {
			return true
		}
	}
	for _, r := range *e.runs.Load() {
		if r.hasWork() {
			return true
		}
	}
	return false
}

// wanted reports whether an executor should leave its run for a while: too many are awake, or others wait.
func (e *Engine) wanted() bool {
	return e.crowded() || !e.inject.empty() || len(*e.runs.Load()) > 1
}

// rescueAfter is how long somebody waits before it looks whether the engine stands still.
const rescueAfter = 10 * time.Millisecond

// timers recycles the timers of those who wait: a new one is three allocations.
var timers = sync.Pool{New: func() any { return time.NewTimer(time.Hour) }}

// await blocks until ch delivers or ctx ends.
//
// A task that waits with another context than its own (a plain goroutine's, say) holds its place while it waits, and
// if all do, nothing would ever run. So a waiter that sees no task boundary passed for a while, though there is work,
// opens one place more until its own wait ends. It looks at doubling intervals: long tasks look the same from here,
// and should not fill the machine.
func (e *Engine) await(ctx context.Context, ch <-chan struct{}) error {
	pause, beats, opened := rescueAfter, e.beats.Load(), int64(0)
	timer := timers.Get().(*time.Timer)
	timer.Reset(pause)
	defer func() {
		timer.Stop()
		timers.Put(timer)
		if opened > 0 {
			e.limit.Add(-opened)
		}
	}()
	for {
		select {
		case <-ch:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		}
		now := e.beats.Load()
		if now == beats {
			e.exposeAll()
		}
		if now == beats && e.anyWork() {
			opened++
			e.limit.Add(1)
			e.wakeIfNeeded()
		}
		beats = now
		pause *= 2
		timer.Reset(pause)
	}
}

// exposeAll makes stealable what workers hold privately that are in a function of the user's, which may be waiting for
// just that with a context that does not tell.
func (e *Engine) exposeAll() {
	for _, w := range *e.workers.Load() {
		if !w.body.TryLock() {
			continue
		}
		w.shed(nil)
		if w.lane != nil {
			w.lane.expose()
		}
		w.body.Unlock()
	}
}

// Close cancels what the engine still does, waits until its tasks have returned, and ends its goroutines. Work given
// to it later fails with ErrClosed. Use [Engine.Shutdown] to let work finish first. Closing twice is allowed. It must
// not be called from a task of the engine.
func (e *Engine) Close() error {
	e.closing.Lock()
	defer e.closing.Unlock()
	e.refuse(true)
	for _, r := range *e.runs.Load() {
		r.Cancel(ErrClosed)
	}
	e.cancelQueued()
	for _, w := range *e.workers.Load() {
		// A worker names the future before it looks whether the engine is closed.
		if f := w.current.Load(); f != nil {
			f.Cancel(ErrClosed)
		}
	}
	for _, r := range *e.runs.Load() {
		r.join(context.Background(), true)
	}
	e.mu.Lock()
	e.mu.stop = true
	e.stop.Store(true)
	parked := e.mu.parked
	e.mu.parked = nil
	e.mu.Unlock()
	for _, w := range parked {
		e.idle.add(1, 1)
		w.wake <- struct{}{}
	}
	e.wg.Wait()
	// What workers had in their queues, or gave away, after the injector was emptied.
	for _, w := range *e.workers.Load() {
		for f := w.pop(); f != nil; f = w.pop() {
			f.Cancel(ErrClosed)
		}
	}
	e.cancelQueued()
	if m := e.memory; m != nil {
		m.spill.Close()
	}
	return nil
}

// Shutdown refuses new work, lets what is under way finish, and closes the engine. If ctx ends first, the rest is
// cancelled, and the cause of that is returned.
func (e *Engine) Shutdown(ctx context.Context) error {
	e.refuse(false)
	err := e.drain(ctx)
	e.Close()
	return err
}

// drain waits until nothing runs and nothing could.
func (e *Engine) drain(ctx context.Context) error {
	for _, r := range *e.runs.Load() {
		if err := r.join(ctx, false); err != nil {
			return err
		}
	}
	// Futures are not counted, which would cost every one of them two contended atomics; so this looks, seldom.
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for e.working() || e.anyWork() {
		e.wakeIfNeeded()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
	return nil
}

// working reports whether a task is in its function, awake or blocked.
func (e *Engine) working() bool {
	// A task that falls asleep or wakes between two of the looks must not escape both: asleep it is counted before it
	// leaves, awake before it is no longer blocked, and sleeps tells whether one fell asleep meanwhile.
	n := e.sleeps.Load()
	return e.blocked.Load() > 0 || active(e.idle.load()) > 0 || e.sleeps.Load() != n
}

// comeBack takes the place again of a task that was blocked.
func (e *Engine) comeBack() {
	e.enter(true)
	e.blocked.Add(-1)
}

// refuse makes the engine take no new work from outside, or, with all, none at all.
func (e *Engine) refuse(all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusing.Store(true)
	if all {
		e.closed.Store(true)
	}
}

// cancelQueued cancels the futures in the injector of an engine that is closed.
func (e *Engine) cancelQueued() {
	for _, f := range e.inject.drain() {
		f.Cancel(ErrClosed)
	}
}
