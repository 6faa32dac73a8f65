package sched

import (
	"container/heap"
	"math"
)

// booking decides, for one run under a memory limit, which task may start and which result must go to disk. It is a
// plain state machine: it does no I/O, starts no goroutine and takes no lock (the engine's memory lock is held around
// every call), so that a test can walk through all its interleavings.
//
// Tasks are activated strictly in plan order. Activating a task books the bytes of its result, and those of its inputs
// that are on disk; only activated tasks may run. The activated tasks are a prefix of the plan, so the inputs of each
// of them are activated too and have their memory already: they all finish, whatever else happens. Results that no
// activated task needs can be written to disk, the one needed last first. Once all activated tasks have finished,
// everything spillable can go, and what then remains plus the next task is at most minimum(), which was checked before
// the run began. So the next task can always be activated, and the run cannot stand still. Withholding tasks only
// when memory is over the limit was rejected: in simulation it overshot by up to 3.8 times, because the task that
// must be forced then is an arbitrary one while those that would free memory sit elsewhere.
//
// The proof needs estimates that are not too low. One that is makes the run overshoot by the difference, not stop:
// see forced.
type booking struct {
	g       *Graph
	workers int
	keep    bool // results asked for stay in memory: the caller takes them all at once

	account // bytes in memory, booked or being read back; the reserve is minimum() of the graph
	window  uint32
	need    int64 // what activating window books, if priced says that it is known
	priced  bool
	flying  int // activated and not finished
	running int // of these, taken by an executor
	forced  int // activations beyond the limit: an estimate was too low
	ended   bool

	ready   idHeap
	mark    []uint32 // the task that has this one as input, +1, when its need was last added up
	use     []uint32 // how many successors are activated
	est     []int64  // what each result is expected to take
	got     []uint32 // inputs that are there
	left    []uint32 // consumers that are still to finish
	pins    []uint32 // activated consumers that are still to finish
	size    []int64
	where   []place
	copied  []bool // a good copy is on disk
	victims useHeap
}

// place says where a result is.
type place uint8

const (
	nowhere  place = iota // not computed
	inMemory              // in its cell
	leaving               // in its cell, being written
	onDisk                // written, or dropped because it is cheap to compute again
	coming                // being read back, or computed again
	gone                  // no longer needed
	dropped               // no longer needed, but still being written
)

func newBooking(g *Graph, workers int, keep bool) *booking {
	n := g.Len()
	b := &booking{
		g: g, workers: workers, keep: keep,
		got: make([]uint32, n), left: make([]uint32, n), pins: make([]uint32, n),
		est: make([]int64, n), size: make([]int64, n), where: make([]place, n), copied: make([]bool, n),
		mark: make([]uint32, n), use: make([]uint32, n),
	}
	for t := range uint32(n) {
		b.left[t] = g.fanout(t)
		b.est[t] = g.bytes(t)
	}
	return b
}

// spillable reports whether t's result may leave memory.
func (b *booking) spillable(t uint32) bool {
	if b.g.kept(t) && b.keep {
		return false
	}
	return b.g.ops[b.g.op(t)].Codec != nil || b.recomputable(t)
}

// recomputable reports whether t's result is dropped rather than written: it costs little and needs no inputs.
func (b *booking) recomputable(t uint32) bool {
	return b.g.ops[b.g.op(t)].Cheap && len(b.g.inputs(t)) == 0 && b.g.op(t) != b.g.extOp
}

// minimum returns the least memory in which the graph can run, one task at a time with everything spillable on disk,
// and the task that needs it.
func (b *booking) minimum() (need int64, at uint32) {
	var fixed int64 // results that cannot leave memory
	left := make([]uint32, b.g.Len())
	seen := make([]uint32, b.g.Len()) // by which task, +1
	for t := range uint32(b.g.Len()) {
		mine := b.est[t]
		now := fixed + mine
		for _, q := range b.g.inputs(t) {
			if b.spillable(q) && seen[q] != t+1 {
				seen[q] = t + 1
				now += b.est[q]
			}
		}
		if now > need {
			need, at = now, t
		}
		left[t] = b.g.fanout(t)
		if !b.spillable(t) && (left[t] > 0 || b.g.kept(t)) {
			fixed += mine
		}
		for _, q := range b.g.inputs(t) {
			if left[q]--; left[q] == 0 && !b.spillable(q) && !b.g.kept(q) {
				fixed -= b.est[q]
			}
		}
	}
	return need, at
}

// cost returns the bytes that activating the next task books: its result, and its inputs that must be read back. They
// are added up once for each task: there may be many, and what changes is told by spilled.
func (b *booking) cost() int64 {
	if b.priced {
		return b.need
	}
	t := b.window
	b.need, b.priced = b.est[t], true
	for _, q := range b.g.inputs(t) {
		if b.mark[q] == t+1 {
			continue
		}
		b.mark[q] = t + 1
		if b.where[q] == onDisk && b.pins[q] == 0 {
			b.need += b.size[q]
		}
	}
	return b.need
}

// activate admits the next task. It is ready at once if its inputs are there.
// A task that will be skipped books nothing.
func (b *booking) activate(skipped bool) (t uint32) {
	t = b.window
	if !skipped {
		b.add(b.cost())
		b.size[t] = b.est[t]
	}
	for _, q := range b.g.inputs(t) {
		b.pins[q]++
	}
	b.window++
	b.priced = false
	b.flying++
	if b.got[t] == b.g.deps(t) && b.g.op(t) != b.g.extOp {
		b.push(t)
	}
	return t
}

