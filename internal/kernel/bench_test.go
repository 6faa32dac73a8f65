package kernel

import (
	"math/rand/v2"
	"testing"
)

// benchN elements of float64 are 64 KB: three such slices stay in the second-level cache.
const benchN = 8192

func randoms[T Number](n int) []T {
	r := rand.New(rand.NewPCG(1, 2))
	a := make([]T, n)
	for i := range a {
		if isInt[T]() {
			a[i] = T(r.Uint64())
		} else {
			a[i] = T(r.Float64())
		}
	}
	return a
}

func bench[T Number](b *testing.B, f func(dst, x, y []T)) {
	x, y, dst := randoms[T](benchN), randoms[T](benchN), make([]T, benchN)
	b.SetBytes(int64(benchN * sizeOf[T]()))
	for b.Loop() {
		f(dst, x, y)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchN, "ns/el")
}

func BenchmarkElementwise(b *testing.B) {
	mask := make([]bool, benchN)
	for i, v := range randoms[float64](benchN) {
		mask[i] = v < 0.5
	}
	b.Run("Add/f64", func(b *testing.B) { bench(b, Add[float64]) })
	b.Run("Add/f32", func(b *testing.B) { bench(b, Add[float32]) })
	b.Run("AddC/f64", func(b *testing.B) { bench(b, func(dst, x, _ []float64) { AddC(dst, x, 3) }) })
	b.Run("Mul/f64", func(b *testing.B) { bench(b, Mul[float64]) })
	b.Run("Div/f64", func(b *testing.B) { bench(b, func(dst, x, y []float64) { Div(dst, x, y) }) })
	b.Run("Abs/f64", func(b *testing.B) { bench(b, func(dst, x, _ []float64) { Abs(dst, x) }) })
	b.Run("Sqrt/f64", func(b *testing.B) { bench(b, func(dst, x, _ []float64) { Sqrt(dst, x) }) })
	b.Run("Exp/f64", func(b *testing.B) { bench(b, func(dst, x, _ []float64) { Exp(dst, x) }) })
	b.Run("Minimum/f64", func(b *testing.B) { bench(b, Minimum[float64]) })
	b.Run("Minimum/i64", func(b *testing.B) { bench(b, Minimum[int64]) })
	b.Run("Where/f64", func(b *testing.B) { bench(b, func(dst, x, y []float64) { Where(dst, mask, x, y) }) })
	b.Run("Less/f64", func(b *testing.B) { bench(b, func(_, x, y []float64) { Less(mask, x, y) }) })
	b.Run("LessC/f64", func(b *testing.B) { bench(b, func(_, x, _ []float64) { LessC(mask, x, 0.5) }) })
	b.Run("CountTrue", func(b *testing.B) { bench(b, func(_, _, _ []uint8) { CountTrue(mask) }) })
	b.Run("Convert/i32-f64", func(b *testing.B) {
		d := make([]float64, benchN)
		bench(b, func(_, x, _ []int32) { Convert(d, x) })
	})
	b.Run("Convert/f64-f32", func(b *testing.B) {
		d := make([]float32, benchN)
		bench(b, func(_, x, _ []float64) { Convert(d, x) })
	})
}

func BenchmarkReduce(b *testing.B) {
	b.Run("Sum/f64", func(b *testing.B) { bench(b, func(_, x, _ []float64) { SumFloat(x) }) })
	b.Run("Sum/f32", func(b *testing.B) { bench(b, func(_, x, _ []float32) { SumFloat(x) }) })
	b.Run("Sum/i64", func(b *testing.B) { bench(b, func(_, x, _ []int64) { SumInt(x) }) })
	b.Run("Sum/i32", func(b *testing.B) { bench(b, func(_, x, _ []int32) { SumInt(x) }) })
	b.Run("Sum/u8", func(b *testing.B) { bench(b, func(_, x, _ []uint8) { SumInt(x) }) })
	b.Run("Moments/f64", func(b *testing.B) { bench(b, func(_, x, _ []float64) { MomentsOf(x) }) })
	b.Run("Moments/f32", func(b *testing.B) { bench(b, func(_, x, _ []float32) { MomentsOf(x) }) })
	b.Run("Moments/i32", func(b *testing.B) { bench(b, func(_, x, _ []int32) { MomentsOf(x) }) })
	b.Run("Max/f64", func(b *testing.B) { bench(b, func(_, x, _ []float64) { Max(x) }) })
	b.Run("Max/f32", func(b *testing.B) { bench(b, func(_, x, _ []float32) { Max(x) }) })
	b.Run("Max/i32", func(b *testing.B) { bench(b, func(_, x, _ []int32) { Max(x) }) })
	b.Run("ArgMax/f64", func(b *testing.B) { bench(b, func(_, x, _ []float64) { ArgMax(x) }) })
	b.Run("Dot/f64", func(b *testing.B) { bench(b, func(_, x, y []float64) { Dot(x, y) }) })
	b.Run("CumSum/f64", func(b *testing.B) { bench(b, func(dst, x, _ []float64) { CumSum(dst, x, 0) }) })
}

// The axis forms over a block of 1 MB, by the length of the inner axis.
func BenchmarkAxis(b *testing.B) {
	const size = 1 << 17
	a, ints := randoms[float64](size), randoms[int64](size)
	for _, inner := range []int{1, 3, 64, 1024} {
		n := size / inner / 4
		name := map[int]string{1: "1", 3: "3", 64: "64", 1024: "1024"}[inner]
		run := func(what string, f func()) {
			b.Run(what+"/inner="+name, func(b *testing.B) {
				b.SetBytes(int64(n * inner * 4 * 8))
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n*inner*4), "ns/el")
			})
		}
		sums, isums, moments := make([]Sum, 4*inner), make([]IntSum, 4*inner), make([]Moments, 4*inner)
		maxes, args := make([]float64, 4*inner), make([]Arg[float64], 4*inner)
		run("Sum", func() { SumFloatAxis(sums, a, 4, n, inner) })
		run("SumInt", func() { SumIntAxis(isums, ints, 4, n, inner) })
		run("Moments", func() { MomentsAxis(moments, a, 4, n, inner) })
		run("Max", func() { MaxAxis(maxes, a, 4, n, inner) })
		run("ArgMax", func() { ArgMaxAxis(args, a, 4, n, inner, 0) })
	}
}
