package kernel

import "math"

// Sqrt sets dst to the square root of a; negative numbers give NaN.
func Sqrt[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Sqrt(float64(x))) }) }

// Exp sets dst to e to the power a.
func Exp[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Exp(float64(x))) }) }

// Exp2 sets dst to 2 to the power a.
func Exp2[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Exp2(float64(x))) }) }

// Expm1 sets dst to e to the power a, less 1, accurate near 0.
func Expm1[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Expm1(float64(x))) }) }

// Log sets dst to the natural logarithm of a; negative numbers give NaN.
func Log[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Log(float64(x))) }) }

// Log2 sets dst to the binary logarithm of a; negative numbers give NaN.
func Log2[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Log2(float64(x))) }) }

// Log10 sets dst to the decimal logarithm of a; negative numbers give NaN.
func Log10[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Log10(float64(x))) }) }

// Log1p sets dst to the natural logarithm of 1 + a, accurate near 0.
func Log1p[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Log1p(float64(x))) }) }

// Sin sets dst to the sine of a in radians.
func Sin[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Sin(float64(x))) }) }

// Cos sets dst to the cosine of a in radians.
func Cos[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Cos(float64(x))) }) }

// Tan sets dst to the tangent of a in radians.
func Tan[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Tan(float64(x))) }) }

// Asin sets dst to the arcsine of a.
func Asin[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Asin(float64(x))) }) }

// Acos sets dst to the arccosine of a.
func Acos[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Acos(float64(x))) }) }

// Atan sets dst to the arctangent of a.
func Atan[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Atan(float64(x))) }) }

// Sinh sets dst to the hyperbolic sine of a.
func Sinh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Sinh(float64(x))) }) }

// Cosh sets dst to the hyperbolic cosine of a.
func Cosh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Cosh(float64(x))) }) }

// Tanh sets dst to the hyperbolic tangent of a.
func Tanh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Tanh(float64(x))) }) }

// Asinh sets dst to the inverse hyperbolic sine of a.
func Asinh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Asinh(float64(x))) }) }

// Acosh sets dst to the inverse hyperbolic cosine of a.
func Acosh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Acosh(float64(x))) }) }

// Atanh sets dst to the inverse hyperbolic tangent of a.
func Atanh[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Atanh(float64(x))) }) }

// Cbrt sets dst to the cube root of a.
func Cbrt[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Cbrt(float64(x))) }) }

// Floor sets dst to the largest integers not above a.
func Floor[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Floor(float64(x))) }) }

// Ceil sets dst to the smallest integers not below a.
func Ceil[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Ceil(float64(x))) }) }

// Trunc sets dst to a cut off toward zero.
func Trunc[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return T(math.Trunc(float64(x))) }) }

// Round sets dst to a rounded to the nearest integer, halves to even, as NumPy's rint and round.
func Round[T Float](dst, a []T) {
	apply1(dst, a, func(x T) T { return T(math.RoundToEven(float64(x))) })
}

// Reciprocal sets dst to 1 / a.
func Reciprocal[T Float](dst, a []T) { apply1(dst, a, func(x T) T { return 1 / x }) }

// Pow sets dst to a to the power b.
func Pow[T Float](dst, a, b []T) {
	apply2(dst, a, b, func(x, y T) T { return T(math.Pow(float64(x), float64(y))) })
}

// PowC sets dst to a to the power c. The power 2 is a multiplication.
func PowC[T Float](dst, a []T, c T) {
	if c == 2 {
		Square(dst, a)
		return
	}
	apply1(dst, a, func(x T) T { return T(math.Pow(float64(x), float64(c))) })
}

// CPow sets dst to c to the power a.
func CPow[T Float](dst []T, c T, a []T) {
	apply1(dst, a, func(x T) T { return T(math.Pow(float64(c), float64(x))) })
}

// Atan2 sets dst to the angle of the points (b, a), between -π and π.
func Atan2[T Float](dst, a, b []T) {
	apply2(dst, a, b, func(y, x T) T { return T(math.Atan2(float64(y), float64(x))) })
}

// Hypot sets dst to the square root of a*a + b*b without overflow on the way.
func Hypot[T Float](dst, a, b []T) {
	apply2(dst, a, b, func(x, y T) T { return T(math.Hypot(float64(x), float64(y))) })
}
