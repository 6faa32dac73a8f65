package sched

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/internal/invariants"
	"github.com/gomagpie/magpie/internal/ticks"
)

// ringMax is the largest number of tasks a lane shows to thieves.
const ringMax = 256

type pad [64]byte

// lane is one executor's part in one run: its queue of ready tasks, and what it needs to run them.
//
// The queue is split. priv is a stack that only the owner touches, newest on top, without atomics. ring is what
// thieves may take: the owner appends at tail, everybody (the owner too) takes from head with a compare-and-swap.
// The owner moves the oldest half of priv to the ring only when the ring is empty and the run has no roots left to
// claim, so that something can always be stolen before a long task starts, at under a nanosecond a task. A classic
// Chase-Lev deque, where every push and pop is atomic, was measured 1.5 to 8 times slower.
//
// Ring slots are read by thieves before their compare-and-swap succeeds, so they are atomics; they are written on
// publication only.
type lane struct {
	run   *Run
	owner *worker // nil for a guest
	slots

	priv   []uint32
	in     []any
	task   Task
	cur    uint32 // the task being run, for the panic handler
	done   int64  // tasks finished since the last flush
	tick   int    // tasks until the clock is read again
	span   int    // what tick is set to
	block  int    // roots to claim at once
	fan    uint32 // a task with many inputs,
	fanned int32  // and how many of them the lane has finished and not counted yet

	allClaimed bool          // no unclaimed roots were left when the lane last looked
	stamp      time.Duration // when the clock was last read
	yielded    time.Duration // when other goroutines were last let run
	busy       bool          // guarded by run.mu
	observed   bool          // events are wanted
	began      int64         // when the task being run began, in ticks, if observed
	since      ticks.Span    // from the last report on
	events     []Event
	left       bool // look found that the executor should do something else

	_    pad
	head atomic.Uint32
	_    pad
	tail atomic.Uint32
	_    pad
	mask uint32
	ring []atomic.Uint32
}

func newLane(r *Run) *lane {
	n := uint32(4)
	for n < ringMax && int(n) < r.graph.Len() {
		n *= 2
	}
	return &lane{run: r, ring: make([]atomic.Uint32, n), mask: n - 1, span: 1, tick: 1, block: 1}
}

// empty reports whether thieves would find nothing.
func (ln *lane) empty() bool { return ln.head.Load() == ln.tail.Load() }

// publish moves the oldest half of the private stack to the empty ring. Owner only.
func (ln *lane) publish() {
	n := min((len(ln.priv)+1)/2, len(ln.ring))
	t := ln.tail.Load()
	for i, x := range ln.priv[:n] {
		ln.ring[(t+uint32(i))&ln.mask].Store(x)
	}
	invariants.Yield("publish")
	ln.tail.Store(t + uint32(n))
	// Re-slicing, not copying: copying made a million pushes quadratic.
	ln.priv = ln.priv[n:]
	ln.run.e.wakeIfNeeded()
}

// pop returns the owner's newest task.
func (ln *lane) pop() (uint32, bool) {
	for {
		if n := len(ln.priv); n > 0 {
			t := ln.priv[n-1]
			ln.priv = ln.priv[:n-1]
			return t, true
		}
		h, t := ln.head.Load(), ln.tail.Load()
		if h == t {
			return 0, false
		}
		ln.priv = ln.priv[:0]
		for i := h; i != t; i++ {
			ln.priv = append(ln.priv, ln.ring[i&ln.mask].Load())
		}
		invariants.Yield("take back")
		if !ln.head.CompareAndSwap(h, t) {
			ln.priv = ln.priv[:0]
		}
	}
}

// steal moves the older half of v's ring to ln's private stack and returns the newest of it.
func (ln *lane) steal(v *lane) (uint32, bool) {
	for {
		h, t := v.head.Load(), v.tail.Load()
		n := t - h
		if n == 0 {
			return 0, false
		}
		if n > uint32(len(v.ring)) { // head was read before a whole lap of the owner: read again
			continue
		}
		n -= n / 2
		keep := len(ln.priv)
		for i := range n {
			ln.priv = append(ln.priv, v.ring[(h+i)&v.mask].Load())
		}
		invariants.Yield("steal")
		if v.head.CompareAndSwap(h, h+n) {
			last := len(ln.priv) - 1
			x := ln.priv[last]
			ln.priv = ln.priv[:last]
			return x, true
		}
		ln.priv = ln.priv[:keep]
	}
}

// expose gives everything the lane holds to the run's overflow, where any executor finds it. Called by the owner, or
// under the lock of the frame of the task that the owner is running.
func (ln *lane) expose() {
	ln.settleTo()
	var rest []uint32
	for {
		t, ok := ln.pop()
		if !ok {
			break
		}
		rest = append(rest, t)
	}
	if len(rest) == 0 {
		return
	}
	slices.Reverse(rest) // newest on top again
	ln.run.push(rest...)
}
