package array

import (
	"math"

	"github.com/gomagpie/magpie/internal/kernel"
)

// Sqrt returns the square root of x; negative numbers give NaN.
//
// Source: NumPy sqrt.
func Sqrt[T Float](x *Array[T]) *Array[T] { return wrap(unary("sqrt", x.value(), kernel.Sqrt[T])) }

// Cbrt returns the cube root of x.
//
// Source: NumPy cbrt.
func Cbrt[T Float](x *Array[T]) *Array[T] { return wrap(unary("cbrt", x.value(), kernel.Cbrt[T])) }

// Exp returns e to the power x.
//
// Source: NumPy exp.
func Exp[T Float](x *Array[T]) *Array[T] { return wrap(unary("exp", x.value(), kernel.Exp[T])) }

// Exp2 returns 2 to the power x.
//
// Source: NumPy exp2.
func Exp2[T Float](x *Array[T]) *Array[T] { return wrap(unary("exp2", x.value(), kernel.Exp2[T])) }

// Expm1 returns e to the power x, less 1, accurate near 0.
//
// Source: NumPy expm1.
func Expm1[T Float](x *Array[T]) *Array[T] { return wrap(unary("expm1", x.value(), kernel.Expm1[T])) }

// Log returns the natural logarithm of x; negative numbers give NaN.
//
// Source: NumPy log.
func Log[T Float](x *Array[T]) *Array[T] { return wrap(unary("log", x.value(), kernel.Log[T])) }

// Log2 returns the binary logarithm of x; negative numbers give NaN.
//
// Source: NumPy log2.
func Log2[T Float](x *Array[T]) *Array[T] { return wrap(unary("log2", x.value(), kernel.Log2[T])) }

// Log10 returns the decimal logarithm of x; negative numbers give NaN.
//
// Source: NumPy log10.
func Log10[T Float](x *Array[T]) *Array[T] { return wrap(unary("log10", x.value(), kernel.Log10[T])) }

// Log1p returns the natural logarithm of 1 + x, accurate near 0.
//
// Source: NumPy log1p.
func Log1p[T Float](x *Array[T]) *Array[T] { return wrap(unary("log1p", x.value(), kernel.Log1p[T])) }

// Sin returns the sine of x in radians.
//
// Source: NumPy sin.
func Sin[T Float](x *Array[T]) *Array[T] { return wrap(unary("sin", x.value(), kernel.Sin[T])) }

// Cos returns the cosine of x in radians.
//
// Source: NumPy cos.
func Cos[T Float](x *Array[T]) *Array[T] { return wrap(unary("cos", x.value(), kernel.Cos[T])) }

// Tan returns the tangent of x in radians.
//
// Source: NumPy tan.
func Tan[T Float](x *Array[T]) *Array[T] { return wrap(unary("tan", x.value(), kernel.Tan[T])) }

// Asin returns the arcsine of x.
//
// Source: NumPy arcsin.
func Asin[T Float](x *Array[T]) *Array[T] { return wrap(unary("arcsin", x.value(), kernel.Asin[T])) }

// Acos returns the arccosine of x.
//
// Source: NumPy arccos.
func Acos[T Float](x *Array[T]) *Array[T] { return wrap(unary("arccos", x.value(), kernel.Acos[T])) }

// Atan returns the arctangent of x.
//
// Source: NumPy arctan.
func Atan[T Float](x *Array[T]) *Array[T] { return wrap(unary("arctan", x.value(), kernel.Atan[T])) }

// Sinh returns the hyperbolic sine of x.
//
// Source: NumPy sinh.
func Sinh[T Float](x *Array[T]) *Array[T] { return wrap(unary("sinh", x.value(), kernel.Sinh[T])) }

// Cosh returns the hyperbolic cosine of x.
//
// Source: NumPy cosh.
func Cosh[T Float](x *Array[T]) *Array[T] { return wrap(unary("cosh", x.value(), kernel.Cosh[T])) }

// Tanh returns the hyperbolic tangent of x.
//
// Source: NumPy tanh.
func Tanh[T Float](x *Array[T]) *Array[T] { return wrap(unary("tanh", x.value(), kernel.Tanh[T])) }

// Floor returns the largest integers not above x.
//
// Source: NumPy floor.
func Floor[T Float](x *Array[T]) *Array[T] { return wrap(unary("floor", x.value(), kernel.Floor[T])) }

// Ceil returns the smallest integers not below x.
//
// Source: NumPy ceil.
func Ceil[T Float](x *Array[T]) *Array[T] { return wrap(unary("ceil", x.value(), kernel.Ceil[T])) }

// Trunc returns x cut off toward zero.
//
// Source: NumPy trunc.
func Trunc[T Float](x *Array[T]) *Array[T] { return wrap(unary("trunc", x.value(), kernel.Trunc[T])) }

// Round returns x rounded to the nearest integer, halves to even.
//
// Source: NumPy rint.
func Round[T Float](x *Array[T]) *Array[T] { return wrap(unary("rint", x.value(), kernel.Round[T])) }

// Pow returns x to the power y, element by element, with broadcasting as in [Array.Add].
//
// Source: NumPy power.
func Pow[T Float](x, y *Array[T]) *Array[T] {
	return wrap(map2("power", x.value(), y.value(), math.Pow))
}

// Atan2 returns the angle of the points (y, x), with broadcasting as in [Array.Add].
//
// Source: NumPy arctan2.
func Atan2[T Float](y, x *Array[T]) *Array[T] {
	return wrap(map2("arctan2", y.value(), x.value(), math.Atan2))
}

// Hypot returns the square root of x*x + y*y without overflow on the way, with broadcasting as in [Array.Add].
//
// Source: NumPy hypot.
func Hypot[T Float](x, y *Array[T]) *Array[T] {
	return wrap(map2("hypot", x.value(), y.value(), math.Hypot))
}

// map2 applies a function of the math package to pairs. Such functions cost tens of nanoseconds, so the call of f does
// not show.
func map2[T Float](op string, x, y *value[T], f func(x, y float64) float64) *value[T] {
	return pairwise(op, x, y, &binop[T]{vv: func(dst, a, b []T) error {
		kernel.Map2(dst, a, b, func(x, y T) T { return T(f(float64(x), float64(y))) })
		return nil
	}})
}
