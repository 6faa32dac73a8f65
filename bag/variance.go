package bag

import (
	"fmt"
	"math"

	"github.com/gomagpie/magpie/futures"
)

// Var returns the delayed variance of the elements in float64: the sum of squared deviations from the mean, divided
// by the number of elements less ddof, which is 0 unless given.
//
// It is stable: deviations are taken from the mean of a block and blocks are merged (Chan, Golub, LeVeque 1979), so
// the variance of 1e9, 1e9+1, 1e9+2 is 2/3, where the difference of moments that Dask's bag computes gives 0. Any NaN
// or infinity makes it NaN. An empty bag is an error, [ErrEmpty], and so are too few elements for ddof. NumPy: var.
func Var[T Number](b *Bag[T], ddof ...int) *futures.Delayed[float64] {
	return variance(b, here("var"), ddof, func(v float64) float64 { return v })
}

// Std returns the delayed standard deviation of the elements: the root of [Var]. NumPy: std.
func Std[T Number](b *Bag[T], ddof ...int) *futures.Delayed[float64] {
	return variance(b, here("std"), ddof, math.Sqrt)
}

// moments are the number of elements, their mean, and the sum of their squared deviations from it.
type moments struct {
	n    int
	mean float64
	m2   float64
}

// merge adds b's elements to a's.
func (a moments) merge(b moments) moments {
	if a.n == 0 || b.n == 0 {
		if a.n == 0 {
			return b
		}
		return a
	}
	n := float64(a.n + b.n)
	d := b.mean - a.mean
	return moments{a.n + b.n, a.mean + d*(float64(b.n)/n), a.m2 + b.m2 + d*d*(float64(a.n)*(float64(b.n)/n))}
}

// blockLen is how many elements are gathered before their moments are taken in two passes: Welford's update divides
// for every element, and that is most of its cost.
const blockLen = 512

// momentsOf returns the moments of a block. The correction by the sum of the deviations makes up for the rounding of
// the mean.
func momentsOf(block []float64) moments {
	if len(block) == 0 {
		return moments{}
	}
	n := float64(len(block))
	sum := 0.0
	for _, x := range block {
		sum += x
	}
	mean := sum / n
	var m2, m1 float64
	for _, x := range block {
		d := x - mean
		m1 += d
		m2 += d * d
	}
	return moments{len(block), mean + m1/n, m2 - m1*m1/n}
}

func variance[T Number](b *Bag[T], st *stage, ddof []int, last func(float64) float64) *futures.Delayed[float64] {
	free := 0
	for _, d := range ddof {
		free = d
	}
	return reduce(b, st, reducer[T, moments, float64]{
		open: func(*pass) (func(T) bool, func() (moments, error)) {
			var m moments
			var block [blockLen]float64
			n := 0
			push := func(x T) bool {
				block[n] = float64(x)
				if n++; n == blockLen {
					m, n = m.merge(momentsOf(block[:])), 0
				}
				return true
			}
			return push, func() (moments, error) { return m.merge(momentsOf(block[:n])), nil }
		},
		merge: func(a, b moments) (moments, error) { return a.merge(b), nil },
		finish: func(m moments) (float64, error) {
			if m.n == 0 {
				return 0, ErrEmpty
			}
			if m.n <= free {
				return 0, fmt.Errorf("bag: %d elements are too few for ddof %d", m.n, free)
			}
			return last(m.m2 / float64(m.n-free)), nil
		},
	})
}
