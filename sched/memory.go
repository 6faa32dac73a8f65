package sched

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// MemoryError says that a computation cannot run within the engine's memory limit.
type MemoryError struct {
	Need  int64  // bytes it needs at least
	Limit int64  // bytes it may use
	Held  int64  // bytes of the limit taken by results that cannot leave memory
	Key   string // the task that needs most at once
}

// Error says what to do.
func (e *MemoryError) Error() string {
	held := ""
	if e.Held > 0 {
		held = fmt.Sprintf(", of which %d are taken by results that are held and cannot be spilled", e.Held)
	}
	return fmt.Sprintf("sched: memory: task %s needs %d bytes at once and the limit is %d%s: raise MemoryLimit, "+
		"use smaller chunks, persist or reduce instead of computing a whole array, or release what is persisted",
		e.Key, e.Need, e.Limit, held)
}

// memory is an engine's budget, shared by its runs. Each run has a booking with a reserve: what it needs at least, so
// that it can always go on, whatever the others hold. Runs are admitted in the order they come, as their reserves fit.
type memory struct {
	limit int64
	freed atomic.Int64 // bytes dropped since the last collection
	inGC  atomic.Bool

	mu       sync.Mutex // guards everything below, and every booking
	bookings []*Run     // admitted, under way or over but holding results
	waiting  []*Run
	spilling int       // results being written
	moved    sync.Cond // a result came or left; uses mu
	spill    *spillDir
}

func newMemory(limit int64, dir string) *memory {
	m := &memory{limit: limit, spill: &spillDir{parent: dir}}
	m.moved.L = &m.mu
	return m
}

// fits reports whether r may book c bytes more: there is room beside what all have or were promised, or it is within
// r's own reserve and there is room beside what all have. mu is held.
func (m *memory) fits(r *Run, c int64) bool {
	var promised, held int64
	for _, x := range m.bookings {
		mine := x.book.held
		if x == r {
			mine += c
		}
		promised += max(mine, x.book.reserve)
		held += mine
	}
	return promised <= m.limit || held <= m.limit && r.book.held+c <= r.book.reserve
}

// over reports whether more is held than the limit allows: tasks reported more than was estimated. mu is held.
func (m *memory) over() bool {
	var held int64
	for _, x := range m.bookings {
		held += x.book.held
	}
	return held > m.limit
}

// othersMove reports whether another run has tasks that run or can, which will free memory. Tasks under way that wait
// for results of other runs do not count: what they wait for may be r's, which would wait for them. mu is held.
func (m *memory) othersMove(r *Run) bool {
	return slices.ContainsFunc(m.bookings, func(x *Run) bool { return x != r && x.book.moves() })
}

// pumpStalled lets runs look again that waited for memory with nothing of their own under way.
func (m *memory) pumpStalled() {
	m.mu.Lock()
	var stalled []*Run
	for _, x := range m.bookings {
		if x.stalled {
			x.stalled = false
			stalled = append(stalled, x)
		}
	}
	m.mu.Unlock()
	for _, x := range stalled {
		x.pump()
	}
}

// fixed returns the bytes that nothing can free soon: the reserves of runs, and results of ended runs that cannot be
// spilled. mu is held.
func (m *memory) fixed() (reserves, pinned int64) {
	for _, r := range m.bookings {
		if !r.book.ended {
			reserves += r.book.reserve
			continue
		}
		for _, ids := range r.outputs {
			for _, t := range ids {
				if b := r.book; b.where[t] == inMemory && !b.spillable(uint32(t)) {
					pinned += b.size[t]
				}
			}
		}
	}
	return reserves, pinned
}

// admit lets r begin, now or when others have ended, or refuses it for good. nested says that a task of the engine
// waits for it: that one cannot end first.
func (m *memory) admit(r *Run, nested bool) error {
	need, at := r.book.minimum()
	r.book.reserve = need
	m.mu.Lock()
	defer m.mu.Unlock()
	reserves, pinned := m.fixed()
	if need > m.limit-pinned || (nested && need > m.limit-pinned-reserves) {
		held := pinned
		if nested {
			held += reserves
		}
		return &MemoryError{Need: need, Limit: m.limit, Held: held, Key: r.graph.Key(TaskID(at))}
	}
	if need > m.limit-pinned-reserves || len(m.waiting) > 0 && !nested {
		m.waiting = append(m.waiting, r)
		return nil
	}
	m.bookings = append(m.bookings, r)
	r.admitted.Store(true)
	return nil
}

// forceAdmit lets a run begin that was cancelled while it waited: its tasks are skipped, and need no memory.
func (m *memory) forceAdmit(r *Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.Index(m.waiting, r); i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
		r.book.reserve = 0
		m.bookings = append(m.bookings, r)
		r.admitted.Store(true)
	}
}

// admitWaiting lets waiting runs begin whose reserves fit now, in their order, and returns them.
func (m *memory) admitWaiting() (begun []*Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.waiting) > 0 {
		r := m.waiting[0]
		if reserves, pinned := m.fixed(); r.book.reserve > m.limit-pinned-reserves {
			break
		}
		m.waiting = m.waiting[1:]
		m.bookings = append(m.bookings, r)
		r.admitted.Store(true)
		begun = append(begun, r)
	}
	return begun
}

// end turns a run's booking into one that only holds results, or removes it.
func (m *memory) end(r *Run, drop bool) {
	m.mu.Lock()
	r.book.ended, r.book.reserve = true, 0
	if drop {
		if i := slices.Index(m.bookings, r); i >= 0 {
			m.bookings = slices.Delete(m.bookings, i, i+1)
		}
		if i := slices.Index(m.waiting, r); i >= 0 {
			m.waiting = slices.Delete(m.waiting, i, i+1)
		}
		for t := range r.book.copied {
			r.removeCopy(uint32(t))
		}
		r.book.forgetAll()
	}
	m.mu.Unlock()
	for _, x := range m.admitWaiting() {
		x.pump()
	}
	// Others may find room now.
	m.mu.Lock()
	rest := slices.Clone(m.bookings)
	m.mu.Unlock()
	for _, x := range rest {
		if x != r && !x.over() {
			x.pump()
		}
	}
}

// victim picks what to write to disk so that r can go on: results of ended runs first, then r's own. mu is held.
func (m *memory) victim(r *Run) (from *Run, t uint32, ok bool) {
	for _, x := range m.bookings {
		if x.book.ended {
			if t, ok := x.book.spill(); ok {
				return x, t, true
			}
		}
	}
	t, ok = r.book.spill()
	return r, t, ok
}

// noteFreed counts dropped bytes, and starts a collection when they come to an eighth of the limit, or a megabyte if
// that is more: Go's collector would wait until the heap has doubled, which is beyond the limit; at a quarter the
// process took 1.6 times the limit. A collection costs a millisecond here, since chunks hold no pointers.
func (m *memory) noteFreed(n int64) {
	if m.freed.Add(n) < max(m.limit/8, 1<<20) || !m.inGC.CompareAndSwap(false, true) {
		return
	}
	m.freed.Store(0)
	runtime.GC()
	m.inGC.Store(false)
}
