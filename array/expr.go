package array

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// expr evaluates an expression on small regions, one after the other. An expr belongs to one worker at a time and
// owns the registers it writes to, so evaluating allocates nothing.
type expr[T any] interface {
	// visit announces region r, for the purpose that the state's phase tells, before tiles within it are asked for.
	visit(r *region)
	// tile returns the elements of r in row-major order. They are valid until the next call.
	tile(r *region) []T
	// scratch reports whether the caller may overwrite what tile returns. The answer never changes.
	scratch() bool
}

// phase is what a visit is for.
type phase uint8

const (
	lowering phase = iota // add the tasks whose results the region needs
	binding               // take these results, read what is read by the chunk
	loading               // read what is read by the block
)

// state is what the exprs of one evaluation share.
type state struct {
	phase phase
	tick  uint64 // counts visits and tiles, so that a shared part is evaluated once in each
	err   error  // the first failure; what tiles return after one has no meaning

	plan *sched.Plan    // lowering: where tasks are added
	ids  []sched.TaskID // lowering: the inputs added so far
	read int64          // lowering: bytes of what is read whole

	ctx  context.Context
	task *sched.Task
	in   []any // binding: results of the inputs not yet taken

	loads  bool // some leaf reads by the block
	leaves bool // some leaf takes part in visits
	ops    int  // registers written
	widest int  // the largest element in bytes
	drops  []func()
}

func (s *state) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// builder makes the evaluators of one fused expression.
type builder struct {
	st    *state
	scope *scope
	memo  map[exprKey]any
	uses  map[exprKey]int // how often each part is referred to, from an earlier build of the same expression
	count bool
}

// scope tells apart the places of one value that are evaluated on different regions: x[1:] and x[:-1] both refer to
// x, and neither may use the other's tile. Every operation that maps regions opens a scope.
type scope struct {
	outer *scope
	by    any
}

type exprKey struct {
	value any
	scope *scope
}

// eval returns the evaluator of v at the builder's place. A value referred to twice at one place gets one evaluator,
// which keeps its tile for the second.
func eval[T any](b *builder, v *value[T]) expr[T] {
	k := exprKey{v, b.scope}
	if e, ok := b.memo[k]; ok {
		if b.count {
			b.uses[k]++
		}
		return e.(expr[T])
	}
	e := v.node.expr(b, v)
	b.st.widest = max(b.st.widest, sizeOf[T]())
	if b.count {
		b.uses[k] = 1
	} else if b.uses[k] > 1 {
		s := &shared[T]{st: b.st, e: e}
		b.st.drops = append(b.st.drops, func() { s.last = nil })
		e = s
	}
	b.memo[k] = e
	return e
}

// inside returns the evaluator of v in the scope that by opens.
func inside[T any](b *builder, by any, v *value[T]) expr[T] {
	outer := b.scope
	defer func() { b.scope = outer }()
	k := exprKey{by, outer}
	s, ok := b.memo[k].(*scope)
	if !ok {
		s = &scope{outer, by}
		b.memo[k] = s
	}
	b.scope = s
	return eval(b, v)
}

// shared is a part of an expression that several others refer to at the same place.
type shared[T any] struct {
	st      *state
	e       expr[T]
	visited uint64
	at      uint64
	last    []T
}

func (s *shared[T]) visit(r *region) {
	if s.visited != s.st.tick {
		s.visited = s.st.tick
		s.e.visit(r)
	}
}

func (s *shared[T]) tile(r *region) []T {
	if s.at != s.st.tick {
		s.last, s.at = s.e.tile(r), s.st.tick
	}
	return s.last
}

func (s *shared[T]) scratch() bool { return false }

// register is memory for a tile, made when it is first needed.
type register[T any] struct{ mem []T }

func (g *register[T]) get(n int) []T {
	if cap(g.mem) < n {
		g.mem = make([]T, n)
	}
	return g.mem[:n]
}
