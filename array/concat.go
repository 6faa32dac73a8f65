package array

import (
	"errors"
	"fmt"
	"slices"
)

// Concatenate returns the arrays one after the other along axis; all other lengths are equal. Chunks stay what they
// are along axis. No arrays at all is an error.
//
// Source: NumPy concatenate.
func Concatenate[T Number](axis int, xs ...*Array[T]) *Array[T] {
	vs := make([]*value[T], len(xs))
	for i, x := range xs {
		vs[i] = x.value()
	}
	return wrap(concatenate("concatenate", axis, vs))
}

// Stack returns the arrays, all of one shape, along a new axis, which is axis of the result.
//
// Source: NumPy stack.
func Stack[T Number](axis int, xs ...*Array[T]) *Array[T] {
	vs := make([]*value[T], len(xs))
	for i, x := range xs {
		if x.value().err == nil && xs[0].value().err == nil && !slices.Equal(x.value().shape, xs[0].value().shape) {
			return wrap(failed[T]("stack", fmt.Errorf("shapes %s and %s differ", shapeString(xs[0].value().shape), shapeString(x.value().shape))))
		}
		if vs[i] = x.value(); vs[i].err == nil {
			vs[i] = expandDims(vs[i], axis)
		}
	}
	return wrap(concatenate("stack", axis, vs))
}

func concatenate[T any](op string, axis int, vs []*value[T]) *value[T] {
	if len(vs) == 0 {
		return failed[T](op, errors.New("no arrays"))
	}
	for _, v := range vs {
		if v.err != nil {
			return failed[T](op, v.err)
		}
	}
	first := vs[0]
	d, err := axisIndex(axis, len(first.shape))
	if err != nil {
		return failed[T](op, err)
	}
	g := slices.Clone(first.grid)
	var ends, parts []int
	at := 0
	for _, v := range vs {
		for k, n := range v.shape {
			if len(v.shape) != len(first.shape) || k != d && n != first.shape[k] {
				return failed[T](op, fmt.Errorf("shapes %s and %s differ", shapeString(first.shape), shapeString(v.shape)))
			}
			if k != d {
				g[k] = g[k].refine(&v.grid[k])
			}
		}
		for _, end := range v.grid[d].allEnds() {
			if end > 0 {
				ends = append(ends, at+end)
			}
		}
		at += v.shape[d]
		parts = append(parts, at)
	}
	if ends = slices.Compact(ends); len(ends) == 0 {
		ends = []int{0}
	}
	g[d] = listedAxis(ends)
	return newValue(op, g, &concatNode[T]{xs: vs, axis: d, parts: listedAxis(parts)})
}

// concatNode is values one after the other along an axis.
type concatNode[T any] struct {
	xs    []*value[T]
	axis  int
	parts axis // where each value ends
}

func (n *concatNode[T]) expr(b *builder, v *value[T]) expr[T] {
	b.st.ops++
	e := &concatExpr[T]{n: n, r: newRegion(len(v.shape)), to: make([]int, len(v.shape))}
	for i, x := range n.xs {
		e.xs = append(e.xs, inside(b, &n.xs[i], x))
	}
	return e
}

type concatExpr[T any] struct {
	n   *concatNode[T]
	xs  []expr[T]
	r   region // in the positions of one value
	reg register[T]
	to  []int
}

// each calls f for each value that r touches, with e.r set to the part of r in it and where that part begins on the axis.
func (e *concatExpr[T]) each(r *region, f func(x expr[T], from int)) {
	a := e.n.axis
	e.n.parts.visit(r.start[a], r.step[a], r.shape[a], func(c, from, to int) {
		e.r.set(r)
		lo, _ := e.n.parts.bounds(c)
		e.r.start[a] = r.start[a] + from*r.step[a] - lo
		e.r.shape[a] = to - from
		f(e.xs[c], from)
	})
}

func (e *concatExpr[T]) visit(r *region) {
	e.each(r, func(x expr[T], _ int) { x.visit(&e.r) })
}

func (e *concatExpr[T]) tile(r *region) []T {
	size := r.size()
	var out []T
	e.each(r, func(x expr[T], from int) {
		tile := x.tile(&e.r)
		if len(tile) == size {
			out = tile
			return
		}
		if out == nil {
			out = e.reg.get(size)
		}
		stridesInto(e.to, r.shape)
		inner := e.to[e.n.axis]
		run, hop := e.r.shape[e.n.axis]*inner, r.shape[e.n.axis]*inner
		for at := from * inner; len(tile) > 0; at += hop {
			copy(out[at:at+run], tile)
			tile = tile[run:]
		}
	})
	return out
}

// scratch is false: a tile within one value is that value's.
func (e *concatExpr[T]) scratch() bool { return false }
