package kernel

import "math"

// Div sets dst to a / b. Floats follow IEEE 754. Integers truncate toward zero as Go's do; if any divisor is zero Div
// returns ErrDivideByZero and leaves dst as it was.
func Div[T Number](dst, a, b []T) error {
	if isInt[T]() && hasZero(b[:len(dst)]) {
		return ErrDivideByZero
	}
	apply2(dst, a, b, func(x, y T) T { return x / y })
	return nil
}

// DivC sets dst to a / c, as Div does.
func DivC[T Number](dst, a []T, c T) error {
	if isInt[T]() && c == 0 {
		return zeroDivisor(len(dst))
	}
	apply1(dst, a, func(x T) T { return x / c })
	return nil
}

// CDiv sets dst to c / a, as Div does.
func CDiv[T Number](dst []T, c T, a []T) error {
	if isInt[T]() && hasZero(a[:len(dst)]) {
		return ErrDivideByZero
	}
	apply1(dst, a, func(x T) T { return c / x })
	return nil
}

// FloorDiv sets dst to the floor of a / b, as NumPy's floor_divide (Python's //). Integers divided by zero give
// ErrDivideByZero and leave dst as it was.
func FloorDiv[T Number](dst, a, b []T) error {
	if isInt[T]() && hasZero(b[:len(dst)]) {
		return ErrDivideByZero
	}
	apply2(dst, a, b, func(x, y T) T { return floorDiv(x, y) })
	return nil
}

// FloorDivC sets dst to the floor of a / c, as FloorDiv does.
func FloorDivC[T Number](dst, a []T, c T) error {
	if isInt[T]() && c == 0 {
		return zeroDivisor(len(dst))
	}
	apply1(dst, a, func(x T) T { return floorDiv(x, c) })
	return nil
}

// Mod sets dst to a modulo b with the sign of b, as NumPy's remainder (Python's %). Integers modulo zero give
// ErrDivideByZero and leave dst as it was; floats modulo zero are NaN.
func Mod[T Number](dst, a, b []T) error {
	if isInt[T]() && hasZero(b[:len(dst)]) {
		return ErrDivideByZero
	}
	apply2(dst, a, b, func(x, y T) T { return floorMod(x, y) })
	return nil
}

// ModC sets dst to a modulo c, as Mod does.
func ModC[T Number](dst, a []T, c T) error {
	if isInt[T]() && c == 0 {
		return zeroDivisor(len(dst))
	}
	apply1(dst, a, func(x T) T { return floorMod(x, c) })
	return nil
}

// zeroDivisor is the error of n elements divided by an integer zero: none if there is nothing to divide.
func zeroDivisor(n int) error {
	if n == 0 {
		return nil
	}
	return ErrDivideByZero
}

// hasZero reports whether a has a zero. It runs before the division so that a failure leaves no half-written block;
// next to integer division it costs little.
func hasZero[T Number](a []T) bool {
	for _, v := range a {
		if v == 0 {
			return true
		}
	}
	return false
}

func floorDiv[T Number](x, y T) T {
	if isInt[T]() {
		q := x / y
		if (x < 0) != (y < 0) && q*y != x {
			q--
		}
		return q
	}
	q, _ := floatDivMod(float64(x), float64(y))
	return T(q)
}

func floorMod[T Number](x, y T) T {
	if isInt[T]() {
		r := x - x/y*y
		if r != 0 && (r < 0) != (y < 0) {
			r += y
		}
		return r
	}
	_, m := floatDivMod(float64(x), float64(y))
	return T(m)
}

// floatDivMod is NumPy's npy_divmod: the remainder is exact and has the sign of y, the quotient is corrected by it.
func floatDivMod(x, y float64) (q, m float64) {
	if y == 0 {
		return x / y, math.NaN()
	}
	m = math.Mod(x, y)
	q = (x - m) / y
	if m == 0 {
		m = math.Copysign(0, y)
	} else if (y < 0) != (m < 0) {
		m += y
		q--
	}
	if q == 0 {
		return math.Copysign(0, x/y), m
	}
	f := math.Floor(q)
	if q-f > 0.5 {
		f++
	}
	return f, m
}
