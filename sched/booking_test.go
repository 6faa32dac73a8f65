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
	b := newBooking(m.g, false)
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
		for _, q := range b.finish(t, b.est[t]) { // without its scratch
			if slices.Contains(writing, q) {
				m.t.Fatalf("the result of task %d is freed while it is written, path %v", q, path)
			}
		}
	}
	take := func() {
		t, ok := b.next()
		if !ok {
			m.t.Fatalf("no task is ready, path %v", path)
		}
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
		pump()
	}
	choices := func() (all []func()) {
		for i := range running {
			all = append(all, func() { finish(i); pump() })
		}
		for i, q := range writing {
			all = append(all, func() {
				b.spilled(q, true)
				writing = append(writing[:i:i], writing[i+1:]...)
				pump()
			})
		}
		if len(running) < m.executors && b.running < b.moving {
			all = append(all, take)
		}
		if b.window > 0 && b.where[b.window-1] == nowhere {
			all = append(all, func() { b.retract() }, pump) // somebody needs room, and has it no more
		}
		if int(b.window) < m.g.Len() && b.flying == 0 {
			all = append(all, pump) // all was retracted
		}
		return all
	}
	apply := func(c int) {
		choices()[c]()
		if b.held > m.limit || b.held != m.heldBy(b) {
			m.t.Logf("window %d where %v pins %v size %v est %v scratch %v running %v writing %v preds %v", b.window, b.where, b.pins, b.size, b.est, b.scratch, running, writing, m.g.preds)
			m.t.Fatalf("%d bytes held, the sum is %d, the limit %d, path %v", b.held, m.heldBy(b), m.limit, path)
		}
	}
	pump()
	for _, c := range path {
		apply(c)
	}
	m.steps++
	state := fmt.Sprint(b.window, b.where, b.pins, b.left, b.moving, running, writing, b.held)
	if m.seen[state] {
		return
	}
	m.seen[state] = true
	n := len(choices())
	if n == 0 && !b.done() {
		m.t.Fatalf("nothing can happen and the run is not over: window %d, path %v", b.window, path)
	}
	for c := range n {
		m.walk(append(path[:len(path):len(path)], c))
	}
}

// heldBy adds up from the states of tasks what a booking should hold.
func (m *model) heldBy(b *booking) (n int64) {
	for t := range uint32(m.g.Len()) {
		switch b.where[t] {
		case nowhere, begun:
			if t < b.window {
				n += b.work(t)
			}
		case inMemory, leaving, coming, dropped:
			n += b.est[t]
		case onDisk:
			if b.pins[t] > 0 {
				n += b.est[t]
			}
		}
	}
	return n
}

// Every interleaving of small graphs under the least memory that suffices: no overrun, no deadlock.
func TestBookingModel(t *testing.T) {
	steps := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 7))
		n := 2 + rng.IntN(5)
		p := NewPlan()
		ops := []OpID{
			p.Op(Op{Name: "codec", Codec: blobCodec{}, Bytes: func(a int) int64 { return int64(a) }, Scratch: func(a int) int64 { return int64(a % 2) }}),
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
		need, _ := newBooking(g, false).minimum()
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
