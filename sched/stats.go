package sched

import (
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/site"
)

// counters are added to in batches, by executors that come up for air.
type counters struct {
	tasks, futures, steals atomic.Int64
}

// Stats is a look at an engine. Tasks and futures are counted in batches, so the counts lag a little.
type Stats struct {
	Workers int   // tasks that may run at once
	Active  int   // executors awake now
	Parked  int   // workers asleep
	Runs    int   // computations under way
	Queued  int   // futures that wait for a worker in the injector
	Lined   int   // tasks that wait for others of their name to end, under a limit; see futures.Limit
	Tasks   int64 // tasks of computations run so far
	Futures int64 // futures run so far
	Steals  int64 // times a worker took tasks from another
	Bytes   int64 // of results that computations under way hold, as reported

	Persisted      int   // persisted values and collections, those under way included; Held lists them
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
	Key   string
	State State
	Site  site.Site // the user's call
	Err   error     // of a failed task
}

// Tasks lists the engine's tasks: futures that wait in the engine or for their inputs, futures that run now, and the
// last thousand failures of futures and computations, oldest first. Of a failure it is a description that is listed: the
// text of the cause, which errors.Is finds only if it was made by errors.New, and nothing to Rerun. Finished futures belong to who holds them and are
// not listed. The list is a look at moving things: a task may be missing while it passes from one queue to another.
func (e *Engine) Tasks() []TaskInfo {
	var list []TaskInfo
	e.failures.mu.Lock()
	for _, te := range e.failures.last {
		list = append(list, TaskInfo{te.Key, Failed, te.Site, te})
	}
	e.failures.mu.Unlock()
	seen := map[*Future]bool{}
	visit := func(f *Future) {
		for open := []*Future{f}; len(open) > 0; {
			f, open = open[len(open)-1], open[:len(open)-1]
			if f == nil || seen[f] {
				continue
			}
			seen[f] = true
			if s := State(f.state.Load()); s < Finished {
				list = append(list, TaskInfo{f.Key(), s, f.site, nil})
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
