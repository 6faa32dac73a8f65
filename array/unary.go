package array

// unary returns f of x. f may work in place.
func unary[T any](op string, x *value[T], f func(dst, a []T)) *value[T] {
	if x.err != nil {
		return failed[T](op, x.err)
	}
	return newValue(op, x.grid, &unaryNode[T]{x, f})
}

type unaryNode[T any] struct {
	x *value[T]
	f func(dst, a []T)
}

func (n *unaryNode[T]) expr(b *builder, _ *value[T]) expr[T] {
	b.st.ops++
	x := eval(b, n.x)
	return &unaryExpr[T]{f: n.f, x: x, inPlace: x.scratch()}
}

type unaryExpr[T any] struct {
	f       func(dst, a []T)
	x       expr[T]
	inPlace bool
	reg     register[T]
}

func (e *unaryExpr[T]) visit(r *region) { e.x.visit(r) }

func (e *unaryExpr[T]) tile(r *region) []T {
	x := e.x.tile(r)
	dst := x
	if !e.inPlace {
		dst = e.reg.get(len(x))
	}
	e.f(dst, x)
	return dst
}

func (e *unaryExpr[T]) scratch() bool { return true }

// convert returns f of x, of another element type.
func convert[U, T any](op string, x *value[T], f func(dst []U, a []T)) *value[U] {
	if x.err != nil {
		return failed[U](op, x.err)
	}
	return newValue(op, x.grid, &convertNode[U, T]{x, f})
}

type convertNode[U, T any] struct {
	x *value[T]
	f func(dst []U, a []T)
}

func (n *convertNode[U, T]) expr(b *builder, _ *value[U]) expr[U] {
	b.st.ops++
	return &convertExpr[U, T]{f: n.f, x: eval(b, n.x)}
}

type convertExpr[U, T any] struct {
	f   func(dst []U, a []T)
	x   expr[T]
	reg register[U]
}

func (e *convertExpr[U, T]) visit(r *region) { e.x.visit(r) }

func (e *convertExpr[U, T]) tile(r *region) []U {
	x := e.x.tile(r)
	dst := e.reg.get(len(x))
	e.f(dst, x)
	return dst
}

func (e *convertExpr[U, T]) scratch() bool { return true }
