package array

import (
	"fmt"
	"math"
)

// Slice selects positions along one axis, as a part of Python's x[…]: made by [Range], [RangeStep], [Index] or [All].
type Slice struct {
	start, stop, step int
	index             bool
}

// None is a bound left out, as in Python's x[:3] and x[::-1].
const None = math.MinInt

// Range selects start:stop. Negative bounds count from the end, bounds beyond the ends are cut to them, and [None] is
// the end itself.
func Range(start, stop int) Slice { return Slice{start: start, stop: stop, step: 1} }

// RangeStep selects start:stop:step, as Python does; a negative step goes backwards.
func RangeStep(start, stop, step int) Slice { return Slice{start: start, stop: stop, step: step} }

// Index selects one position and drops the axis; a negative one counts from the end.
func Index(i int) Slice { return Slice{start: i, index: true} }

// All selects a whole axis.
func All() Slice { return Slice{start: None, stop: None, step: 1} }

// Slice returns the selected positions of x, axis by axis from the first; axes beyond the last selection are taken whole.
// It copies nothing, and a computation touches only the chunks, or the parts of a file, that it selects. Chunks of the
// result lie in chunks of x.
//
// An index out of range, a step of zero, or more selections than axes are errors.
//
// Source: NumPy basic indexing.
func (x *Array[T]) Slice(by ...Slice) *Array[T] { return wrap(slice(x.value(), by)) }

func slice[T any](v *value[T], by []Slice) *value[T] {
	if v.err != nil {
		return failed[T]("slice", v.err)
	}
	if len(by) > len(v.shape) {
		return failed[T]("slice", fmt.Errorf("%d selections for %d axes", len(by), len(v.shape)))
	}
	n := &sliceOf[T]{x: v, box: newRegion(len(v.shape))}
	var g grid
	for d, length := range v.shape {
		s := All()
		if d < len(by) {
			s = by[d]
		}
		start, step, count, err := s.resolve(length)
		if err != nil {
			return failed[T]("slice", fmt.Errorf("axis %d: %w", d, err))
		}
		n.box.start[d], n.box.step[d], n.box.shape[d] = start, step, count
		if s.index {
			n.axes = append(n.axes, -1)
			continue
		}
		n.axes = append(n.axes, len(g))
		g = append(g, v.grid[d].slice(start, step, count))
	}
	return newValue("slice", g, n)
}

// resolve returns the first position, the step and the number of positions that s selects of n.
func (s Slice) resolve(n int) (start, step, count int, err error) {
	if s.index {
		i := s.start
		if i < -n || i >= n {
			return 0, 0, 0, fmt.Errorf("index %d is out of range for length %d", i, n)
		}
		if i < 0 {
			i += n
		}
		return i, 1, 1, nil
	}
	if s.step == 0 || s.step == None {
		return 0, 0, 0, fmt.Errorf("a step of zero")
	}
	lo, hi := 0, n // what bounds are cut to
	first, last := 0, n
	if s.step < 0 {
		lo, hi = -1, n-1
		first, last = n-1, -1
	}
	if s.start != None {
		first = clampBound(s.start, n, lo, hi)
	}
	if s.stop != None {
		last = clampBound(s.stop, n, lo, hi)
	}
	switch {
	case s.step > 0 && first < last:
		return first, s.step, (last-first-1)/s.step + 1, nil
	case s.step < 0 && first > last:
		// -step overflows for the smallest int alone, which is None.
		return first, s.step, (first-last-1)/-s.step + 1, nil
	}
	return 0, 1, 0, nil
}

func clampBound(b, n, lo, hi int) int {
	if b < 0 {
		b += n
	}
	return min(max(b, lo), hi)
}

// sliceOf is a selection of positions of x.
type sliceOf[T any] struct {
	x    *value[T]
	box  region
	axes []int // for each axis of x, the axis of the result, or -1
}

func (n *sliceOf[T]) expr(b *builder, _ *value[T]) expr[T] {
	return &sliceExpr[T]{n: n, x: inside(b, n, n.x), r: newRegion(len(n.x.shape))}
}

// sliceExpr evaluates x on the positions that a region of the slice selects.
type sliceExpr[T any] struct {
	n *sliceOf[T]
	x expr[T]
	r region
}

func (e *sliceExpr[T]) within(r *region) *region {
	box := &e.n.box
	for d, a := range e.n.axes {
		if a < 0 {
			e.r.start[d], e.r.step[d], e.r.shape[d] = box.start[d], 1, 1
			continue
		}
		e.r.start[d] = box.start[d] + r.start[a]*box.step[d]
		e.r.step[d] = box.step[d] * r.step[a]
		e.r.shape[d] = r.shape[a]
	}
	return &e.r
}

func (e *sliceExpr[T]) visit(r *region)    { e.x.visit(e.within(r)) }
func (e *sliceExpr[T]) tile(r *region) []T { return e.x.tile(e.within(r)) }
func (e *sliceExpr[T]) scratch() bool      { return e.x.scratch() }

func (e *sliceExpr[T]) whole(r *region) []T {
	if w, ok := e.x.(wholer[T]); ok {
		return w.whole(e.within(r))
	}
	return nil
}

func (e *sliceExpr[T]) fill(dst []T, r *region) bool {
	f, ok := e.x.(filler[T])
	return ok && f.fill(dst, e.within(r))
}
