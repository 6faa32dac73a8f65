package array

// combine returns a function of x and y, broadcast to one shape, that gives another type: comparisons. vc and cv take
// one of the operands as a number, cv the first.
func combine[U, T any](op string, x, y *value[T], vv func(dst []U, a, b []T), vc, cv func(dst []U, a []T, c T)) *value[U] {
	if x.err != nil {
		return failed[U](op, x.err)
	}
	if y.err != nil {
		return failed[U](op, y.err)
	}
	shape, err := broadcastShapes(x.shape, y.shape)
	if err != nil {
		return failed[U](op, err)
	}
	switch {
	case len(y.shape) == 0 && len(x.shape) > 0:
		return newValue(op, x.grid, &combineNode[U, T]{x: x, y: y, vc: vc})
	case len(x.shape) == 0 && len(y.shape) > 0:
		return newValue(op, y.grid, &combineNode[U, T]{x: y, y: x, vc: cv})
	}
	g := unify(shape, x.grid, y.grid)
	return newValue(op, g, &combineNode[U, T]{x: broadcast(x, g), y: broadcast(y, g), vv: vv})
}

type combineNode[U, T any] struct {
	x, y *value[T]
	vv   func(dst []U, a, b []T)
	vc   func(dst []U, a []T, c T) // set where y is a 0-d operand
}

func (n *combineNode[U, T]) expr(b *builder, _ *value[U]) expr[U] {
	b.st.ops++
	return &combineExpr[U, T]{n: n, x: eval(b, n.x), y: eval(b, n.y)}
}

type combineExpr[U, T any] struct {
	n    *combineNode[U, T]
	x, y expr[T]
	reg  register[U]
	none region
}

func (e *combineExpr[U, T]) visit(r *region) {
	e.x.visit(r)
	if e.n.vc != nil {
		r = &e.none
	}
	e.y.visit(r)
}

func (e *combineExpr[U, T]) tile(r *region) []U {
	x := e.x.tile(r)
	dst := e.reg.get(len(x))
	if e.n.vc != nil {
		e.n.vc(dst, x, e.y.tile(&e.none)[0])
		return dst
	}
	e.n.vv(dst, x, e.y.tile(r))
	return dst
}

func (e *combineExpr[U, T]) scratch() bool { return true }
