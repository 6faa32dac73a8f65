package sched

import (
	"slices"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
)

// The idle protocol decides who looks for work and who sleeps. One packed word holds two counts:
//
//	searching: executors that hold a seat and look for work
//	active:    seats that are held
//
// README.md beside this file has the argument that no wake-up is lost; in short:
//
//   - Who makes work visible afterwards looks at the word, and wakes an executor if nobody searches and a seat is free.
//   - Who stops searching because it found work, and was the last to search, does the same: there may be more.
//   - Who stops searching to sleep first leaves both counts, then, if it was the last searcher, looks at all queues
//     once more. Who leaves its seat for another reason (a task that waits) looks as well.
type idleState struct{ word atomic.Uint64 }

const (
	oneActive    = 1
	oneSearching = 1 << 32
)

func searching(w uint64) uint64 { return w >> 32 }
func active(w uint64) int64     { return int64(w & (oneSearching - 1)) }

func (s *idleState) load() uint64 { return s.word.Load() }

// add changes both counts at once and returns the new word.
func (s *idleState) add(searching, active int64) uint64 {
	return s.word.Add(uint64(searching*oneSearching + active*oneActive))
}

// enough reports whether nobody need be woken: somebody searches, or no seat is free.
func (e *Engine) enough(w uint64) bool {
	return searching(w) != 0 || active(w) >= int64(e.set.workers)
}

// wakeIfNeeded is called after work was made visible. It wakes, or makes, one executor if nobody is searching and a
// seat is free. One is enough: it wakes the next one itself when it finds more work than it can do.
func (e *Engine) wakeIfNeeded() {
	if e.set.sync {
		e.ring()
		return
	}
	invariants.Yield("look for searchers")
	if e.enough(e.idle.load()) {
		return
	}
	invariants.Yield("wake")
	e.seats.mu.Lock()
	if e.enough(e.idle.load()) {
		e.seats.mu.Unlock()
		return
	}
	x := e.wakeLocked()
	e.seats.mu.Unlock()
	if x == nil {
		return
	}
	x.begin()
	e.watch()
}

// spareMax is how many executors may sleep beside those that all seats need, while the engine is at work: tasks that wait
// for others in turn would else start and end a goroutine with each wait, which took a third of the time of such a wait.
const spareMax = 32

// park leaves x's seat, since it has found nothing or another stands in line, and sleeps. On entry x is counted as
// active and searching; so it is again when park returns true. It returns false when the engine stops, or enough others
// sleep: then x ends. When nobody is at work any more, those that slept longest end, but for one a seat.
func (e *Engine) park(x *executor) bool {
	invariants.Yield("park")
	x.flush() // of what was run inline
	x.seat.Load().clear(&e.inject)
	ss := e.seats
	ss.mu.Lock()
	e.idle.add(-1, 0)
	e.leaveLocked(x)
	over := ss.stop || len(ss.idle) >= e.set.workers+spareMax
	if !over {
		ss.idle = append(ss.idle, x)
	}
	var surplus []*executor
	if n := len(ss.idle) - e.set.workers; n > 0 && len(ss.free) == len(ss.all) {
		surplus = slices.Clone(ss.idle[:n])
		ss.idle = slices.Delete(ss.idle, 0, n)
	}
	w := e.idle.load()
	e.quietLocked()
	ss.mu.Unlock()
	for _, y := range surplus {
		y.wake <- struct{}{} // without a seat
	}
	if over {
		e.left()
		return false
	}
	invariants.Yield("parked")
	if !e.enough(w) && e.anyWork() && e.unpark(x) {
		return true
	}
	<-x.wake // who woke it has counted it
	return x.seat.Load() != nil
}

// unpark takes x off the list of sleepers and puts it in a free seat, searching, unless a waker has already done so, or
// no seat is free.
func (e *Engine) unpark(x *executor) bool {
	ss := e.seats
	ss.mu.Lock()
	defer ss.mu.Unlock()
	n := len(ss.free)
	if n == 0 || ss.stop {
		return false
	}
	for i, y := range ss.idle {
		if x == y {
			ss.idle = append(ss.idle[:i], ss.idle[i+1:]...)
			s := ss.free[n-1]
			ss.free = ss.free[:n-1]
			ss.sit(x, s)
			e.idle.add(1, 1)
			return true
		}
	}
	return false
}

// found is called by a searcher that has found work: it stops searching, and if it was the last one looks whether
// another is needed.
func (e *Engine) found() {
	invariants.Yield("found")
	if searching(e.idle.add(-1, 0)) == 0 && e.anyWork() {
		e.wakeIfNeeded()
	}
}

// left is called after a seat was left. Work that nobody was woken for, because no seat was free, finds somebody now.
func (e *Engine) left() {
	invariants.Yield("left")
	if e.anyWork() {
		e.wakeIfNeeded()
	}
}

// quietLocked tells Shutdown, if it waits, that all executors are idle. seats.mu is held.
func (e *Engine) quietLocked() {
	ss := e.seats
	if ss.quiet != nil && len(ss.idle) == len(ss.live) {
		close(ss.quiet)
		ss.quiet = nil
	}
}
