package sched

import (
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/site"
)

// counters are added to in batches, by executors that come up for air.
type counters struct {
	tasks, futures, steals atomic.Int64
}

// Stats is a look at an engine. While it works, what is counted lags by what its workers have done since they last looked
// up: up to 64 tasks each, or 200 µs. At rest, when all that was asked for has ended and the workers have gone to sleep,
// some microseconds later, all of it is exact: Active, Runs, Queued, Lined and Bytes are 0, and Tasks and Futures count
// what was run.
type Stats struct {
	Workers int   // tasks that may run at once; 1 in sync mode
	Active  int   // workers that are awake: they run a task, or look for one. One whose task waits is not
	Parked  int   // goroutines of the engine that are asleep for want of work; at rest at most Workers
	Runs    int   // computations that have begun and not ended, those that wait for memory included
	Queued  int   // futures that could run and that no worker has taken up; not those that wait for inputs
	Lined   int   // tasks that wait for others of their name to end, under a limit; see futures.Limit
	Tasks   int64 // tasks of computations that were done with: run, or skipped after a failure
	Futures int64 // futures whose function was called; retries are one call. Those cancelled before are not counted
	Steals  int64 // times a worker took tasks of a computation from another
	Bytes   int64 // of results that computations under way hold, as far as their tasks said

	Persisted      int   // persisted values and collections that somebody holds, those under way included; Held lists them
	PersistedBytes int64 // that they hold in memory
}

// Stats returns what the engine is doing and has done. It is safe for concurrent use.
func (e *Engine) Stats() Stats {
	e.seats.mu.Lock()
	parked := len(e.seats.idle)
	e.seats.mu.Unlock()
	s := Stats{
		Workers: e.set.workers, Active: int(active(e.idle.load())), Parked: parked, Queued: int(e.inject.n.Load()),
		Tasks: e.counts.tasks.Load(), Futures: e.counts.futures.Load(), Steals: e.counts.steals.Load(),
	}
	_, s.Lined = e.inLine()
	for r := range e.runs.all {
		s.Runs++
		s.Bytes += r.Bytes()
	}
	for _, h := range persisted.of(e) {
		s.Persisted++
		s.PersistedBytes += h.size()
	}
	return s
}

// TaskInfo describes one task known to an engine.
type TaskInfo struct {
	Key   string    // its name and number, as "inc-17"; of a failed callback's or observer's, what failed
	State State     // Pending, Running, Finished or Failed
	Site  site.Site // the user's call; zero if that is not known
	Err   error     // of a failed task, a description: a *TaskError, or an *InputError if it was an input that failed
	Root  string    // of a task that was not run since another had failed or was cancelled: the key of that one
}

// Tasks lists the engine's tasks, each once: the last thousand failures of futures and computations; the last thousand
// futures that were not run because an input had failed, with the Root of that; the last 64 futures that have
// finished, of short ones, of which a worker does dozens without looking up, a part; then futures that run now, and
// those that wait in the engine or for their inputs. Those that have ended come in the order of their ends. Cancelled
// futures are not listed, what depended on them is.
//
// Memory: of those that have ended it is a description that is kept and listed: of an error the text, which errors.Is
// finds only if it was made by errors.New, and nothing to Rerun; neither inputs nor values are held. The list is a
// look at moving things: a task may be missing while it passes from one queue to another, or has ended since its
// worker last looked up. At rest (see [Stats]) nothing runs or waits in it.
func (e *Engine) Tasks() []TaskInfo {
	var list []TaskInfo
	e.failures.mu.Lock()
	for _, te := range e.failures.last {
		list = append(list, TaskInfo{Key: te.Key, State: Failed, Site: te.Site, Err: te})
	}
	e.failures.mu.Unlock()
	list = append(list, e.past.list()...)
	seen := map[*Future]bool{}
	visit := func(f *Future) {
		for open := []*Future{f}; len(open) > 0; {
			f, open = open[len(open)-1], open[:len(open)-1]
			if f == nil || seen[f] {
				continue
			}
			seen[f] = true
			if s := State(f.state.Load()); s < Finished {
				list = append(list, TaskInfo{Key: f.Key(), State: s, Site: f.site})
			}
			f.mu.Lock()
			for ed := f.edges; ed != nil; ed = ed.next {
				if s, ok := ed.to.(*Future); ok {
					open = append(open, s)
				}
			}
			f.mu.Unlock()
		}
	}
	for _, f := range e.running() {
		visit(f)
	}
	for _, s := range e.seats.all {
		for _, q := range []*futureQueue{&s.own, &s.share} {
			for h := q.head.Load(); h != q.tail.Load(); h++ {
				visit(q.ring[h&q.mask].Load())
			}
		}
	}
	lined, _ := e.inLine()
	for _, f := range append(e.inject.list(), lined...) {
		visit(f)
	}
	return list
}
