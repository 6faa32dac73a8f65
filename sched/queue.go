package sched

import "sync/atomic"

// ringMax is the largest number of entries that thieves find in one ring.
const ringMax = 256

// pad keeps what different executors write out of each other's cache lines.
type pad [64]byte

// queue is the split queue of an executor: of the tasks of a run, in a [lane], and of futures, in a [seat].
//
// priv is a stack that only the owner touches, newest on top, without atomics. ring is what thieves may take: the owner
// appends at tail, everybody (the owner too) takes from head with a compare-and-swap. The owner moves the oldest half of
// priv to the ring when the ring is empty, so that something can always be stolen before a long task starts, at under a
// nanosecond a task. A classic Chase-Lev deque, where every push and pop is atomic, was measured 1.5 to 8 times slower.
//
// Ring slots are read by thieves before their compare-and-swap succeeds, so they are atomics; they are written on
// publication only.
type queue[T comparable, S any, P ringSlot[T, S]] struct {
	priv    []T
	cleared uint32 // slots of the ring before this one hold nothing; see forget

	_    pad
	head atomic.Uint32
	_    pad
	tail atomic.Uint32
	_    pad
	mask uint32
	ring []S
}

// ringSlot is the atomic that holds a T.
type ringSlot[T, S any] interface {
	*S
	Load() T
	Store(T)
}

type (
	taskQueue   = queue[uint32, atomic.Uint32, *atomic.Uint32]
	futureQueue = queue[*Future, atomic.Pointer[Future], *atomic.Pointer[Future]]
)

// size makes the ring, of n slots, which is a power of two.
func (q *queue[T, S, P]) size(n uint32) { q.ring, q.mask = make([]S, n), n-1 }

// empty reports whether thieves would find nothing.
func (q *queue[T, S, P]) empty() bool { return q.head.Load() == q.tail.Load() }

// publish moves the oldest half of the stack to the empty ring. Owner only.
func (q *queue[T, S, P]) publish() {
	n := min((len(q.priv)+1)/2, len(q.ring))
	t := q.tail.Load()
	for i, x := range q.priv[:n] {
		P(&q.ring[(t+uint32(i))&q.mask]).Store(x)
	}
	q.tail.Store(t + uint32(n))
	clear(q.priv[:n])
	// Re-slicing, not copying: copying made a million pushes quadratic.
	q.priv = q.priv[n:]
}

// append puts x at the end of the ring, and reports whether there was room. Owner only.
func (q *queue[T, S, P]) append(x T) bool {
	t := q.tail.Load()
	if t-q.head.Load() >= uint32(len(q.ring)) {
		return false
	}
	P(&q.ring[t&q.mask]).Store(x)
	q.tail.Store(t + 1)
	return true
}

// forget clears the slots of the ring whose entries were taken: an executor that sleeps would keep their results alive.
// Owner only, and before publish or append. A thief that reads a cleared slot finds that head has moved on, and reads
// again.
func (q *queue[T, S, P]) forget() {
	var none T
	for h := q.head.Load(); q.cleared != h; q.cleared++ {
		P(&q.ring[q.cleared&q.mask]).Store(none)
	}
}

// pop returns the owner's newest entry. Owner only.
func (q *queue[T, S, P]) pop() (x T, ok bool) {
	for {
		if n := len(q.priv); n > 0 {
			var none T
			x = q.priv[n-1]
			q.priv[n-1] = none
			q.priv = q.priv[:n-1]
			return x, true
		}
		h, t := q.head.Load(), q.tail.Load()
		if h == t {
			return x, false
		}
		for i := h; i != t; i++ {
			q.priv = append(q.priv, P(&q.ring[i&q.mask]).Load())
		}
		if !q.head.CompareAndSwap(h, t) {
			clear(q.priv)
			q.priv = q.priv[:0]
		}
	}
}

// shift returns the oldest entry of the ring. For everybody.
func (q *queue[T, S, P]) shift() (x T, ok bool) {
	for {
		h := q.head.Load()
		if h == q.tail.Load() {
			return x, false
		}
		v := P(&q.ring[h&q.mask]).Load()
		if q.head.CompareAndSwap(h, h+1) {
			return v, true
		}
	}
}

// steal moves the older half of v's ring to q's stack and returns the newest of it. For the owner of q.
func (q *queue[T, S, P]) steal(v *queue[T, S, P]) (x T, ok bool) {
	for {
		h, t := v.head.Load(), v.tail.Load()
		n := t - h
		if n == 0 {
			return x, false
		}
		if n > uint32(len(v.ring)) { // head was read before a whole lap of the owner: read again
			continue
		}
		n -= n / 2
		keep := len(q.priv)
		for i := range n {
			q.priv = append(q.priv, P(&v.ring[(h+i)&v.mask]).Load())
		}
		if v.head.CompareAndSwap(h, h+n) {
			return q.pop()
		}
		clear(q.priv[keep:])
		q.priv = q.priv[:keep]
	}
}
