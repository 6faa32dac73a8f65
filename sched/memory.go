package sched

import (
	"container/list"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/spill"
)

// memory is an engine's budget, shared by its runs. Each run has a booking with a reserve: what it needs at least, so
// that it can always go on, whatever the others hold. Runs are admitted in the order they come, as their reserves fit.
//
// Nothing is done under its lock that takes time or is the user's code: no file is touched and no value asked.
type memory struct {
	slack int64 // what may be held beyond the limit if it turned out larger than was booked, and nothing can be done
	spill *spill.Store

	work    atomic.Int32 // runs, and calls of futures' functions, that are under way
	counted atomic.Bool  // the collector's limit has room for this one, see collector

	mu sync.Mutex // guards everything below, and every booking
	ledger
	values   account   // of futures
	charged  int64     // for what leaves with its holder only, since the last collection by collect
	sweeping bool      // unstick is at work
	admitted int       // runs in the ledger: under way, or over but holding results
	waiting  []*Run    // to be admitted
	blocked  int64     // reserves of runs that have a task which waits for one of these
	underway list.List // of runs that were admitted and are not over
	ended    list.List // of runs that are over and hold results that may be spilled
	hungry   []*Run    // want to begin more tasks than there is memory for
	stalled  []*Run    // want to, and have none under way
	spilling int       // results being written
	growing  int       // tasks that run and wait for room, see awaitTask
	ends     int       // tasks that have ended
	moved    sync.Cond // a result came or left; uses mu
}

func newMemory(limit int64, dir string) *memory {
	m := &memory{ledger: ledger{limit: limit}, slack: 16<<20 + limit/16, spill: spill.New(dir)}
	m.spill.Clean()
	m.moved.L = &m.mu
	m.values.enter(&m.ledger)
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

// tooFar reports whether more would be held, with n bytes more for a run, than may be. Estimates are a little too low
// often enough, and what the limit promises of the whole process has room for that: to end a computation for it was no
// service. mu is held.
func (m *memory) tooFar(n int64) bool { return m.held+n > m.limit+m.slack }

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

// end turns a run's booking into one that only holds results, or removes it.
func (m *memory) end(r *Run, drop bool) {
	m.mu.Lock()
	b := r.book
	var files []spill.Key
	if drop {
		if b.in != nil {
			m.admitted--
			m.unlist(r)
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
		b.set(b.held-r.graph.reserved, 0, r.pinned())
		m.charged += b.pinned
		m.unlist(r)
	}
	b.ended = true
	m.offer(r)
	m.moved.Broadcast()
	m.mu.Unlock()
	m.spill.Remove(files...)
	m.madeRoom()
}

// madeRoom lets others begin after something has left the books.
func (m *memory) madeRoom() {
	m.serveQueue()
	m.pumpHungry()
}

// wanted reports whether somebody waits for room.
func (m *memory) wanted() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting)+len(m.hungry) > 0
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

// unlist takes r off the list that it is on. mu is held.
func (m *memory) unlist(r *Run) {
	if r.element != nil {
		m.underway.Remove(r.element) // does nothing if it is on the other list
		m.ended.Remove(r.element)
		r.element = nil
	}
}

// offer lists r, which has ended, if it has something to spill, or takes it off the list. mu is held.
func (m *memory) offer(r *Run) {
	if !r.book.ended {
		return
	}
	if can := len(r.book.victims) > 0; can && r.element == nil {
		r.element = m.ended.PushBack(r)
	} else if !can {
		m.unlist(r)
	}
}

// victim picks what to write to disk so that r, if not nil, can go on: results of ended runs first, then r's own, and
// with all those of others, which r must not need within its reserve. mu is held.
func (m *memory) victim(r *Run, all bool) (from *Run, t uint32, ok bool) {
	for first := m.ended.Front(); first != nil; first = m.ended.Front() {
		x := first.Value.(*Run)
		t, ok := x.book.spill()
		m.offer(x)
		if ok {
			return x, t, true
		}
	}
	if r != nil {
		if t, ok := r.book.spill(); ok {
			return r, t, true
		}
	}
	for at := m.underway.Front(); all && at != nil; at = at.Next() {
		x := at.Value.(*Run)
		if t, ok := x.book.spill(); ok {
			return x, t, true
		}
	}
	return nil, 0, false
}
