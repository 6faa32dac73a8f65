package sched

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/internal/goroutine"
	"github.com/gomagpie/magpie/internal/invariants"
)

// searchRounds is how often a searcher looks everywhere before it sleeps: about 8 µs, which is what waking it costs.
// With 16 rounds a stencil of width 2 with 47 µs tasks ran at 58 % efficiency, with 256 at 96 %.
const searchRounds = 256

// executor is a goroutine of the engine that runs tasks while it has a seat. There are as many as seats, and one more
// for each task that waits.
//
// What is not said to be guarded belongs to the executor's own goroutine.
type executor struct {
	e      *Engine
	wake   chan struct{} // capacity 1; one token for each time the executor is taken off the list of sleepers
	began  bool
	g      uintptr      // tells whether a caller is this goroutine; 0 where that cannot be known
	number atomic.Int64 // of the goroutine

	// mu guards the seat's queue, and the lane's, while the executor is inside a function of the user's: there other
	// goroutines of the task may use them, give the seat away, or take it. Outside of functions the executor uses both
	// without a lock. So a function's end counts as one only after task.leave has made sure that nobody is at it.
	mu      sync.Mutex
	seat    atomic.Pointer[seat] // written under seats.mu; to nil, by others than its executor, under mu as well
	waits   int                  // goroutines of the tasks inside that wait; guarded by mu
	under   []*Future            // those that wait inline for current; guarded by mu
	lane    *lane                // written outside of functions
	spawned bool                 // the task of a run has submitted futures; guarded by mu inside of functions
	cur     atomic.Pointer[Task] // the outermost call
	current atomic.Pointer[Future]
	permit  *permit // of the innermost call; those of the others are nil, see frame.inline

	task      Task // of the outermost future
	runsFirst bool // runs have their turn
	turn      int  // where the round through the runs goes on
	ran       int64
	past      [maxNoted]ended // futures that x has run and that have finished, of which the engine is to be told
	noted     int             // how many they are
	events    []Event
	batch     int // futures to take from the injector at once
	pace
}

// executors finds the executors of all engines by their goroutines, as goroutine.Self tells them.
var executors sync.Map // uintptr → *executor

// executorHere returns the executor whose goroutine the caller's is, if it is inside a function of the user's, or nil.
func executorHere() *executor {
	v, ok := executors.Load(goroutine.Self())
	if !ok {
		return nil
	}
	x := v.(*executor)
	if t := x.cur.Load(); t == nil || !t.inside.get() {
		return nil
	}
	return x
}

func newExecutor(e *Engine) *executor {
	return &executor{e: e, wake: make(chan struct{}, 1), pace: pace{span: 1}, batch: 1}
}

// begin starts x, or wakes it.
func (x *executor) begin() {
	if x.began {
		x.wake <- struct{}{}
		return
	}
	x.began = true
	go x.main()
}

// main is an executor's life. On entry it has a seat and is counted as searching.
func (x *executor) main() {
	x.g = goroutine.Self()
	x.number.Store(goroutine.Number())
	if goroutine.Known {
		executors.Store(x.g, x)
	}
	over := false
	defer func() { x.ends(over) }()
	for {
		for x.search() {
		}
		if !x.e.park(x) {
			over = true
			return
		}
	}
}

// ends is called when x's goroutine ends: over, or because a task called runtime.Goexit. Then its seat goes to another.
func (x *executor) ends(over bool) {
	e := x.e
	ss := e.seats
	executors.Delete(x.g)
	if ln := x.lane; ln != nil { // its part of the run goes to the others
		ln.run.leaveLane(ln)
	}
	if s := x.seat.Load(); s != nil && !over {
		x.flush()
		s.clear(&e.inject)
	}
	ss.mu.Lock()
	delete(ss.live, x)
	if x.seat.Load() != nil {
		e.leaveLocked(x)
	}
	e.quietLocked()
	ss.mu.Unlock()
	e.left()
	e.wg.Done()
}

