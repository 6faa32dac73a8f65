package array

import "github.com/gomagpie/magpie/internal/kernel"

// Less returns where x < y, with broadcasting as in [Array.Add]. Comparisons with NaN are false.
//
// Source: NumPy less.
func (x *Array[T]) Less(y *Array[T]) *Mask {
	return compare("less", x, y, kernel.Less[T], kernel.LessC[T], kernel.GreaterC[T])
}

// LessEqual returns where x <= y, as [Array.Less] does.
//
// Source: NumPy less_equal.
func (x *Array[T]) LessEqual(y *Array[T]) *Mask {
	return compare("less_equal", x, y, kernel.LessEqual[T], kernel.LessEqualC[T], kernel.GreaterEqualC[T])
}

// Greater returns where x > y, as [Array.Less] does.
//
// Source: NumPy greater.
func (x *Array[T]) Greater(y *Array[T]) *Mask {
	return compare("greater", x, y, kernel.Greater[T], kernel.GreaterC[T], kernel.LessC[T])
}

// GreaterEqual returns where x >= y, as [Array.Less] does.
//
// Source: NumPy greater_equal.
func (x *Array[T]) GreaterEqual(y *Array[T]) *Mask {
	return compare("greater_equal", x, y, kernel.GreaterEqual[T], kernel.GreaterEqualC[T], kernel.LessEqualC[T])
}

// Equal returns where x == y, as [Array.Less] does.
//
// Source: NumPy equal.
func (x *Array[T]) Equal(y *Array[T]) *Mask {
	return compare("equal", x, y, kernel.Equal[T], kernel.EqualC[T], kernel.EqualC[T])
}

// NotEqual returns where x != y, with broadcasting as in [Array.Add]; NaN differs from everything.
//
// Source: NumPy not_equal.
func (x *Array[T]) NotEqual(y *Array[T]) *Mask {
	return compare("not_equal", x, y, kernel.NotEqual[T], kernel.NotEqualC[T], kernel.NotEqualC[T])
}

// LessC returns where x < c.
func (x *Array[T]) LessC(c T) *Mask { return x.Less(wrap(scalar(c))) }

// LessEqualC returns where x <= c.
func (x *Array[T]) LessEqualC(c T) *Mask { return x.LessEqual(wrap(scalar(c))) }

// GreaterC returns where x > c.
func (x *Array[T]) GreaterC(c T) *Mask { return x.Greater(wrap(scalar(c))) }

// GreaterEqualC returns where x >= c.
func (x *Array[T]) GreaterEqualC(c T) *Mask { return x.GreaterEqual(wrap(scalar(c))) }

// EqualC returns where x == c.
func (x *Array[T]) EqualC(c T) *Mask { return x.Equal(wrap(scalar(c))) }

// NotEqualC returns where x != c.
func (x *Array[T]) NotEqualC(c T) *Mask { return x.NotEqual(wrap(scalar(c))) }

// IsNaN returns where x is NaN; integers never are.
//
// Source: NumPy isnan.
func (x *Array[T]) IsNaN() *Mask { return &Mask{convert("isnan", x.value(), kernel.IsNaN[T])} }

// IsInf returns where x is an infinity; integers never are.
//
// Source: NumPy isinf.
func (x *Array[T]) IsInf() *Mask { return &Mask{convert("isinf", x.value(), kernel.IsInf[T])} }

// IsFinite returns where x is neither an infinity nor NaN; integers always are.
//
// Source: NumPy isfinite.
func (x *Array[T]) IsFinite() *Mask { return &Mask{convert("isfinite", x.value(), kernel.IsFinite[T])} }

// compare returns the comparison of x and y. cv is the comparison turned around: c < x is x > c.
func compare[T Number](op string, x, y *Array[T], vv func(dst []bool, a, b []T), vc, cv func(dst []bool, a []T, c T)) *Mask {
	return &Mask{combine(op, x.value(), y.value(), vv, vc, cv)}
}
