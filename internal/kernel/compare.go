package kernel

// Comparisons follow IEEE 754: every one with a NaN is false, but NotEqual, which is true.

// Less sets dst to a < b.
func Less[T Number](dst []bool, a, b []T) { apply2(dst, a, b, func(x, y T) bool { return x < y }) }

// LessC sets dst to a < c.
func LessC[T Number](dst []bool, a []T, c T) { apply1(dst, a, func(x T) bool { return x < c }) }

// LessEqual sets dst to a <= b.
func LessEqual[T Number](dst []bool, a, b []T) {
	apply2(dst, a, b, func(x, y T) bool { return x <= y })
}

// LessEqualC sets dst to a <= c.
func LessEqualC[T Number](dst []bool, a []T, c T) { apply1(dst, a, func(x T) bool { return x <= c }) }

// Greater sets dst to a > b.
func Greater[T Number](dst []bool, a, b []T) { apply2(dst, a, b, func(x, y T) bool { return x > y }) }

// GreaterC sets dst to a > c.
func GreaterC[T Number](dst []bool, a []T, c T) { apply1(dst, a, func(x T) bool { return x > c }) }

// GreaterEqual sets dst to a >= b.
func GreaterEqual[T Number](dst []bool, a, b []T) {
	apply2(dst, a, b, func(x, y T) bool { return x >= y })
}

// GreaterEqualC sets dst to a >= c.
func GreaterEqualC[T Number](dst []bool, a []T, c T) {
	apply1(dst, a, func(x T) bool { return x >= c })
}

// Equal sets dst to a == b.
func Equal[T Number](dst []bool, a, b []T) { apply2(dst, a, b, func(x, y T) bool { return x == y }) }

// EqualC sets dst to a == c.
func EqualC[T Number](dst []bool, a []T, c T) { apply1(dst, a, func(x T) bool { return x == c }) }

// NotEqual sets dst to a != b.
func NotEqual[T Number](dst []bool, a, b []T) { apply2(dst, a, b, func(x, y T) bool { return x != y }) }

// NotEqualC sets dst to a != c.
func NotEqualC[T Number](dst []bool, a []T, c T) { apply1(dst, a, func(x T) bool { return x != c }) }

// IsNaN sets dst to whether a is NaN; integers never are.
func IsNaN[T Number](dst []bool, a []T) { apply1(dst, a, func(x T) bool { return x != x }) }

// IsFinite sets dst to whether a is neither an infinity nor NaN; integers always are.
func IsFinite[T Number](dst []bool, a []T) { apply1(dst, a, func(x T) bool { return x-x == 0 }) }

// IsInf sets dst to whether a is an infinity; integers never are.
func IsInf[T Number](dst []bool, a []T) {
	apply1(dst, a, func(x T) bool { return x == x && x-x != 0 })
}