// push makes an activated task ready.
func (b *booking) push(t uint32) {
	heap.Push(&b.ready, t)
	b.moves(1)
}

// externalReady makes an activated external task ready.
func (b *booking) externalReady(t uint32) { b.push(t) }

// next returns the ready task that comes first in plan order: those free memory first.
func (b *booking) next() (uint32, bool) {
	if len(b.ready) == 0 {
		return 0, false
	}
	b.running++
	return heap.Pop(&b.ready).(uint32), true
}

// putBack undoes next.
func (b *booking) putBack(t uint32) {
	b.running--
	heap.Push(&b.ready, t)
}

// finish records that t has run and its result has the given size, and returns the results that nobody needs any
// more, which the caller clears.
func (b *booking) finish(t uint32, size int64) (free []uint32) {
	b.flying--
	b.running--
	b.moves(-1)
	b.add(size - b.size[t])
	b.size[t] = size
	b.where[t] = inMemory
	for _, q := range b.g.inputs(t) {
		b.pins[q]--
		if b.left[q]--; b.left[q] == 0 && !b.g.kept(q) {
			free = b.forget(q, free)
		} else {
			b.offer(q)
		}
	}
	for _, s := range b.g.successors(t) {
		s &^= sole
		if b.got[s]++; b.got[s] == b.g.deps(s) && s < b.window {
			b.push(s)
		}
	}
	if b.left[t] == 0 && !b.g.kept(t) {
		free = b.forget(t, free)
	} else {
		b.offer(t)
	}
	return free
}

// forget takes q out of the books and adds it to free. One that is being written is in use until that is over.
func (b *booking) forget(q uint32, free []uint32) []uint32 {
	switch b.where[q] {
	case leaving:
		b.where[q] = dropped
		return free
	case inMemory, coming:
		b.add(-b.size[q])
	}
	b.where[q] = gone
	return append(free, q)
}

// forgetAll takes all results out of the books, when the run has been released.
func (b *booking) forgetAll() {
	for t, p := range b.where {
		if p == leaving {
			b.where[t] = dropped
		} else if p != dropped {
			b.where[t] = gone
		}
	}
	b.victims = nil
	b.add(-b.held)
}

// offer makes q a candidate for spilling if it can be one now.
func (b *booking) offer(q uint32) {
	if b.where[q] == inMemory && b.pins[q] == 0 && b.size[q] > 0 && b.spillable(q) {
		heap.Push(&b.victims, victim{q, b.nextUse(q)})
	}
}

// nextUse returns the first consumer of q that is not activated, or the end of time.
func (b *booking) nextUse(q uint32) uint32 {
	all := b.g.successors(q)
	for i := b.use[q]; i < uint32(len(all)); i++ {
		if s := all[i] &^ sole; s >= b.window {
			b.use[q] = i
			return s
		}
	}
	b.use[q] = uint32(len(all))
	return math.MaxUint32
}

// spill picks the result needed last and marks it as leaving. recompute says that it need not be written.
func (b *booking) spill() (q uint32, ok bool) {
	for len(b.victims) > 0 {
		v := heap.Pop(&b.victims).(victim)
		if b.where[v.task] != inMemory || b.pins[v.task] > 0 {
			continue // an old entry
		}
		if use := b.nextUse(v.task); use != v.use {
			heap.Push(&b.victims, victim{v.task, use})
			continue
		}
		b.where[v.task] = leaving
		return v.task, true
	}
	return 0, false
}

// spilled records that q is on disk, or that writing it failed, and returns where q is now: onDisk, and the caller
// clears its cell; inMemory, since it came into use while it was written, or was not written; or gone, if it is not
// needed any more, and the caller frees it.
func (b *booking) spilled(q uint32, ok bool) place {
	switch {
	case b.where[q] == dropped:
		b.where[q] = gone
		b.add(-min(b.size[q], b.held))
	case !ok || b.pins[q] > 0:
		b.where[q] = inMemory
		b.offer(q)
	default:
		b.where[q] = onDisk
		b.add(-b.size[q])
		if b.priced && b.mark[q] == b.window+1 {
			b.need += b.size[q]
		}
	}
	return b.where[q]
}

// loaded records that q is in its cell again, or that this failed. Its bytes were booked when its consumer was
// activated.
func (b *booking) loaded(q uint32, ok bool) {
	if b.where[q] = inMemory; !ok {
		b.where[q] = onDisk
	}
}

// done reports whether every task has finished.
func (b *booking) done() bool { return int(b.window) == b.g.Len() && b.flying == 0 }

// idHeap is a min-heap of tasks.
type idHeap []uint32

func (h idHeap) Len() int           { return len(h) }
func (h idHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h idHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is heap.Interface's.
func (h *idHeap) Push(x any) { *h = append(*h, x.(uint32)) }

// Pop is heap.Interface's.
func (h *idHeap) Pop() any {
	n := len(*h) - 1
	x := (*h)[n]
	*h = (*h)[:n]
	return x
}

// victim is a result that may leave memory, and its next use when it was offered.
type victim struct{ task, use uint32 }

// useHeap has the victim needed last on top.
type useHeap []victim

func (h useHeap) Len() int           { return len(h) }
func (h useHeap) Less(i, j int) bool { return h[i].use > h[j].use }
func (h useHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is heap.Interface's.
func (h *useHeap) Push(x any) { *h = append(*h, x.(victim)) }

// Pop is heap.Interface's.
func (h *useHeap) Pop() any {
	n := len(*h) - 1
	x := (*h)[n]
	*h = (*h)[:n]
	return x
}
