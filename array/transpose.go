package array

import "fmt"

func transpose[T any](v *value[T], axes []int) *value[T] {
	if v.err != nil {
		return failed[T]("transpose", v.err)
	}
	nd := len(v.shape)
	n := &transposeNode[T]{x: v}
	seen := make([]bool, nd)
	g := make(grid, nd)
	for i := range nd {
		a := nd - 1 - i
		if len(axes) > 0 {
			if len(axes) != nd {
				return failed[T]("transpose", fmt.Errorf("%d axes for %d", len(axes), nd))
			}
			var err error
			if a, err = axisIndex(axes[i], nd); err != nil {
				return failed[T]("transpose", err)
			}
		}
		if seen[a] {
			return failed[T]("transpose", fmt.Errorf("axes %v are not a permutation", axes))
		}
		seen[a] = true
		n.axes = append(n.axes, a)
		g[i] = v.grid[a]
	}
	return newValue("transpose", g, n)
}

// transposeNode is x with its axes in another order: axis i is axis axes[i] of x.
type transposeNode[T any] struct {
	x    *value[T]
	axes []int
}

func (n *transposeNode[T]) expr(b *builder, _ *value[T]) expr[T] {
	b.st.ops++
	nd := len(n.axes)
	e := &transposeExpr[T]{n: n, x: inside(b, n, n.x), r: newRegion(nd)}
	e.from, e.to = make([]int, nd), make([]int, nd)
	return e
}

type transposeExpr[T any] struct {
	n    *transposeNode[T]
	x    expr[T]
	r    region // in the axes of x
	reg  register[T]
	from []int // strides of x's tile, by axis of the result
	to   []int // strides of the tile
}

func (e *transposeExpr[T]) within(r *region) *region {
	for i, a := range e.n.axes {
		e.r.start[a], e.r.step[a], e.r.shape[a] = r.start[i], r.step[i], r.shape[i]
	}
	return &e.r
}

func (e *transposeExpr[T]) visit(r *region) { e.x.visit(e.within(r)) }

func (e *transposeExpr[T]) tile(r *region) []T {
	x := e.x.tile(e.within(r))
	step := 1
	for a := len(e.from) - 1; a >= 0; a-- {
		for i, b := range e.n.axes {
			if a == b {
				e.from[i] = step
			}
		}
		step *= e.r.shape[a]
	}
	stridesInto(e.to, r.shape)
	out := e.reg.get(len(x))
	e.move(out, x, r.shape, 0, 0, 0)
	return out
}

// move copies axis d of the result and those inside it.
func (e *transposeExpr[T]) move(dst, src []T, shape []int, d, to, from int) {
	switch len(shape) - d {
	case 0:
		dst[to] = src[from]
		return
	case 1:
		step := e.from[d]
		for i := range shape[d] {
			dst[to+i] = src[from]
			from += step
		}
		return
	}
	for range shape[d] {
		e.move(dst, src, shape, d+1, to, from)
		to += e.to[d]
		from += e.from[d]
	}
}

func (e *transposeExpr[T]) scratch() bool { return true }
