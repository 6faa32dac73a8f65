//go:build !purego

package kernel

import (
	"math"
	"testing"
)

// With and without AVX a sum has the same bits, at every length around the blocks and for every kind of number.
func TestSumIsTheSameWithoutAVX(t *testing.T) {
	if !hasAVX {
		t.Log("this CPU has no AVX: both sides are the same code")
	}
	check := func(what string, f func() Sum) {
		t.Helper()
		with := f()
		had := hasAVX
		hasAVX = false
		without := f()
		hasAVX = had
		if !same(with.s, without.s) || !same(with.c, without.c) {
			t.Errorf("%s: %v with AVX, %v without", what, with, without)
		}
	}
	for _, n := range []int{0, 1, 127, 128, 511, 512, 513, 640, 1024, sumBlock * blocksAtOnce, sumBlock*blocksAtOnce + 1, 100_003} {
		a, b := randoms[float64](n + 3)[3:], randoms[float32](n + 1)[1:]
		check("float64", func() Sum { return SumFloat(a) })
		check("float32", func() Sum { return SumFloat(b) })
		type mine float32
		c := make([]mine, n)
		for i := range c {
			c[i] = mine(b[i])
		}
		check("a float32 by another name", func() Sum { return SumFloat(c) })
		if n > 600 {
			for _, x := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), 1e308, 5e-324} {
				a[n/2], b[n/3] = x, float32(x)
				check("float64 with a special value", func() Sum { return SumFloat(a) })
				check("float32 with a special value", func() Sum { return SumFloat(b) })
			}
		}
	}
}
