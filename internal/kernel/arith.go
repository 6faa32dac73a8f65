package kernel

import "math"

// Add sets dst to a + b. Integers wrap.
func Add[T Number](dst, a, b []T) { apply2(dst, a, b, func(x, y T) T { return x + y }) }

// Sub sets dst to a - b. Integers wrap.
func Sub[T Number](dst, a, b []T) { apply2(dst, a, b, func(x, y T) T { return x - y }) }

// Mul sets dst to a * b. Integers wrap.
func Mul[T Number](dst, a, b []T) { apply2(dst, a, b, func(x, y T) T { return x * y }) }

// AddC sets dst to a + c. Integers wrap.
func AddC[T Number](dst, a []T, c T) { apply1(dst, a, func(x T) T { return x + c }) }

// SubC sets dst to a - c. Integers wrap.
func SubC[T Number](dst, a []T, c T) { apply1(dst, a, func(x T) T { return x - c }) }

// CSub sets dst to c - a. Integers wrap.
func CSub[T Number](dst []T, c T, a []T) { apply1(dst, a, func(x T) T { return c - x }) }

// MulC sets dst to a * c. Integers wrap.
func MulC[T Number](dst, a []T, c T) { apply1(dst, a, func(x T) T { return x * c }) }

// Neg sets dst to -a. Integers wrap: the smallest signed value stays itself, as in NumPy.
func Neg[T Number](dst, a []T) { apply1(dst, a, func(x T) T { return -x }) }

// Abs sets dst to |a|. The smallest signed integer stays itself, as in NumPy; -0 gives 0.
func Abs[T Number](dst, a []T) {
	if !isInt[T]() {
		apply1(dst, a, func(x T) T { return T(math.Abs(float64(x))) })
		return
	}
	apply1(dst, a, func(x T) T {
		if x < 0 {
			return -x
		}
		return x
	})
}

// Square sets dst to a * a. Integers wrap.
func Square[T Number](dst, a []T) { apply1(dst, a, func(x T) T { return x * x }) }

// Sign sets dst to -1, 0 or 1 by the sign of a; NaN stays NaN.
func Sign[T Number](dst, a []T) {
	apply1(dst, a, func(x T) T {
		switch {
		case x > 0:
			return 1
		case x < 0:
			var zero T
			return zero - 1
		case x == 0:
			return 0
		}
		return x
	})
}

// Minimum sets dst to the smaller of a and b; NaN if either is NaN, and -0 is smaller than 0.
func Minimum[T Number](dst, a, b []T) { apply2(dst, a, b, func(x, y T) T { return min(x, y) }) }

// Maximum sets dst to the larger of a and b; NaN if either is NaN, and 0 is larger than -0.
func Maximum[T Number](dst, a, b []T) { apply2(dst, a, b, func(x, y T) T { return max(x, y) }) }

// MinimumC sets dst to the smaller of a and c, as Minimum does.
func MinimumC[T Number](dst, a []T, c T) { apply1(dst, a, func(x T) T { return min(x, c) }) }

// MaximumC sets dst to the larger of a and c, as Maximum does.
func MaximumC[T Number](dst, a []T, c T) { apply1(dst, a, func(x T) T { return max(x, c) }) }

// Clip sets dst to a held between lo and hi: min(max(a, lo), hi), as NumPy's clip; NaN stays NaN.
func Clip[T Number](dst, a []T, lo, hi T) {
	apply1(dst, a, func(x T) T { return min(max(x, lo), hi) })
}
