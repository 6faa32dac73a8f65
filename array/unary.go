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
	return convertPolled(op, x, viewTile, f)
}

// convertPolled is convert with an f that may take long: it is given at most poll elements between two looks at whether
// the result is still wanted.
func convertPolled[U, T any](op string, x *value[T], poll int, f func(dst []U, a []T)) *value[U] {
	if x.err != nil {
		return failed[U](op, x.err)
	}
	return newValue(op, x.grid, &convertNode[U, T]{x, poll, f})
}

type convertNode[U, T any] struct {
	x    *value[T]
	poll int
	f    func(dst []U, a []T)
}

func (n *convertNode[U, T]) expr(b *builder, _ *value[U]) expr[U] {
	b.st.ops++
	return &convertExpr[U, T]{st: b.st, f: n.f, poll: n.poll, x: eval(b, n.x)}
}

type convertExpr[U, T any] struct {
	st   *state
	f    func(dst []U, a []T)
	poll int
	x    expr[T]
	reg  register[U]
}

func (e *convertExpr[U, T]) visit(r *region) { e.x.visit(r) }

func (e *convertExpr[U, T]) tile(r *region) []U {
	x := e.x.tile(r)
	dst := e.reg.get(len(x))
	for lo := 0; lo < len(x); lo += e.poll {
		if lo > 0 {
			if err := e.st.task.Err(); err != nil {
				e.st.fail(err)
				break
			}
		}
		hi := min(lo+e.poll, len(x))
		e.f(dst[lo:hi], x[lo:hi])
	}
	return dst
}

func (e *convertExpr[U, T]) scratch() bool { return true }