// search looks for work and runs what it finds, until it must look again. It returns false if it found none, or the
// seat is wanted.
func (x *executor) search() bool {
	e := x.e
	invariants.Yield("search")
	for round := range searchRounds {
		if e.stop.Load() || e.crowded() {
			return false
		}
		if x.runsFirst {
			x.runsFirst = false
			if x.searchRuns() {
				return true
			}
		}
		if f := x.takeFuture(); f != nil {
			e.found()
			x.runFutures(f)
			e.idle.add(1, 0)
			return true
		}
		if x.searchRuns() {
			return true
		}
		if round&3 == 3 {
			runtime.Gosched()
		}
	}
	return false
}

// crowded reports whether somebody stands in line for a seat.
func (e *Engine) crowded() bool { return e.seats.lined.Load() > 0 }

// searchRuns takes part in the next run that has work, in turn.
func (x *executor) searchRuns() bool {
	e := x.e
	for after, r := range e.runs.next(x.turn) {
		if !r.hasWork() {
			continue
		}
		ln := r.enterLane(x)
		t, ok := r.take(ln)
		if !ok {
			r.leaveLane(ln)
			continue
		}
		x.turn = after
		e.found()
		for ok {
			ln.work(t)
			if x.spawned { // they are what the task wanted next
				x.spawned = false
				if f := x.seat.Load().next(); f != nil {
					x.cur.Store(nil) // they are calls of their own, not inside a task of the run
					x.runFutures(f)
					x.cur.Store(&ln.task)
				}
				ln.beginsNow()
			}
			if ln.left {
				break
			}
			if t, ok = ln.next(); !ok {
				t, ok = r.take(ln)
			}
		}
		r.leaveLane(ln)
		e.idle.add(1, 0)
		return true
	}
	return false
}

// takeFuture returns a future to run: from the injector, from the seat, or stolen.
func (x *executor) takeFuture() *Future {
	e, s := x.e, x.seat.Load()
	if f := e.inject.take(s, e.set.workers, x.batch); f != nil {
		return f
	}
	if f := s.next(); f != nil {
		return f
	}
	all := e.seats.all
	for i := 1; i < len(all); i++ {
		v := all[(s.id+i)%len(all)]
		if f, ok := s.own.steal(&v.own); ok {
			return f
		}
		if f, ok := v.share.shift(); ok {
			return f
		}
	}
	return nil
}

// runFutures runs f and what it makes ready, until the seat has none any more or the executor is wanted elsewhere.
func (x *executor) runFutures(f *Future) {
	x.start(x.e.now())
	for f != nil {
		if s := x.seat.Load(); len(s.own.priv) > 0 && s.own.empty() {
			invariants.Yield("publish")
			s.own.forget()
			s.own.publish()
			x.e.wakeIfNeeded()
		}
		next := f.execute(x)
		if x.tick--; x.tick <= 0 && x.look() {
			s := x.seat.Load()
			if next != nil {
				s.own.priv = append(s.own.priv, next)
			}
			s.clear(&x.e.inject)
			break
		}
		if next == nil {
			next = x.seat.Load().next()
		}
		f = next
	}
	x.measure(x.e.now()-x.stamp, x.span-x.tick)
	x.flush()
}

// measure decides from the time that so many futures took how many to take from the injector at once.
func (x *executor) measure(took time.Duration, futures int) {
	if futures == 0 {
		return
	}
	x.batch = int(min(claimFor*time.Duration(futures)/max(took, 1), shareMax)) + 1
}

// look is the counterpart of a lane's: clock, yield, and whether this executor should do something else.
func (x *executor) look() bool {
	e := x.e
	now := e.now()
	tasks := x.span
	x.measure(x.read(now), tasks)
	x.flush()
	x.seat.Load().beats.Add(1)
	if e.crowded() {
		return true
	}
	if !x.yield(e, now) {
		return false
	}
	x.runsFirst = e.runs.len() > 0
	return x.runsFirst || e.crowded() || !e.inject.empty()
}

// flush makes visible what the executor has counted.
func (x *executor) flush() {
	x.current.Store(nil)
	if s := x.seat.Load(); s != nil {
		s.forget()
	}
	if x.ran > 0 {
		x.e.counts.futures.Add(x.ran)
		x.ran = 0
	}
	x.tellPast()
	if len(x.events) > 0 {
		x.e.observe(x.e.set.observer, x.events)
		x.events = x.events[:0]
	}
}
