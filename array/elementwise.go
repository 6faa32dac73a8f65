package array

import (
	"github.com/gomagpie/magpie/internal/kernel"
)

// ErrDivideByZero is the cause of an integer division by zero. Floats divide by zero to an infinity or NaN.
var ErrDivideByZero = kernel.ErrDivideByZero

// Add returns x + y, element by element. Shapes broadcast as in NumPy: they are aligned at the last axis, and a
// length of 1, or a missing axis, is repeated. Chunks of different lengths are cut where either is. Integers wrap.
//
// Nothing is stored between the operations of an expression: a chunk of Add's result exists only as far as whatever
// uses it needs.
//
// Source: NumPy add.
func (x *Array[T]) Add(y *Array[T]) *Array[T] {
	return wrap(pairwise("add", x.value(), y.value(), &binop[T]{
		vv: plain2(kernel.Add[T]), vc: plainC(kernel.AddC[T]),
		cv: func(dst []T, c T, a []T) error { kernel.AddC(dst, a, c); return nil }}))
}

// Sub returns x - y, as [Array.Add] does.
//
// Source: NumPy subtract.
func (x *Array[T]) Sub(y *Array[T]) *Array[T] {
	return wrap(pairwise("subtract", x.value(), y.value(), &binop[T]{
		vv: plain2(kernel.Sub[T]), vc: plainC(kernel.SubC[T]),
		cv: func(dst []T, c T, a []T) error { kernel.CSub(dst, c, a); return nil }}))
}

// Mul returns x * y, as [Array.Add] does.
//
// Source: NumPy multiply.
func (x *Array[T]) Mul(y *Array[T]) *Array[T] {
	return wrap(pairwise("multiply", x.value(), y.value(), &binop[T]{
		vv: plain2(kernel.Mul[T]), vc: plainC(kernel.MulC[T]),
		cv: func(dst []T, c T, a []T) error { kernel.MulC(dst, a, c); return nil }}))
}

// Div returns x / y, as [Array.Add] does. Integers truncate toward zero as Go's / does, where NumPy's / would turn them into
// floats: convert with [Array.AsType] for that. An integer divided by zero is an error when computed, [ErrDivideByZero].
//
// Source: NumPy divide; Go for integers.
func (x *Array[T]) Div(y *Array[T]) *Array[T] {
	return wrap(pairwise("divide", x.value(), y.value(), &binop[T]{vv: kernel.Div[T], vc: kernel.DivC[T], cv: kernel.CDiv[T]}))
}

// FloorDiv returns the floor of x / y, as [Array.Add] does; integers by zero are an error when computed.
//
// Source: NumPy floor_divide.
func (x *Array[T]) FloorDiv(y *Array[T]) *Array[T] {
	return wrap(pairwise("floor_divide", x.value(), y.value(), &binop[T]{vv: kernel.FloorDiv[T], vc: kernel.FloorDivC[T]}))
}

// Mod returns x modulo y with the sign of y, as [Array.Add] does; integers by zero are an error when computed.
//
// Source: NumPy mod.
func (x *Array[T]) Mod(y *Array[T]) *Array[T] {
	return wrap(pairwise("mod", x.value(), y.value(), &binop[T]{vv: kernel.Mod[T], vc: kernel.ModC[T]}))
}

// Minimum returns the smaller of x and y, element by element; NaN if either is.
//
// Source: NumPy minimum.
func (x *Array[T]) Minimum(y *Array[T]) *Array[T] {
	return wrap(pairwise("minimum", x.value(), y.value(), &binop[T]{vv: plain2(kernel.Minimum[T]), vc: plainC(kernel.MinimumC[T])}))
}

// Maximum returns the larger of x and y, element by element; NaN if either is.
//
// Source: NumPy maximum.
func (x *Array[T]) Maximum(y *Array[T]) *Array[T] {
	return wrap(pairwise("maximum", x.value(), y.value(), &binop[T]{vv: plain2(kernel.Maximum[T]), vc: plainC(kernel.MaximumC[T])}))
}

// AddScalar returns x + c.
func (x *Array[T]) AddScalar(c T) *Array[T] { return x.Add(wrap(scalar(c))) }

// SubScalar returns x - c.
func (x *Array[T]) SubScalar(c T) *Array[T] { return x.Sub(wrap(scalar(c))) }

// ScalarSub returns c - x.
func (x *Array[T]) ScalarSub(c T) *Array[T] { return wrap(scalar(c)).Sub(x) }

// MulScalar returns x * c.
func (x *Array[T]) MulScalar(c T) *Array[T] { return x.Mul(wrap(scalar(c))) }

// DivScalar returns x / c; see [Array.Div] for integers.
func (x *Array[T]) DivScalar(c T) *Array[T] { return x.Div(wrap(scalar(c))) }

// ScalarDiv returns c / x; see [Array.Div] for integers.
func (x *Array[T]) ScalarDiv(c T) *Array[T] { return wrap(scalar(c)).Div(x) }

// Neg returns -x. Integers wrap.
//
// Source: NumPy negative.
func (x *Array[T]) Neg() *Array[T] { return wrap(unary("negative", x.value(), kernel.Neg[T])) }

// Abs returns the magnitude of x. The smallest signed integer stays itself, as in NumPy.
//
// Source: NumPy absolute.
func (x *Array[T]) Abs() *Array[T] { return wrap(unary("absolute", x.value(), kernel.Abs[T])) }

// Sign returns -1, 0 or 1 by the sign of x; NaN stays NaN.
//
// Source: NumPy sign.
func (x *Array[T]) Sign() *Array[T] { return wrap(unary("sign", x.value(), kernel.Sign[T])) }

// Square returns x * x. Integers wrap.
//
// Source: NumPy square.
func (x *Array[T]) Square() *Array[T] { return wrap(unary("square", x.value(), kernel.Square[T])) }

// Clip returns x held between lo and hi; NaN stays NaN.
//
// Source: NumPy clip.
func (x *Array[T]) Clip(lo, hi T) *Array[T] {
	return wrap(unary("clip", x.value(), func(dst, a []T) { kernel.Clip(dst, a, lo, hi) }))
}
