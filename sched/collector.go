package sched

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// collector lowers the garbage collector's own limit while work under memory limits is under way. Left alone, the
// collector lets garbage, also that of users' functions, come to as much as what is alive, which is beyond the limit. To
// collect when the engine had dropped an eighth of the limit, as was done before, knew nothing of what functions drop.
//
// The limit set is what the process held when such work began, 1.3 times the limits of the engines that have some, and
// heapRoom; and more as data that is not the engines' grows meanwhile, see look. It is what it was before when no such
// work has run for a while. What somebody else sets meanwhile stays, and what was set before is never exceeded.
//
// Who begins work counts it in memory.work, then reads memory.counted, and enters the engine if that is false. Who takes
// the engine out clears counted, then reads work. So one sees the other. The same holds for armed: work that ends is
// counted, then armed is read; the timer clears armed, then reads work. All else is guarded by mu. No lock of an engine
// is held when mu is taken; engines' memory locks are taken under it.
type collector struct {
	armed atomic.Bool // the timer will look for engines without work

	mu      sync.Mutex
	engines map[*memory]struct{}
	phase   int                 // counts the times that engines was empty
	user    int64               // the limit that was set before
	set     int64               // that is set now; 0: none by us
	before  int64               // what the process held when the first engine came, but for what the engines' ledgers say
	seen    [growthCycles]int64 // the same at the latest collections
	cycles  int                 // how many there were in this phase
	rest    int64               // what engines' work left in the heap when the latest phase was over, garbage for the most part
	restAt  int64               // how many collections there had been
}

// heapRoom is for what the runtime itself needs while it works, and for garbage under a small limit. With what it takes in
// no regard of its limit, and what is not Go's, the promise leaves 64 MiB.
const heapRoom = 40 << 20

// growthCycles is how many collections must find that others' data has grown before it is believed. What a collection
// finds alive includes what is allocated while it runs, and what functions hold for a moment. With each belief the next
// collection comes later and finds more of that: with one collection, under a limit of 64 MiB, the process grew by
// 345 MB. When the limit is short of data that has really grown, collections come fast.
const growthCycles = 8

// lingering is how long the limit stays after the last work, at least: much work is short, and comes soon after other.
const lingering = 100 * time.Millisecond

var garbage = collector{engines: map[*memory]struct{}{}}

// workBegins notes that one more run, or call of a future's function, is under way under the limit.
func (m *memory) workBegins() {
	m.work.Add(1)
	if !m.counted.Load() {
		garbage.enter(m)
	}
}

// workEnds undoes workBegins.
func (m *memory) workEnds() {
	if m.work.Add(-1) == 0 && garbage.armed.CompareAndSwap(false, true) {
		time.AfterFunc(lingering, garbage.tidy)
	}
}

// enter adds an engine that has work.
func (c *collector) enter(m *memory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.counted.Swap(true) {
		return
	}
	c.engines[m] = struct{}{}
	if len(c.engines) > 1 {
		c.shift(-m.holds())
	} else {
		now := readHeap()
		c.before, c.cycles = c.others(now.objects, now), 0
		if now.cycles == c.restAt {
			c.before = max(c.before-c.rest, 0)
		}
		c.watch()
	}
	c.adjust()
}

// tidy takes out the engines that have no work.
func (c *collector) tidy() {
	c.armed.Store(false)
	c.mu.Lock()
	defer c.mu.Unlock()
	for m := range c.engines {
		m.counted.Store(false)
		if m.work.Load() > 0 {
			m.counted.Store(true)
		} else {
			c.remove(m)
		}
	}
}

// leave takes m out, which is closed: without waiting for the timer, as there may be an engine for each computation.
func (c *collector) leave(m *memory) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.counted.Swap(false) {
		c.remove(m)
	}
}

// remove takes m out, which has no work. mu is held.
func (c *collector) remove(m *memory) {
	if len(c.engines) > 1 {
		delete(c.engines, m)
		c.shift(m.holds())
		c.adjust()
		return
	}
	now := readHeap()
	c.rest, c.restAt = max(c.others(now.objects, now)-c.base(), 0), now.cycles
	delete(c.engines, m)
	c.phase++
	c.put(0)
}

// assist collects before n bytes are taken at once that would bring the heap beyond the limit: while the collector runs
// by itself, a function takes a block as large as all that it is about to find.
func (c *collector) assist(n int64) {
	c.mu.Lock()
	set := c.set
	c.mu.Unlock()
	if n < heapRoom/4 || set == 0 {
		return
	}
	if now := readHeap(); now.objects+now.other+n > set {
		collectNow()
	}
}

// shift notes that n bytes more are others'. mu is held.
func (c *collector) shift(n int64) {
	c.before = max(c.before+n, 0)
	for i := range c.seen {
		c.seen[i] = max(c.seen[i]+n, 0)
	}
}

// watch has look called after the next collection: a cleanup of an object that nobody holds tells of it. It has a pointer
// because those without are packed together and outlive each other. mu is held.
func (c *collector) watch() {
	runtime.AddCleanup(&struct{ _ *int }{}, c.look, c.phase)
}

// look follows what others hold after a collection. Their data raises the limit when growthCycles in a row have found it,
// and then there is room for garbage again: what the engines hold is within their limits, or little more.
func (c *collector) look(phase int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if phase != c.phase {
		return
	}
	now := readHeap()
	c.seen[c.cycles%growthCycles] = c.others(now.live, now)
	c.cycles++
	c.adjust()
	c.watch()
}

// others returns what the process holds beside what the ledgers say, if the heap holds the given bytes. What is booked
// and not made yet is taken for held: the result may be too low by as much, for which the limits have room. mu is held.
func (c *collector) others(heap int64, now heapSizes) int64 {
	for m := range c.engines {
		heap -= m.holds()
	}
	return max(heap, 0) + now.other
}

// base returns what others are believed to hold. mu is held.
func (c *collector) base() int64 {
	if c.cycles >= growthCycles {
		return max(c.before, slices.Min(c.seen[:]))
	}
	return c.before
}

// adjust sets the limit for the present work. mu is held.
func (c *collector) adjust() {
	limit := float64(c.base() + heapRoom)
	for m := range c.engines {
		limit += 1.3 * float64(m.limit)
	}
	c.put(limit)
}

// put sets the limit, or (0) restores what was before. mu is held.
func (c *collector) put(limit float64) {
	if now := debug.SetMemoryLimit(-1); c.set == 0 || now != c.set { // at first, or somebody else has set it
		c.user, c.set = now, 0
	}
	if limit == 0 {
		if c.set != 0 {
			debug.SetMemoryLimit(c.user)
			c.set = 0
		}
		return
	}
	c.set = c.user
	if limit < float64(c.user) {
		c.set = int64(limit)
	}
	debug.SetMemoryLimit(c.set)
}

// holds returns what the ledger says.
func (m *memory) holds() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held
}

// heapSizes is what the runtime says of its memory, in bytes.
type heapSizes struct {
	objects int64 // in the heap, with dead ones that are not swept yet
	live    int64 // of them, what the latest collection found
	other   int64 // beside the heap: stacks, and what the runtime uses itself
	cycles  int64 // collections so far
}

func readHeap() heapSizes {
	s := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/gc/heap/live:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
	}
	metrics.Read(s)
	n := func(i int) int64 { return int64(s[i].Value.Uint64()) }
	return heapSizes{objects: n(0), live: n(1), cycles: n(2), other: n(3) - n(4) - n(5) - n(6) - n(0)}
}
