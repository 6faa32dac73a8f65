package sched

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
)

// Priorities of futures in the injector, and of runs, looked at in this order.
const (
	express = iota
	normal
	background
	numPriorities
)

// injector is where futures are that no seat holds: those that come from outside, in the order in which they came, and
// those that an executor gives back. What it had taken from here goes back to the front, so that futures start in the
// order in which they were submitted. What its tasks had made ready goes on a stack of its own, newest on top, since it
// is what they wait for, and what holds fewest results; that stack and the queue have their turns one after the other,
// so that neither work from outside nor a chain in progress waits for the other for ever.
type injector struct {
	n  atomic.Int64
	mu sync.Mutex
	q  [numPriorities]struct {
		came fifo
		back []*Future
		turn bool  // the stack's turn
		took uint8 // turns that the stack has had
	}
}

// fifo is a queue that can also be pushed at its front. Taken entries leave a nil behind so that the collector may have
// them.
type fifo struct {
	items []*Future
	head  int
}

func (q *fifo) len() int { return len(q.items) - q.head }

// shiftInto moves as many entries as into has room for, or as there are, to into, and returns how many.
func (q *fifo) shiftInto(into []*Future) int {
	n := copy(into, q.items[q.head:])
	clear(q.items[q.head : q.head+n])
	if q.head += n; q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return n
}

func (q *fifo) unshift(fs []*Future) {
	if q.head < len(fs) {
		room := len(fs) + q.len()/4
		items := make([]*Future, room, room+q.len())
		q.items, q.head = append(items, q.items[q.head:]...), room
	}
	q.head -= len(fs)
	copy(q.items[q.head:], fs)
}

func classOf[P int | int8](priority P) int {
	switch {
	case priority > 0:
		return express
	case priority < 0:
		return background
	}
	return normal
}

func (in *injector) empty() bool { return in.n.Load() == 0 }

// push adds a ready future from outside. The caller then wakes an executor.
func (in *injector) push(f *Future) {
	in.mu.Lock()
	q := &in.q[classOf(f.priority)].came
	q.items = append(q.items, f)
	in.n.Add(1)
	in.mu.Unlock()
}

// giveBack returns what an executor had in hand: share, which it took from here, the oldest first, and own, which its
// tasks made, the newest last.
func (in *injector) giveBack(share, own []*Future) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(share) > 0 { // those of one priority are together
		n := 1
		for n < len(share) && classOf(share[n].priority) == classOf(share[0].priority) {
			n++
		}
		in.q[classOf(share[0].priority)].came.unshift(share[:n])
		in.n.Add(int64(n))
		share = share[n:]
	}
	for _, f := range own {
		q := &in.q[classOf(f.priority)]
		q.back = append(q.back, f)
	}
	in.n.Add(int64(len(own)))
}

// express puts futures before all others, whatever their priority.
func (in *injector) express(fs []*Future) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.q[express].came.unshift(fs)
	in.n.Add(int64(len(fs)))
}

// take gives the seat s up to most futures, its part of what waits, so that the others find something too, and returns
// the one to run first.
func (in *injector) take(s *seat, seats, most int) *Future {
	if in.n.Load() == 0 {
		return nil
	}
	// The ring's atomics are written after the lock is let go: under it, they held those up who submit.
	var share [shareMax + 1]*Future
	f, n := in.pick(s, seats, share[:min(most, len(share))])
	if n == 0 {
		return f
	}
	s.share.forget()
	for _, g := range share[1:n] {
		if !s.share.append(g) && invariants.Enabled {
			panic("sched: the share of a seat was not empty")
		}
	}
	return share[0]
}

// pick fills share, from its front, with the oldest of what came, and returns how many; or puts some of the newest that
// were given back on s's stack, and returns the future to run first. The share of s is empty.
func (in *injector) pick(s *seat, seats int, share []*Future) (first *Future, n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := range in.q {
		q := &in.q[i]
		if n := len(q.back); n > 0 && (q.turn || q.came.len() == 0) {
			q.turn = false
			if q.took++; q.took%8 == 0 { // the bottom, too: those on top may be made anew for ever
				f := q.back[0]
				q.back[0] = nil
				q.back = q.back[1:]
				in.n.Add(-1)
				return f, 0
			}
			k := min(n/seats+1, len(share), n)
			top := q.back[n-k:]
			f := top[k-1]
			s.own.priv = append(s.own.priv, top[:k-1]...)
			clear(top)
			q.back = q.back[:n-k]
			in.n.Add(int64(-k))
			return f, 0
		}
		if n := q.came.len(); n > 0 {
			q.turn = true
			k := q.came.shiftInto(share[:min(n/seats+1, len(share))])
			in.n.Add(int64(-k))
			return nil, k
		}
	}
	return nil, 0
}

// drain empties the injector.
func (in *injector) drain() []*Future {
	in.mu.Lock()
	defer in.mu.Unlock()
	all := in.listLocked()
	for i := range in.q {
		in.q[i].came, in.q[i].back = fifo{}, nil
	}
	in.n.Store(0)
	return all
}

// list returns what waits, without taking it.
func (in *injector) list() []*Future {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.listLocked()
}

func (in *injector) listLocked() (all []*Future) {
	for i := range in.q {
		q := &in.q[i]
		all = append(all, q.came.items[q.came.head:]...)
		all = append(all, q.back...)
	}
	return slices.Clip(all)
}
