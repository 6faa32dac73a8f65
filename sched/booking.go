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
// The proof needs estimates that are not too low. What turns out larger is charged when that is known, and takes back the
// activation of tasks that have not begun, the last in plan order first: retract. So what is activated is a prefix of
// the plan again, and the argument goes on from there with what is left of the limit. Only when that is too little for
// one task the run ends, with a MemoryError; to let it overshoot was rejected: nothing bounds by how much.
type booking struct {
	g    *Graph
	keep bool // results asked for stay in memory: the caller takes them all at once

	account // bytes in memory, booked or being read back; the reserve is minimum() of the graph
	window  uint32
	need    int64 // what activating window books, if priced says that it is known
	priced  bool
	pricing uint32 // counts how often such a need was added up
	flying  int    // activated and not finished
	ended   bool
	grown   growth
	peak    uint32 // the task at which the minimum is reached

	ready   idHeap   // with tasks that were retracted since, see next
	mark    []uint32 // the pricing in which this result was last met
	use     []uint32 // how many successors are activated
	est     []int64  // what each result is expected to take
	scratch []int64  // what each task uses while it runs, beside inputs and result; nil: nothing
	got     []uint32 // inputs that are there; of external tasks see asked and arrived
	left    []uint32 // consumers that are still to finish
	pins    []uint32 // activated consumers that are still to finish
	size    []int64  // of a finished task's result; before that what is booked for the task
	where   []place
	copied  []bool // a good copy is on disk
	lent    []bool // of external tasks: the value can be asked for again
	victims useHeap
}

// growth is what was reported beyond what was booked, most of it by one task.
type growth struct {
	task  uint32
	bytes int64 // of that task
}

// What got says of external tasks.
const (
	asked   = 1 // somebody was told to wait for it
	arrived = 2 // it is there
)

// place says where a result is.
type place uint8

const (
	nowhere  place = iota // not computed, nor begun
	inLimit               // it was taken, has a permit of a limit now, and has not begun
	begun                 // its task runs
	inMemory              // in its cell
	leaving               // in its cell, being written
	onDisk                // written, or dropped because it is cheap to compute again
	coming                // being read back, or computed again
	gone                  // no longer needed
	dropped               // no longer needed, but still being written
)

func newBooking(g *Graph, keep bool) *booking {
	n := g.Len()
	b := &booking{
		g: g, keep: keep,
		got: make([]uint32, n), left: make([]uint32, n), pins: make([]uint32, n),
		est: make([]int64, n), size: make([]int64, n), where: make([]place, n), copied: make([]bool, n),
		mark: make([]uint32, n), use: make([]uint32, n), lent: make([]bool, len(g.ext)),
	}
	for _, op := range g.ops {
		if op.Scratch != nil {
			b.scratch = make([]int64, n)
		}
	}
	for t := range uint32(n) {
		b.left[t] = g.fanout(t)
		op := &g.ops[g.op(t)]
		switch arg := int(g.recs[t].arg); {
		case g.op(t) != g.extOp:
			b.est[t] = g.bytes(t)
			if op.Scratch != nil {
				b.scratch[t] = g.scratch(t)
			}
		case Lent(g.ext[arg].src):
			b.lent[arg], b.est[t] = true, g.bytes(t)
		}
	}
	return b
}

// work returns the bytes that are booked for t while it runs: its result, and what it needs beside.
func (b *booking) work(t uint32) int64 {
	if b.scratch == nil {
		return b.est[t]
	}
	return b.est[t] + b.scratch[t]
}

// spillable reports whether t's result may leave memory.
func (b *booking) spillable(t uint32) bool {
	if b.g.kept(t) && b.keep {
		return false
	}
	return b.g.ops[b.g.op(t)].Codec != nil || b.recomputable(t)
}

// recomputable reports whether t's result is dropped rather than written: it costs little and needs no inputs, or is on
// loan.
func (b *booking) recomputable(t uint32) bool {
	if b.g.op(t) == b.g.extOp {
		return b.lent[b.g.recs[t].arg]
	}
	return b.g.ops[b.g.op(t)].Cheap && len(b.g.inputs(t)) == 0
}

