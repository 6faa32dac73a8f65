package bag

import (
	"errors"
	"fmt"
	"math"

	"github.com/gomagpie/magpie/futures"
)

// Number is what can be summed and averaged: the real numeric types.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64
}

// ErrOverflow is the cause when the exact sum of integers does not fit their type.
var ErrOverflow = errors.New("bag: integer overflow")

// isFloat reports whether T is a floating point type.
func isFloat[T Number]() bool {
	one := T(1)
	return one/2 != 0
}

// Sum returns the delayed sum of the elements, 0 for an empty bag.
//
// Integers are added exactly, in 128 bits; a sum that does not fit T is an error, [ErrOverflow], never wrapped (map
// to a wider type first). Floats are added in float64 with compensation (Neumaier), so that the error does not grow
// with the number of elements; NaN and infinities do what IEEE 754 says. The result is the same to the bit for any
// number of workers. NumPy: sum, which wraps.
func Sum[T Number](b *Bag[T]) *futures.Delayed[T] {
	if isFloat[T]() {
		return reduce(b, here("sum"), floats[T, T](func(s floatSum) (T, error) { return T(s.value()), nil }))
	}
	return reduce(b, here("sum"), integers[T, T](func(s intSum) (T, error) { return fit[T](s.acc) }))
}

// Mean returns the delayed arithmetic mean of the elements in float64.
//
// The sum behind it is that of [Sum] and does not overflow for integers. Any NaN makes it NaN. The mean of an empty
// bag is an error, [ErrEmpty], where NumPy warns and gives NaN.
func Mean[T Number](b *Bag[T]) *futures.Delayed[float64] {
	if isFloat[T]() {
		return reduce(b, here("mean"), floats[T, float64](func(s floatSum) (float64, error) {
			if s.n == 0 {
				return 0, ErrEmpty
			}
			return s.value() / float64(s.n), nil
		}))
	}
	return reduce(b, here("mean"), integers[T, float64](func(s intSum) (float64, error) {
		if s.n == 0 {
			return 0, ErrEmpty
		}
		return s.acc.float() / float64(s.n), nil
	}))
}

// floatSum is a compensated sum: hi is the rounded sum, lo what rounding lost.
type floatSum struct {
	hi, lo float64
	n      int
}

// add is Knuth's two-sum: exact for any order of magnitudes, and without a branch.
func (s *floatSum) add(x float64) {
	t := s.hi + x
	z := t - s.hi
	s.lo += (s.hi - (t - z)) + (x - z)
	s.hi = t
}

// value returns the sum. An infinite or NaN sum leaves garbage in lo.
func (s *floatSum) value() float64 {
	if v := s.hi + s.lo; !math.IsNaN(v) && !math.IsInf(s.hi, 0) {
		return v
	}
	return s.hi
}

func floats[T Number, R any](finish func(floatSum) (R, error)) reducer[T, floatSum, R] {
	return reducer[T, floatSum, R]{
		open: func(*pass) (func(T) bool, func() (floatSum, error)) {
			var s floatSum
			push := func(x T) bool {
				s.add(float64(x))
				s.n++
				return true
			}
			return push, func() (floatSum, error) { return s, nil }
		},
		merge: func(a, b floatSum) (floatSum, error) {
			a.add(b.hi)
			a.lo += b.lo
			a.n += b.n
			return a, nil
		},
		finish: finish,
	}
}

// intSum is an exact sum of integers of up to 64 bits.
type intSum struct {
	acc int128
	n   int
}

func integers[T Number, R any](finish func(intSum) (R, error)) reducer[T, intSum, R] {
	return reducer[T, intSum, R]{
		open: func(*pass) (func(T) bool, func() (intSum, error)) {
			var s intSum
			push := func(x T) bool {
				s.acc.add(uint64(x), signOf(x))
				s.n++
				return true
			}
			return push, func() (intSum, error) { return s, nil }
		},
		merge: func(a, b intSum) (intSum, error) {
			a.acc.add(b.acc.lo, b.acc.hi)
			a.n += b.n
			return a, nil
		},
		finish: finish,
	}
}

// fit returns the sum as a T.
func fit[T Number](s int128) (T, error) {
	x := T(s.lo)
	if uint64(x) != s.lo || signOf(x) != s.hi {
		return 0, fmt.Errorf("%w: the sum %v does not fit %T", ErrOverflow, s, x)
	}
	return x, nil
}
