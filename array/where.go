package array

import "github.com/gomagpie/magpie/internal/kernel"

// Where returns x where m is true and y elsewhere, with broadcasting as in [Array.Add].
//
// Source: NumPy where.
func Where[T Number](m *Mask, x, y *Array[T]) *Array[T] {
	return wrap(where(m.value(), x.value(), y.value()))
}

func where[T Number](m *value[bool], x, y *value[T]) *value[T] {
	for _, err := range []error{m.err, x.err, y.err} {
		if err != nil {
			return failed[T]("where", err)
		}
	}
	shape, err := broadcastShapes(m.shape, x.shape, y.shape)
	if err != nil {
		return failed[T]("where", err)
	}
	g := unify(shape, m.grid, x.grid, y.grid)
	return newValue("where", g, &whereNode[T]{broadcast(m, g), broadcast(x, g), broadcast(y, g)})
}

type whereNode[T Number] struct {
	m    *value[bool]
	x, y *value[T]
}

func (n *whereNode[T]) expr(b *builder, _ *value[T]) expr[T] {
	b.st.ops++
	return &whereExpr[T]{m: eval(b, n.m), x: eval(b, n.x), y: eval(b, n.y)}
}

type whereExpr[T Number] struct {
	m    expr[bool]
	x, y expr[T]
	reg  register[T]
}

func (e *whereExpr[T]) visit(r *region) {
	e.m.visit(r)
	e.x.visit(r)
	e.y.visit(r)
}

func (e *whereExpr[T]) tile(r *region) []T {
	m, x, y := e.m.tile(r), e.x.tile(r), e.y.tile(r)
	dst := e.reg.get(len(m))
	kernel.Where(dst, m, x, y)
	return dst
}

func (e *whereExpr[T]) scratch() bool { return true }
