package sched

import (
	"context"
	"runtime"
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
	epoch time.Time

	_    pad
	idle idleState
	_    pad

	seats    *seats
	monitor  monitor
	runs     runs
	inject   injector
	refusing atomic.Bool // no new work from outside; written under mu
	closed   atomic.Bool // no work at all; written under mu
	stop     atomic.Bool // executors end; copy of seats.stop
	away     away
	wg       sync.WaitGroup
	closing  sync.Mutex // one Close at a time

	nextFuture atomic.Uint32 // numbers futures
	failures   failureLog
	past       past
	counts     counters
	memory     *memory                           // nil: no limit
	limits     atomic.Pointer[map[string]*limit] // by name; nil: none. Written under mu, replaced and not changed

	mu sync.Mutex // guards the lists of runs and limits, and refusing and closed
}

// New returns an engine with the given [Workers] and other options. Its goroutines start when there is work; one made with
// [Sync] has none, and runs what it is given on the goroutine that asks. Close it when it is no longer needed.
func New(opts ...Option) *Engine {
	s := settingsOf(opts)
	switch {
	case s.sync:
		s.workers, s.public = 1, true
	case s.workers == 0:
		s.workers = runtime.GOMAXPROCS(0)
	}
	return newEngine(s)
}

func newEngine(s settings) *Engine {
	n := s.workers
	if s.sync {
		n = 0
	}
	e := &Engine{set: s, epoch: time.Now(), seats: newSeats(n)}
	if s.memory > 0 {
		e.memory = newMemory(s.memory, s.spillDir)
	}
	e.setLimits(s.futures.Limits)
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

// engineFor returns the engine that options and context name: the one given, that of the task whose context ctx is,
// or the default one. nil: the options ask for an engine of the call's own.
func (s *settings) engineFor(ctx context.Context) *Engine {
	f := frameOf(ctx)
	switch {
	case s.sync && (f == nil || !f.e.set.sync || s.private):
		return nil
	case !s.sync && s.engine != nil:
		return s.engine
	case !s.sync && s.private:
		return nil
	case f != nil:
		return f.e
	}
	return Default()
}

// newPrivate returns an engine for one computation with the given options.
func newPrivate(s settings, opts []Option) *Engine {
	if s.sync {
		return newSyncEngine(s)
	}
	return New(opts...)
}

// addRun makes a run's work visible. The caller then wakes a worker or takes part itself. inside says that a task of
// the engine asks for it.
func (e *Engine) addRun(r *Run, inside bool) bool {
	e.mu.Lock()
	if e.closed.Load() || e.refusing.Load() && !inside {
		e.mu.Unlock()
		return false
	}
	e.runs.add(r)
	e.mu.Unlock()
	return true
}

func (e *Engine) removeRun(r *Run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.runs.remove(r)
}

// anyWork reports whether an executor that came now would find something. See idleState for who must ask.
func (e *Engine) anyWork() bool {
	if !e.inject.empty() {
		return true
	}
	for _, s := range e.seats.all {
		if !s.empty() {
			return true
		}
	}
	for r := range e.runs.all {
		if r.hasWork() {
			return true
		}
	}
	return false
}

// wanted reports whether an executor should leave r for a while: others wait. In sync mode they wait until it is over.
func (e *Engine) wanted(r *Run) bool {
	return !e.set.sync && (e.crowded() || !e.inject.empty() || e.runs.rivals(r))
}
