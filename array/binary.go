package array

// binop is a function of two arguments, over stretches of elements: of two vectors, of a vector and one number, of a
// number and a vector. vc and cv may be nil.
type binop[T any] struct {
	vv func(dst, a, b []T) error
	vc func(dst, a []T, c T) error
	cv func(dst []T, c T, b []T) error
}

// plain2 is a kernel that cannot fail, as one that can.
func plain2[T any](f func(dst, a, b []T)) func(dst, a, b []T) error {
	return func(dst, a, b []T) error { f(dst, a, b); return nil }
}

func plainC[T any](f func(dst, a []T, c T)) func(dst, a []T, c T) error {
	return func(dst, a []T, c T) error { f(dst, a, c); return nil }
}

// pairwise returns f of x and y, broadcast to one shape.
func pairwise[T any](op string, x, y *value[T], f *binop[T]) *value[T] {
	if x.err != nil {
		return failed[T](op, x.err)
	}
	if y.err != nil {
		return failed[T](op, y.err)
	}
	shape, err := broadcastShapes(x.shape, y.shape)
	if err != nil {
		return failed[T](op, err)
	}
	n := &binaryNode[T]{x: x, y: y, f: f}
	switch {
	case len(x.shape) == 0 && len(y.shape) == 0:
	case len(y.shape) == 0 && f.vc != nil:
		n.yScalar = true
		return newValue(op, x.grid, n)
	case len(x.shape) == 0 && f.cv != nil:
		n.xScalar = true
		return newValue(op, y.grid, n)
	}
	g := unify(shape, x.grid, y.grid)
	n.x, n.y = broadcast(x, g), broadcast(y, g)
	return newValue(op, g, n)
}

// binaryNode is an operation on two values of one shape, or of one value and a 0-d one.
type binaryNode[T any] struct {
	x, y             *value[T]
	f                *binop[T]
	xScalar, yScalar bool
}

func (n *binaryNode[T]) expr(b *builder, v *value[T]) expr[T] {
	b.st.ops++
	e := &binaryExpr[T]{st: b.st, n: n, x: eval(b, n.x), y: eval(b, n.y)}
	e.inX, e.inY = e.x.scratch() && !n.xScalar, e.y.scratch() && !n.yScalar
	return e
}

type binaryExpr[T any] struct {
	st       *state
	n        *binaryNode[T]
	x, y     expr[T]
	inX, inY bool // the operand's own tile may be overwritten: one register fewer in the cache
	reg      register[T]
	none     region // the region of a 0-d operand
}

func (e *binaryExpr[T]) visit(r *region) {
	rx, ry := e.regions(r)
	e.x.visit(rx)
	e.y.visit(ry)
}

func (e *binaryExpr[T]) regions(r *region) (rx, ry *region) {
	rx, ry = r, r
	if e.n.xScalar {
		rx = &e.none
	}
	if e.n.yScalar {
		ry = &e.none
	}
	return rx, ry
}

func (e *binaryExpr[T]) tile(r *region) []T {
	rx, ry := e.regions(r)
	x := e.x.tile(rx)
	y := e.y.tile(ry)
	var dst []T
	switch {
	case e.inX:
		dst = x
	case e.inY:
		dst = y
	default:
		dst = e.reg.get(max(len(x), len(y)))
	}
	var err error
	switch {
	case e.n.yScalar:
		err = e.n.f.vc(dst, x, y[0])
	case e.n.xScalar:
		err = e.n.f.cv(dst, x[0], y)
	default:
		err = e.n.f.vv(dst, x, y)
	}
	if err != nil {
		e.st.fail(err)
	}
	return dst
}

func (e *binaryExpr[T]) scratch() bool { return true }
