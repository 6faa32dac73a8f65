package bag

import (
	"context"
	"fmt"
)

// pass is one walk over one partition of a root, feeding everything that wants elements of it.
//
// Elements are pushed: a stage is a func(T) bool that transforms its element and calls the next stage. Measured on
// filter, map, flatten, map this costs 5.1 ns a leaf element against 6.0 for nested iter.Seq; batches between the
// stages win another nanosecond and were not worth their bookkeeping.
//
// Consumers ask first and are wired afterwards: demand notes who wants what from which bag, and only then are the
// push functions built, each knowing all its consumers. So two reductions of one bag, or of bags with a common
// ancestor, are fed by one walk, and a chain with a single consumer pays nothing for the possibility.
type pass struct {
	ctx    context.Context
	part   int
	in     []any       // the results of the root's input tasks
	nodes  map[any]any // *node[T] by *Bag[T]
	walk   func() error
	err    error // of a stage; it stopped the walk by returning false
	stages []*stage
	at     int   // the stage whose function of the user's was called last
	inner  *pass // over the bag that the root reads, if it reads one
	meter  *meter
}

func newPass(ctx context.Context, part int, in []any) *pass {
	return &pass{ctx: ctx, part: part, in: in, nodes: map[any]any{}}
}

// run walks the partition.
func (ps *pass) run() error {
	if ps.walk == nil {
		return nil
	}
	err := ps.walk()
	if ps.err != nil {
		return ps.err
	}
	return err
}

// mark returns the number that a stage stores in ps.at before it calls a function of the user's. One store an
// element is what it costs to name the stage of a panic without recovering it.
func (ps *pass) mark(s *stage) int {
	ps.stages = append(ps.stages, s)
	return len(ps.stages)
}

// within makes yield fit for a root that runs code of its own between elements: a panic in that code must not be laid
// at the door of the stage that took the last element.
func within[T any](ps *pass, yield func(T) bool) func(T) bool {
	return func(x T) bool {
		ok := yield(x)
		ps.at = 0
		return ok
	}
}

// fail ends the pass with the error of a stage. Its caller returns false.
func (ps *pass) fail(s *stage, err error) bool {
	if ps.err == nil {
		ps.err = &stageError{s, err}
	}
	return false
}

// current returns the stage that was running, or nil if that is the root.
func (ps *pass) current() *stage {
	if ps.at == 0 && ps.inner != nil {
		return ps.inner.current()
	}
	if ps.at == 0 {
		return nil
	}
	return ps.stages[ps.at-1]
}

// stageError is an error of one stage among those that a task runs fused.
type stageError struct {
	stage *stage
	err   error
}

func (e *stageError) Error() string {
	return fmt.Sprintf("%s at %s: %v", e.stage.op, e.stage.at, e.err)
}

func (e *stageError) Unwrap() error { return e.err }

// node is a bag within a pass, with those who want its elements.
type node[T any] struct {
	ps        *pass
	consumers []func() func(T) bool
}

// demand asks for the elements of b in this pass. consumer is called once, when all demands are known.
func (b *Bag[T]) demand(ps *pass, consumer func() func(T) bool) {
	if n, ok := ps.nodes[b]; ok {
		n := n.(*node[T])
		n.consumers = append(n.consumers, consumer)
		return
	}
	n := &node[T]{ps, []func() func(T) bool{consumer}}
	ps.nodes[b] = n
	b.connect(ps, n.push)
}

// push returns the function that hands an element to all consumers, in the order in which they asked. It returns false
// when none wants more.
func (n *node[T]) push() func(T) bool {
	push := n.consumers[0]()
	for _, c := range n.consumers[1:] {
		push = both(n.ps, push, c())
	}
	return push
}

// both hands each element to f and to g, until neither wants more or the pass has failed. A loop over a slice of
// consumers took 18.9 ns a leaf element for a mean and a variance where this takes 15.0.
func both[T any](ps *pass, f, g func(T) bool) func(T) bool {
	someDone, fDone, gDone := false, false, false
	return func(x T) bool {
		if !someDone {
			a := f(x)
			if a && g(x) {
				return true
			}
			someDone, fDone, gDone = true, !a, a
			return ps.err == nil && (a || g(x))
		}
		if !fDone && !f(x) {
			fDone = true
		}
		if !gDone && ps.err == nil && !g(x) {
			gDone = true
		}
		return ps.err == nil && !(fDone && gDone)
	}
}

// stream pushes partition p of b, whose root's input tasks gave in, as a pass within outer: how a bag that is itself
// a root reads another.
func (b *Bag[T]) stream(outer *pass, p int, in []any, yield func(T) bool) error {
	ps := newPass(outer.ctx, p, in)
	ps.meter = outer.meter
	outer.inner, outer.at = ps, 0
	b.demand(ps, func() func(T) bool {
		return func(x T) bool {
			ps.at = 0
			ok := yield(x)
			outer.at = 0
			return ok
		}
	})
	err := ps.run()
	outer.inner = nil // not deferred: a panic within is to be found there
	if _, ok := err.(*stageError); ok || err == nil || ps.ctx.Err() != nil {
		return err
	}
	return &stageError{b.root.stage, err}
}

// stop ends the pass for a reason that is no stage's fault. Its caller returns false.
func (ps *pass) stop(err error) bool {
	if ps.err == nil {
		ps.err = err
	}
	return false
}
