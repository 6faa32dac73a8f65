package sched

import (
	"sync"
	"sync/atomic"
)

// Lanes of the injector, looked at in this order.
const (
	express = iota
	normal
	background
	numPriorities
)

// injector is where futures enter that no worker submitted, and those that a worker gives away. Each priority is
// first in, first out.
type injector struct {
	n  atomic.Int64
	mu sync.Mutex
	q  [numPriorities]fifo
}

// fifo is a queue of futures; taken ones leave a nil behind so that the collector may have them.
type fifo struct {
	items []*Future
	head  int
}

func (q *fifo) len() int { return len(q.items) - q.head }

func (q *fifo) pop() *Future {
	f := q.items[q.head]
	q.items[q.head] = nil
	if q.head++; q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
	return f
}

func lanePriority(p int) int {
	switch {
	case p > 0:
		return express
	case p < 0:
		return background
	}
	return normal
}

func (in *injector) empty() bool { return in.n.Load() == 0 }

// push adds a ready future. The caller then wakes a worker.
func (in *injector) push(f *Future) {
	in.mu.Lock()
	q := &in.q[lanePriority(int(f.priority))]
	q.items = append(q.items, f)
	in.n.Add(1)
	in.mu.Unlock()
}

func (in *injector) pushAll(fs []*Future) {
	if len(fs) == 0 {
		return
	}
	in.mu.Lock()
	for i := len(fs) - 1; i >= 0; i-- { // oldest first
		q := &in.q[lanePriority(int(fs[i].priority))]
		q.items = append(q.items, fs[i])
	}
	in.n.Add(int64(len(fs)))
	in.mu.Unlock()
}

// take gives w its share of what waits, at most 32 at once, so that the others find something too.
func (in *injector) take(w *worker, executors int) *Future {
	if in.n.Load() == 0 {
		return nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := range in.q {
		q := &in.q[i]
		n := q.len()
		if n == 0 {
			continue
		}
		k := min(n/executors+1, 32, n)
		share := q.items[q.head : q.head+k]
		f := share[0]
		for j := k - 1; j > 0; j-- { // the stack is popped from its end: the oldest goes there
			w.priv = append(w.priv, share[j])
		}
		clear(share)
		if q.head += k; q.head == len(q.items) {
			q.items, q.head = q.items[:0], 0
		}
		in.n.Add(int64(-k))
		return f
	}
	return nil
}

// drain empties the injector.
func (in *injector) drain() []*Future {
	in.mu.Lock()
	defer in.mu.Unlock()
	var all []*Future
	for i := range in.q {
		for in.q[i].len() > 0 {
			all = append(all, in.q[i].pop())
		}
	}
	in.n.Store(0)
	return all
}

// list returns what waits, without taking it.
func (in *injector) list() []*Future {
	in.mu.Lock()
	defer in.mu.Unlock()
	var all []*Future
	for _, q := range in.q {
		all = append(all, q.items[q.head:]...)
	}
	return all
}
