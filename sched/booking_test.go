package sched

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// model walks through every interleaving of a booking: at each step, any task that runs may finish, any idle executor
// may take the next ready task, any write to disk may end. It checks after each step that the limit holds, and at
// every end that all tasks have run.
type model struct {
	t         *testing.T
	g         *Graph
	limit     int64
	executors int
	seen      map[string]bool
	steps     int
}

// walk replays a path of choices from the start, since a booking cannot be copied cheaply, then tries every choice
// that is possible next.
func (m *model) walk(path []int) {
	b := newBooking(m.g, m.executors, false)
	var running, writing []uint32
	pump := func() {
		for int(b.window) < m.g.Len() {
			if b.held+b.cost() <= m.limit {
				b.activate(false)
				continue
			}
			if b.flying >= m.executors {
				return
			}
			if q, ok := b.spill(); ok {
				writing = append(writing, q)
			} else if b.flying > 0 || len(writing) > 0 {
				return
			} else {
				m.t.Fatalf("stuck at task %d of %d: %d of %d bytes held, path %v", b.window, m.g.Len(), b.held, m.limit, path)
			}
		}
	}
	finish := func(i int) {
		t := running[i]
		running = append(running[:i:i], running[i+1:]...)
		for _, q := range b.finish(t, b.est[t]) {
			if slices.Contains(writing, q) {
				m.t.Fatalf("the result of task %d is freed while it is written, path %v", q, path)
			}
		}
	}
	choices := func() (n int) {
		n = len(running) + len(writing)
		if len(running) < m.executors && len(b.ready) > 0 {
			n++
		}
		return n
	}
	apply := func(c int) {
		switch {
		case c < len(running):
			finish(c)
		case c < len(running)+len(writing):
			i := c - len(running)
			b.spilled(writing[i], true)
			writing = append(writing[:i:i], writing[i+1:]...)
		default:
			t, _ := b.next()
			for _, q := range m.g.inputs(t) {
				switch b.where[q] {
				case onDisk:
					b.loaded(q, true)
				case inMemory, leaving:
				default:
					m.t.Fatalf("task %d starts and its input %d is in state %d", t, q, b.where[q])
				}
			}
			running = append(running, t)
		}
		pump()
		if b.held > m.limit || b.held < 0 {
			m.t.Fatalf("%d bytes held, the limit is %d, path %v", b.held, m.limit, path)
		}
	}
	pump()
	for _, c := range path {
		apply(c)
	}
	m.steps++
	state := fmt.Sprint(b.window, b.where, b.pins, b.left, b.ready, running, writing, b.held)
	if m.seen[state] {
		return
	}
	m.seen[state] = true
	n := choices()
	if n == 0 && !b.done() {
		m.t.Fatalf("nothing can happen and the run is not over: window %d, path %v", b.window, path)
	}
	for c := range n {
		m.walk(append(path[:len(path):len(path)], c))
	}
}

// Every interleaving of small graphs under the least memory that suffices: no overrun, no deadlock.
func TestBookingModel(t *testing.T) {
	steps := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 7))
		n := 2 + rng.IntN(5)
		p := NewPlan()
		ops := []OpID{
			p.Op(Op{Name: "codec", Codec: blobCodec{}, Bytes: func(a int) int64 { return int64(a) }}),
			p.Op(Op{Name: "cheap", Cheap: true, Bytes: func(a int) int64 { return int64(a) }}),
			p.Op(Op{Name: "fixed", Bytes: func(a int) int64 { return int64(a) }}),
		}
		for i := range n {
			var in []TaskID
			for range rng.IntN(3) {
				if i > 0 {
					in = append(in, TaskID(rng.IntN(i)))
				}
			}
			p.Add(ops[rng.IntN(3)], 1+rng.IntN(4), in...)
			if rng.IntN(3) == 0 {
				p.Keep(TaskID(i))
			}
		}
		g, err := p.Graph()
		if err != nil {
			t.Fatal(err)
		}
		need, _ := newBooking(g, 1, false).minimum()
		for executors := 1; executors <= 3; executors++ {
			for _, limit := range []int64{need, need + 1, 2 * need} {
				m := &model{t: t, g: g, limit: limit, executors: executors, seen: map[string]bool{}}
				m.walk(nil)
				steps += m.steps
			}
		}
	}
	if steps < 10_000 {
		t.Errorf("only %d states were visited", steps)
	}
	t.Logf("%d states", steps)
}
