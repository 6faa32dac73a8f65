package bag

import (
	"fmt"
	"math"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/kernel"
)

// Var returns the delayed variance of the elements in float64: the sum of squared deviations from the mean, divided
// by the number of elements less ddof, which is 0 unless given.
//
// It is stable: blocks are shifted to their mean and merged by the rule of Chan, Golub and LeVeque (1979), so the
// variance of 1e9, 1e9+1, 1e9+2 is 2/3, where the difference of moments that Dask's bag computes gives 0. Any NaN or
// infinity makes it NaN. An empty bag is an error, [ErrEmpty], and so are too few elements for ddof. NumPy: var.
func Var[T Number](b *Bag[T], ddof ...int) *futures.Delayed[float64] {
	return variance(b, here("var"), ddof, func(v float64) float64 { return v })
}

// Std returns the delayed standard deviation of the elements: the root of [Var]. NumPy: std.
func Std[T Number](b *Bag[T], ddof ...int) *futures.Delayed[float64] {
	return variance(b, here("std"), ddof, math.Sqrt)
}

func variance[T Number](b *Bag[T], st *stage, ddof []int, last func(float64) float64) *futures.Delayed[float64] {
	free := 0
	for _, d := range ddof {
		free = d
	}
	return reduce(b, st, reducer[T, kernel.Moments, float64]{
		open: func(*pass) (func(T) bool, func() (kernel.Moments, error)) {
			return blocks[T](func(m *kernel.Moments, block []float64) { m.Merge(kernel.MomentsOf(block)) })
		},
		merge: func(a, b kernel.Moments) (kernel.Moments, error) {
			a.Merge(b)
			return a, nil
		},
		finish: func(m kernel.Moments) (float64, error) {
			if m.N == 0 {
				return 0, ErrEmpty
			}
			if m.N <= int64(free) {
				return 0, fmt.Errorf("bag: %d elements are too few for ddof %d", m.N, free)
			}
			return last(m.Var(free)), nil
		},
	})
}
