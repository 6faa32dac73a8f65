package sched

import (
	"container/list"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/spill"
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
//
// Nothing is done under its lock that takes time or is the user's code: no file is touched and no value asked.
type memory struct {
	limit int64
	spill *spill.Store
	freed atomic.Int64 // bytes dropped since the last collection
	inGC  atomic.Bool

	mu sync.Mutex // guards everything below, and every booking
	ledger
	admitted int       // runs in the ledger: under way, or over but holding results
	waiting  []*Run    // to be admitted
	ended    list.List // of runs that are over and hold results that may be spilled
	hungry   []*Run    // want to begin more tasks than there is memory for
	stalled  []*Run    // want to, and have none under way
	spilling int       // results being written
	moved    sync.Cond // a result came or left; uses mu
}

func newMemory(limit int64, dir string) *memory {
	m := &memory{limit: limit, spill: spill.New(dir)}
	m.moved.L = &m.mu
	return m
}

// fits reports whether r may book c bytes more: there is room beside what all have or were promised, or it is within
// r's own reserve and there is room beside what all have. mu is held.
func (m *memory) fits(r *Run, c int64) bool {
	b := r.book
	promised := m.promised + max(b.held+c, b.reserve) - max(b.held, b.reserve)
	return promised <= m.limit || m.held+c <= m.limit && b.held+c <= b.reserve
}

// over reports whether more is held than the limit allows: tasks reported more than was estimated. mu is held.
func (m *memory) over() bool { return m.held > m.limit }

// othersMove reports whether another run has tasks that run or can, which will free memory. Tasks under way that wait
// for results of other runs do not count: what they wait for may be r's, which would wait for them. mu is held.
func (m *memory) othersMove(r *Run) bool { return m.moving > r.book.moving }

// wantsMore notes that r waits for memory. mu is held.
func (m *memory) wantsMore(r *Run) {
	if !r.hungry {
		r.hungry = true
		m.hungry = append(m.hungry, r)
	}
	if r.book.flying == 0 && !r.stalled {
		r.stalled = true
		m.stalled = append(m.stalled, r)
	}
}

// pumpStalled lets runs look again that waited for memory with nothing of their own under way: some was freed.
func (m *memory) pumpStalled() {
	m.mu.Lock()
	again := m.stalled
	m.stalled = nil
	for _, x := range again {
		x.stalled = false
	}
	m.mu.Unlock()
	for _, x := range again {
		x.pump()
	}
}

// pumpHungry lets all runs look again that wait for memory: more is left for each.
func (m *memory) pumpHungry() {
	m.mu.Lock()
	again := m.hungry
	m.hungry = nil
	for _, x := range again {
		x.hungry = false
	}
	m.mu.Unlock()
	for _, x := range again {
		if !x.over() {
			x.pump()
		}
	}
}

// admit lets r begin, now or when others have ended, or refuses it for good. nested says that a task of the engine
// waits for it: that one cannot end first.
func (m *memory) admit(r *Run, nested bool) error {
	need, at := r.book.minimum()
	r.book.reserve = need
	m.mu.Lock()
	defer m.mu.Unlock()
	if need > m.limit-m.pinned || (nested && need > m.limit-m.pinned-m.reserves) {
		held := m.pinned
		if nested {
			held += m.reserves
		}
		return &MemoryError{Need: need, Limit: m.limit, Held: held, Key: r.graph.Key(TaskID(at))}
	}
	if need > m.limit-m.pinned-m.reserves || len(m.waiting) > 0 && !nested {
		m.waiting = append(m.waiting, r)
		return nil
	}
	m.begin(r)
	return nil
}

// begin enters r in the ledger. mu is held.
func (m *memory) begin(r *Run) {
	r.book.enter(&m.ledger)
	m.admitted++
	r.admitted.Store(true)
}

// forceAdmit lets a run begin that was cancelled while it waited: its tasks are skipped, and need no memory.
func (m *memory) forceAdmit(r *Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.Index(m.waiting, r); i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
		r.book.reserve = 0
		m.begin(r)
	}
}

// admitWaiting lets waiting runs begin whose reserves fit now, in their order, and returns them.
func (m *memory) admitWaiting() (begun []*Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.waiting) > 0 && m.waiting[0].book.reserve <= m.limit-m.pinned-m.reserves {
		r := m.waiting[0]
		m.waiting = slices.Delete(m.waiting, 0, 1)
		m.begin(r)
		begun = append(begun, r)
	}
	return begun
}

// end turns a run's booking into one that only holds results, or removes it.
func (m *memory) end(r *Run, drop bool) {
	m.mu.Lock()
	b := r.book
	var files []spill.Key
	if drop {
		if b.in != nil {
			m.admitted--
		}
		if i := slices.Index(m.waiting, r); i >= 0 {
			m.waiting = slices.Delete(m.waiting, i, i+1)
		}
		for t, copied := range b.copied {
			if copied {
				b.copied[t] = false
				files = append(files, r.fileOf(uint32(t)))
			}
		}
		b.forgetAll()
		b.leave()
	} else {
		b.set(b.held, 0, r.pinned())
	}
	b.ended = true
	m.offer(r)
	m.mu.Unlock()
	m.spill.Remove(files...)
	for _, x := range m.admitWaiting() {
		x.pump()
	}
	m.pumpHungry()
}

// pinned returns the bytes of results that cannot leave memory before they are released. The memory lock is held.
func (r *Run) pinned() (n int64) {
	b := r.book
	kept := slices.Sorted(slices.Values(r.graph.keep))
	for _, t := range slices.Compact(kept) {
		if b.where[t] == inMemory && !b.spillable(uint32(t)) {
			n += b.size[t]
		}
	}
	return n
}

// offer lists r among the ended runs that have something to spill, or takes it off the list. mu is held.
func (m *memory) offer(r *Run) {
	listed := r.ended != nil
	switch can := r.book.ended && len(r.book.victims) > 0; {
	case can && !listed:
		r.ended = m.ended.PushBack(r)
	case !can && listed:
		m.ended.Remove(r.ended)
		r.ended = nil
	}
}

// victim picks what to write to disk so that r can go on: results of ended runs first, then r's own. mu is held.
func (m *memory) victim(r *Run) (from *Run, t uint32, ok bool) {
	for first := m.ended.Front(); first != nil; first = m.ended.Front() {
		x := first.Value.(*Run)
		t, ok := x.book.spill()
		m.offer(x)
		if ok {
			return x, t, true
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