// minimum returns the least memory in which the graph can run, one task at a time with everything spillable on disk,
// and the task that needs it.
func (b *booking) minimum() (need int64, at uint32) {
	fixed := b.g.reserved // and results that cannot leave memory
	left := make([]uint32, b.g.Len())
	seen := make([]uint32, b.g.Len()) // by which task, +1
	for t := range uint32(b.g.Len()) {
		mine := b.est[t]
		now := fixed + b.work(t)
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
	b.need, b.priced = b.work(t), true
	b.pricing++
	for _, q := range b.g.inputs(t) {
		if b.mark[q] == b.pricing {
			continue
		}
		b.mark[q] = b.pricing
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
		b.size[t] = b.work(t)
	}
	for _, q := range b.g.inputs(t) {
		b.pins[q]++
	}
	b.window++
	b.priced = false
	b.flying++
	if b.isReady(t) {
		b.push(t)
	}
	return t
}

// isReady reports whether all that t needs is there.
func (b *booking) isReady(t uint32) bool {
	if b.g.op(t) == b.g.extOp {
		return b.got[t] == arrived
	}
	return b.got[t] == b.g.deps(t)
}

// retract takes back the activation of the last task, unless that has begun or is over. Its inputs may be spilled again.
func (b *booking) retract() bool {
	if b.window == 0 || b.where[b.window-1] != nowhere {
		return false
	}
	b.window--
	b.flying--
	b.priced = false
	t := b.window
	b.add(-b.size[t])
	b.size[t] = 0
	for _, q := range b.g.inputs(t) {
		if all := b.g.successors(q); b.use[q] > 0 && all[b.use[q]-1]&^sole >= t {
			b.use[q]-- // q may be an input more than once: then this comes as often
		}
		if b.pins[q]--; b.pins[q] == 0 && b.where[q] == onDisk {
			b.add(-b.size[q]) // it was booked to be read
		}
		b.offer(q)
	}
	if b.isReady(t) {
		b.moves(-1)
	}
	return true
}

// push makes an activated task ready.
func (b *booking) push(t uint32) {
	heap.Push(&b.ready, t)
	b.moves(1)
}

// ask reports whether somebody must wait for the value of the activated external task t, who was not told so before.
func (b *booking) ask(t uint32) bool {
	if b.got[t] != 0 {
		return false
	}
	b.got[t] = asked
	return true
}

// externalReady notes that the value of an external task is there.
func (b *booking) externalReady(t uint32) {
	b.got[t] = arrived
	if t < b.window {
		b.push(t)
	}
}

// next returns the ready task that comes first in plan order: those free memory first. Entries of tasks that were
// retracted, and perhaps activated again since, are passed over.
func (b *booking) next() (uint32, bool) {
	for len(b.ready) > 0 {
		if t := heap.Pop(&b.ready).(uint32); t < b.window && (b.where[t] == nowhere || b.where[t] == inLimit) {
			b.where[t] = begun
			b.runs(1)
			return t, true
		}
	}
	return 0, false
}

// putBack undoes next.
func (b *booking) putBack(t uint32) {
	b.where[t] = nowhere
	b.runs(-1)
	heap.Push(&b.ready, t)
}

// grow books n bytes more for the task t, which runs.
func (b *booking) grow(t uint32, n int64) {
	b.add(n)
	b.size[t] += n
	b.noteGrowth(t, b.size[t]-b.work(t))
}

func (b *booking) noteGrowth(t uint32, n int64) {
	if n > b.grown.bytes {
		b.grown = growth{t, n}
	}
}

// finish records that t has run and its result has the given size, and returns the results that nobody needs any
// more, which the caller clears.
func (b *booking) finish(t uint32, size int64) (free []uint32) {
	b.flying--
	b.runs(-1)
	b.moves(-1)
	b.add(size - b.size[t])
	b.noteGrowth(t, size-b.work(t))
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

// spill picks the result needed last and marks it as leaving.
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
		if b.priced && b.mark[q] == b.pricing {
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
