package sched

import (
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
)

// The idle protocol decides who may run and who sleeps. One packed word holds two counts:
//
//	searching: executors that are awake and looking for work
//	active:    executors that are awake: searching, or running tasks; not those blocked inside a task
//
// An executor is a worker, or a caller's goroutine that takes part in its own computation (a guest). At most limit
// executors are meant to be active. README.md beside this file has the argument that no wake-up is lost; in short:
//
//   - Who makes work visible afterwards looks at the word, and wakes a worker if nobody searches and a place is free.
//   - Who stops searching because it found work, and was the last to search, does the same: there may be more.
//   - Who stops searching to sleep first leaves both counts, then, if it was the last searcher, looks at all queues
//     once more. Who leaves for another reason (a guest that is done, a task that blocks) looks as well.
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

// wakeIfNeeded is called after work was made visible. It wakes, or makes, one worker if nobody is searching and a
// place is free. One is enough: it wakes the next one itself when it finds more work than it can do.
func (e *Engine) wakeIfNeeded() {
	invariants.Yield("look for searchers")
	s := e.idle.load()
	if searching(s) != 0 || active(s) >= e.limit.Load() {
		return
	}
	invariants.Yield("wake")
	e.mu.Lock()
	s = e.idle.load()
	if searching(s) != 0 || active(s) >= e.limit.Load() || e.mu.stop {
		e.mu.Unlock()
		return
	}
	e.idle.add(1, 1)
	var w *worker
	if n := len(e.mu.parked); n > 0 {
		w = e.mu.parked[n-1]
		e.mu.parked = e.mu.parked[:n-1]
		e.mu.Unlock()
		w.wake <- struct{}{}
		return
	}
	w = e.newWorkerLocked()
	e.mu.Unlock()
	go w.main()
}

// park puts w to sleep. On entry w is counted as active and searching; so it is again when park returns true. It
// returns false when the engine stops.
func (e *Engine) park(w *worker) bool {
	invariants.Yield("park")
	e.mu.Lock()
	if e.mu.stop {
		e.idle.add(-1, -1)
		e.mu.Unlock()
		return false
	}
	e.mu.parked = append(e.mu.parked, w)
	s := e.idle.add(-1, -1)
	e.mu.Unlock()
	invariants.Yield("parked")
	// Not when the engine is crowded, which may be why w parks: enough others are awake, and look before they sleep.
	if searching(s) == 0 && active(s) < e.limit.Load() && e.anyWork() && e.unpark(w) {
		return true
	}
	<-w.wake // who woke it has counted it
	if e.stopping() {
		e.idle.add(-1, -1)
		return false
	}
	return true
}

// unpark takes w off the list of sleepers and counts it as searching, unless a waker has already done so.
func (e *Engine) unpark(w *worker) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, x := range e.mu.parked {
		if x == w {
			e.mu.parked = append(e.mu.parked[:i], e.mu.parked[i+1:]...)
			e.idle.add(1, 1)
			return true
		}
	}
	return false
}

// found is called by a searcher that has found work, or gives up without going to sleep: it stops searching, and if it
// was the last one looks whether another is needed.
func (e *Engine) found() {
	invariants.Yield("found")
	if searching(e.idle.add(-1, 0)) == 0 && e.anyWork() {
		e.wakeIfNeeded()
	}
}

// enter makes the calling goroutine an executor if a place is free, or if forced.
func (e *Engine) enter(force bool) bool {
	for {
		s := e.idle.load()
		if active(s) >= e.limit.Load() && !force {
			return false
		}
		if e.idle.word.CompareAndSwap(s, s+oneActive) {
			return true
		}
	}
}

// leave gives the place up. Work that nobody was woken for, because this place was taken, finds somebody now.
func (e *Engine) leave() {
	e.idle.add(0, -1)
	invariants.Yield("left")
	if e.anyWork() {
		e.wakeIfNeeded()
	}
}

// crowded reports whether more executors are awake than there are places: tasks that were blocked have come back.
func (e *Engine) crowded() bool { return active(e.idle.load()) > e.limit.Load() }
