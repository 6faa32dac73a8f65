package array

// unify returns the cut of an array of the given shape that has every boundary of the operands.
func unify(shape []int, operands ...grid) grid {
	g := make(grid, len(shape))
	for d, n := range shape {
		g[d] = evenAxis(n, -1)
		for _, o := range operands {
			if k := d - (len(shape) - len(o)); k >= 0 && o[k].n == n {
				g[d] = g[d].refine(&o[k])
			}
		}
	}
	return g
}

// broadcast returns v with the shape and cut of g. Where that repeats a value that costs something to make in several
// chunks, its own chunks become tasks, so that it is made once.
func broadcast[T any](v *value[T], g grid) *value[T] {
	same := len(v.shape) == len(g)
	repeated := 1
	for d := range g {
		k := d - (len(g) - len(v.shape))
		if k < 0 || v.shape[k] != g[d].n {
			same = false
			repeated *= g[d].count()
		}
	}
	if same {
		return v
	}
	if repeated > 1 && !v.atHand() {
		v = hold(v)
	}
	n := &broadcastNode[T]{v}
	return &value[T]{op: "broadcast", site: v.site, shape: g.shape(), grid: g, node: n, deep: nestingOf(n)}
}

// atHand reports whether the elements of v are in memory or cost nothing.
func (v *value[T]) atHand() bool {
	switch v.node.(type) {
	case *sliceNode[T], *fullNode[T], chunker:
		return true
	}
	return false
}

type broadcastNode[T any] struct{ x *value[T] }

func (n *broadcastNode[T]) expr(b *builder, v *value[T]) expr[T] {
	b.st.ops++
	nd, k := len(v.shape), len(n.x.shape)
	e := &broadcastExpr[T]{x: inside(b, n, n.x), r: newRegion(k), shape: make([]int, nd), src: make([]int, nd)}
	e.repeat = make([]bool, nd)
	for d := range nd {
		e.repeat[d] = d < nd-k || n.x.shape[d-(nd-k)] != v.shape[d]
		if !e.repeat[d] {
			e.inner = d + 1
		}
	}
	return e
}

// broadcastExpr repeats the elements of x along some axes.
type broadcastExpr[T any] struct {
	x      expr[T]
	r      region // the region of x
	repeat []bool
	inner  int // the axes from here on are all repeated
	reg    register[T]
	shape  []int
	src    []int // strides of x's tile, 0 on repeated axes
}

// within sets e.r to the region of x that r repeats.
func (e *broadcastExpr[T]) within(r *region) *region {
	lead := len(r.shape) - len(e.r.shape)
	for d := lead; d < len(r.shape); d++ {
		k := d - lead
		if e.repeat[d] {
			e.r.start[k], e.r.step[k], e.r.shape[k] = 0, 1, 1
		} else {
			e.r.start[k], e.r.step[k], e.r.shape[k] = r.start[d], r.step[d], r.shape[d]
		}
	}
	return &e.r
}

func (e *broadcastExpr[T]) visit(r *region) { e.x.visit(e.within(r)) }

func (e *broadcastExpr[T]) tile(r *region) []T {
	x := e.x.tile(e.within(r))
	if len(x) == r.size() {
		return x
	}
	step := 1
	for d := len(r.shape) - 1; d >= 0; d-- {
		e.src[d] = 0
		if !e.repeat[d] {
			e.src[d] = step
			step *= r.shape[d]
		}
	}
	out := e.reg.get(r.size())
	e.expand(out, x, r.shape, 0)
	return out
}

// expand writes the block of axis d and those inside it.
func (e *broadcastExpr[T]) expand(dst, src []T, shape []int, d int) {
	switch {
	case d >= e.inner:
		for i := range dst {
			dst[i] = src[0]
		}
		return
	case d == len(shape)-1:
		copy(dst, src)
		return
	}
	block := len(dst) / shape[d]
	if !e.repeat[d] {
		for i := range shape[d] {
			e.expand(dst[i*block:(i+1)*block], src[i*e.src[d]:], shape, d+1)
		}
		return
	}
	e.expand(dst[:block], src, shape, d+1)
	for have := block; have < len(dst); have *= 2 {
		copy(dst[have:], dst[:have])
	}
}

// scratch is false: a region that repeats nothing is x's own tile.
func (e *broadcastExpr[T]) scratch() bool { return false }
