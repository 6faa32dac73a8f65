package bag

import (
	"fmt"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/kernel"
)

// Number is what can be summed and averaged: the real numeric types.
type Number interface{ kernel.Number }

// ErrOverflow is the cause when the exact sum of integers does not fit their type.
var ErrOverflow = kernel.ErrOverflow

// Sum returns the delayed sum of the elements, 0 for an empty bag.
//
// Integers are added exactly, in 128 bits; a sum that does not fit T is an error, [ErrOverflow], never wrapped (map
// to a wider type first). Floats are added in float64 by blocks, and the blocks with compensation, so that the error
// does not grow with the number of elements; NaN and infinities do what IEEE 754 says. The result is the same to the
// bit for any number of workers. NumPy: sum, which wraps.
func Sum[T Number](b *Bag[T]) *futures.Delayed[T] {
	return reduce(b, here("sum"), total[T, T](func(s sum) (T, error) {
		if isFloat[T]() {
			return T(s.float.Value()), nil
		}
		return fit[T](s.int)
	}))
}

// Mean returns the delayed arithmetic mean of the elements in float64.
//
// The sum behind it is that of [Sum], but does not overflow for integers. Any NaN makes it NaN. The mean of an empty
// bag is an error, [ErrEmpty], where NumPy warns and gives NaN.
func Mean[T Number](b *Bag[T]) *futures.Delayed[float64] {
	return reduce(b, here("mean"), total[T, float64](func(s sum) (float64, error) {
		switch {
		case s.n == 0:
			return 0, ErrEmpty
		case isFloat[T]():
			return s.float.Value() / float64(s.n), nil
		}
		return s.int.Float64() / float64(s.n), nil
	}))
}

// sum is a sum of n elements, float or int by their type.
type sum struct {
	float kernel.Sum
	int   kernel.IntSum
	n     int
}

func (s sum) merge(o sum) (sum, error) {
	s.float.Merge(o.float)
	s.int.Merge(o.int)
	s.n += o.n
	return s, nil
}

// total is the reducer to a sum. The elements are converted to the widest type of their kind one by one, and handed
// to the kernel in blocks.
func total[T Number, R any](finish func(sum) (R, error)) reducer[T, sum, R] {
	return reducer[T, sum, R]{
		open: func(*pass) (func(T) bool, func() (sum, error)) {
			switch {
			case isFloat[T]():
				return blocks[T](func(s *sum, block []float64) { s.float.Merge(kernel.SumFloat(block)); s.n += len(block) })
			case isSigned[T]():
				return blocks[T](func(s *sum, block []int64) { s.int.Merge(kernel.SumInt(block)); s.n += len(block) })
			}
			return blocks[T](func(s *sum, block []uint64) { s.int.Merge(kernel.SumInt(block)); s.n += len(block) })
		},
		merge:  sum.merge,
		finish: finish,
	}
}

// blockLen is how many elements are gathered for one call of a kernel: few enough for the first-level cache.
const blockLen = 512

// blocks gathers elements, as E, and folds them into an A block by block. An accumulator updated element by element
// lives in memory, and every element waits for the store of the one before; a block is summed in registers.
func blocks[T Number, E int64 | uint64 | float64, A any](fold func(a *A, block []E)) (push func(T) bool,
	partial func() (A, error)) {
	var acc A
	block, n := new([blockLen]E), 0
	push = func(x T) bool {
		block[n&(blockLen-1)] = E(x) // the mask spares the check of the bound
		if n++; n == blockLen {
			fold(&acc, block[:])
			n = 0
		}
		return true
	}
	return push, func() (A, error) {
		fold(&acc, block[:n])
		return acc, nil
	}
}

// isFloat reports whether T is a floating-point type.
func isFloat[T Number]() bool {
	one := T(1)
	return one/2 != 0
}

// isSigned reports whether T has negative values.
func isSigned[T Number]() bool {
	var zero T
	return zero-1 < 0
}

// fit returns an integer sum as a T.
func fit[T Number](s kernel.IntSum) (T, error) {
	var x T
	if isSigned[T]() {
		v, err := kernel.IntSumTo[int64](s)
		if x = T(v); err == nil && int64(x) == v {
			return x, nil
		}
	} else {
		v, err := kernel.IntSumTo[uint64](s)
		if x = T(v); err == nil && uint64(x) == v {
			return x, nil
		}
	}
	return 0, &kernel.OverflowError{Sum: s, Type: fmt.Sprintf("%T", x)}
}
