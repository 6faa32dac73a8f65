package sched

import (
	"slices"
	"sync"
	"sync/atomic"
)

// This file decides where results are while a run needs them: in slots, of which there are about as many as results
// alive at once, not as many as tasks. A run that keeps few results alive finds them in the CPU's cache, and the
// collector has little to scan. An array of results a task was measured at twice the time for a chain or a tree, most of
// it in page faults and in write barriers of the collection that it brought about.
//
// Slots are numbered from 1 in pages of 256. A lane takes a page for itself, and has a list of the slots that it may
// use again: those whose results it was the last to need. A slot is only in one list, so it has one writer at a time.

// cell is what the run loop writes of a task, with no pointer in it.
//
// slot is written by the task's executor before its successors are made ready and is read by them, which the counter's
// atomics or the queues order. count first counts the task's inputs that are there, unless it has at most one, and then
// goes on with its consumers that are done. For an output, outputDone is added when the result is there.
type cell struct {
	count int32  // atomic
	slot  uint32 // 0: no result, as yet or for ever
}

const (
	pageBits = 8
	pageLen  = 1 << pageBits
)

// maxFree bounds a list of free slots. Where one executor needs results last that others make, slots beyond it are lost
// to the run: at worst it takes a slot a task.
const maxFree = 4096

// pagePool recycles the pages of runs that are over; all their slots are empty.
var pagePool = sync.Pool{New: func() any { return new([pageLen]any) }}

// slots is what one executor may write results to.
type slots struct {
	free      []uint32
	next, end uint32 // the rest of the executor's own page
}

// resultPages is the table of a run's pages. It is replaced, not changed, so that who has a slot from somebody finds
// its page in the table that is current then.
type resultPages = [][]any

// get returns what is in slot s.
func get(table resultPages, s uint32) any { return table[s>>pageBits][s&(pageLen-1)] }

// newSlot returns a slot that was not in use before. Those in free come first.
func (sl *slots) newSlot(r *Run) uint32 {
	if sl.next == sl.end {
		sl.next, sl.end = r.addPage()
	}
	sl.next++
	return sl.next - 1
}

// addPage adds a page to the table and returns the range of its slots.
func (r *Run) addPage() (first, end uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	table := *r.table.Load()
	n := uint32(len(table))
	// Small graphs get a small page: most of the time they have just one.
	size := min(pageLen, max(16, r.graph.Len()+1))
	page := []any(nil)
	if size < pageLen {
		page = make([]any, size)
	} else {
		page = pagePool.Get().(*[pageLen]any)[:]
	}
	if cap(table) == len(table) {
		table = slices.Grow(table, max(4, len(table)))
	}
	// Within the capacity nobody else sees the new entry until the longer table is stored.
	table = append(table, page)
	r.table.Store(&table)
	first, end = n<<pageBits, n<<pageBits+uint32(size)
	if n == 0 {
		first = 1
	}
	return first, end
}

// fixSlots gives every task a slot of its own for good: for modes in which results come and go in ways that lanes do
// not see.
func (r *Run) fixSlots() {
	table := make(resultPages, r.graph.Len()>>pageBits+1)
	all := make([]any, r.graph.Len()+1)
	for i := range table {
		table[i] = all[i<<pageBits : min((i+1)<<pageBits, len(all))]
	}
	for t := range r.cells {
		r.cells[t].slot = uint32(t) + 1
	}
	r.table.Store(&table)
	r.fixed = true
}

// value returns the result of t, or nil if it is not there.
func (r *Run) value(t uint32) any {
	if s := r.cells[t].slot; s != 0 {
		return get(*r.table.Load(), s)
	}
	return nil
}

// setValue sets the result of t where slots are fixed.
func (r *Run) setValue(t uint32, v any) {
	s := r.cells[t].slot
	(*r.table.Load())[s>>pageBits][s&(pageLen-1)] = v
}

// release forgets the result of q, whose last consumer is done. sl may use its slot again.
func (r *Run) release(sl *slots, q uint32) {
	s := r.cells[q].slot
	if s == 0 {
		return
	}
	table := *r.table.Load()
	if r.graph.pooled {
		r.recycleResult(q, get(table, s))
	}
	table[s>>pageBits][s&(pageLen-1)] = nil
	if !r.fixed && len(sl.free) < maxFree {
		sl.free = append(sl.free, s)
	}
}

// recycleResult tells a result that is recycled that it can be.
func (r *Run) recycleResult(q uint32, v any) {
	if r.graph.ops[r.graph.op(q)].Pooled {
		if v, ok := v.(Releaser); ok {
			recycled{r, q, v}.release()
		}
	}
}

// recycled is a result whose memory is used again.
type recycled struct {
	r *Run
	t uint32
	v Releaser
}

// release calls Release. Its panic is told, and is not that of the task which happened to be the last to use the result,
// and has ended. In sync mode panics pass through.
func (x recycled) release() {
	defer func() {
		if x.r.e.set.sync {
			return
		}
		if p := recover(); p != nil {
			x.r.e.noteFailure(&TaskError{Key: x.r.graph.Key(TaskID(x.t)), Op: "release", Err: newPanicError(p)})
		}
	}()
	x.v.Release()
}

// compact moves the results asked for to pages of their own, and gives all others back. It is called when the run is
// over and only they are left. r.mu is held.
func (r *Run) compact() {
	old := *r.table.Load()
	if r.fixed || len(old) <= 4 {
		return
	}
	kept := slices.Clone(r.graph.keep)
	slices.Sort(kept)
	kept = slices.Compact(kept)
	all := make([]any, len(kept)+1)
	for i, t := range kept {
		c := &r.cells[t]
		all[i+1] = get(old, c.slot)
		old[c.slot>>pageBits][c.slot&(pageLen-1)] = nil
		c.slot = uint32(i + 1)
	}
	table := make(resultPages, 0, len(all)>>pageBits+1)
	for len(all) > pageLen {
		table = append(table, all[:pageLen:pageLen])
		all = all[pageLen:]
	}
	table = append(table, all)
	r.table.Store(&table)
	recycle(old)
}

// drop forgets all results. r.mu is held.
func (r *Run) drop() {
	if r.book != nil {
		r.e.memory.mu.Lock()
		defer r.e.memory.mu.Unlock()
	}
	r.bytes.Store(0)
	if r.graph == nil {
		return // it never began
	}
	table := *r.table.Load()
	if r.fixed { // what was not needed any more, but not released either, may be anywhere
		for _, page := range table {
			clear(page)
		}
		return
	}
	for _, t := range r.graph.keep {
		if s := r.cells[t].slot; s != 0 {
			table[s>>pageBits][s&(pageLen-1)] = nil
			r.cells[t].slot = 0
		}
	}
	r.table.Store(new(resultPages))
	recycle(table)
}

func recycle(table resultPages) {
	for _, page := range table {
		if len(page) == pageLen && cap(page) == pageLen {
			pagePool.Put((*[pageLen]any)(page))
		}
	}
}

// outputDone in a cell's count says that the result of an output is there. Consumers and inputs count up from zero and
// a graph has fewer edges than this, so the two do not meet.
const outputDone = 1 << 30

// there reports whether the result of the output t is there.
func (r *Run) there(t uint32) bool { return atomic.LoadInt32(&r.cells[t].count) >= outputDone }
