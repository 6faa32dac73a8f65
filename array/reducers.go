package array

import (
	"fmt"
	"math"

	"github.com/gomagpie/magpie/internal/kernel"
)

// The kernels of sums are for floats or for integers, and the methods of Array for any Number; pickFloat and pickInt
// choose the kernel of the type that T is made of, seen through retype. Every type of one size and sign has one layout.

// pickFloat returns f32 or f64.
func pickFloat[T, F any](f32, f64 F) F {
	if sizeOf[T]() == 4 {
		return f32
	}
	return f64
}

// ints is a function for each integer type.
type ints[F any] struct{ i8, i16, i32, i64, u8, u16, u32, u64 F }

func pickInt[T Number, F any](fs ints[F]) F {
	switch size := sizeOf[T](); {
	case isSigned[T]() && size == 1:
		return fs.i8
	case isSigned[T]() && size == 2:
		return fs.i16
	case isSigned[T]() && size == 4:
		return fs.i32
	case isSigned[T]():
		return fs.i64
	case size == 1:
		return fs.u8
	case size == 2:
		return fs.u16
	case size == 4:
		return fs.u32
	}
	return fs.u64
}

// as makes a kernel for elements U one for the Ts that have the layout of U.
func as[T, U, A any](f func(dst []A, a []U, outer, n, inner int)) func(dst []A, a []T, outer, n, inner, base int) {
	return func(dst []A, a []T, outer, n, inner, _ int) { f(dst, retype[U](a), outer, n, inner) }
}

// merger is an accumulator that takes in another.
type merger[A any] interface {
	*A
	Merge(A)
}

func mergeAll[A any, P merger[A]](dst, src []A) {
	for i := range dst {
		P(&dst[i]).Merge(src[i])
	}
}

// each returns a final step that cannot fail.
func each[A, R any](f func(A) R) func(dst []R, src []A) error {
	return func(dst []R, src []A) error {
		for i, a := range src {
			dst[i] = f(a)
		}
		return nil
	}
}

func floatSums[T Number, R any](final func(kernel.Sum) R) *reducer[T, kernel.Sum, R] {
	return &reducer[T, kernel.Sum, R]{
		tile:  pickFloat[T](as[T](kernel.SumFloatAxis[float32]), as[T](kernel.SumFloatAxis[float64])),
		merge: mergeAll[kernel.Sum], final: each(final)}
}

func floatSum[T Number]() *reducer[T, kernel.Sum, T] {
	return floatSums[T](func(s kernel.Sum) T { return T(s.Value()) })
}

func floatMean[T Number](o *reduceOptions) *reducer[T, kernel.Sum, float64] {
	return floatSums[T](func(s kernel.Sum) float64 { return s.Value() / float64(o.count) })
}

func intSums[T Number, R any](final func(dst []R, src []kernel.IntSum) error) *reducer[T, kernel.IntSum, R] {
	return &reducer[T, kernel.IntSum, R]{merge: mergeAll[kernel.IntSum], final: final,
		tile: pickInt[T](ints[func(dst []kernel.IntSum, a []T, outer, n, inner, base int)]{
			as[T](kernel.SumIntAxis[int8]), as[T](kernel.SumIntAxis[int16]), as[T](kernel.SumIntAxis[int32]), as[T](kernel.SumIntAxis[int64]),
			as[T](kernel.SumIntAxis[uint8]), as[T](kernel.SumIntAxis[uint16]), as[T](kernel.SumIntAxis[uint32]), as[T](kernel.SumIntAxis[uint64])})}
}

func intSum[T Number](op string) *reducer[T, kernel.IntSum, T] {
	return intSums[T](narrow[T](op, ints[func(kernel.IntSum) (uint64, error)]{
		bitsOf(kernel.IntSumTo[int8]), bitsOf(kernel.IntSumTo[int16]), bitsOf(kernel.IntSumTo[int32]), bitsOf(kernel.IntSumTo[int64]),
		bitsOf(kernel.IntSumTo[uint8]), bitsOf(kernel.IntSumTo[uint16]), bitsOf(kernel.IntSumTo[uint32]), bitsOf(kernel.IntSumTo[uint64])}))
}

func intMean[T Number](o *reduceOptions) *reducer[T, kernel.IntSum, float64] {
	return intSums[T](each(func(s kernel.IntSum) float64 { return s.Float64() / float64(o.count) }))
}

// bitsOf lets conversions to all integer types stand in one table.
func bitsOf[U kernel.Int, A any](f func(A) (U, error)) func(A) (uint64, error) {
	return func(a A) (uint64, error) {
		u, err := f(a)
		return uint64(u), err
	}
}

// narrow returns the final step that gives exact integers as T, or an error.
func narrow[T Number, A any](op string, table ints[func(A) (uint64, error)]) func(dst []T, src []A) error {
	to := pickInt[T](table)
	return func(dst []T, src []A) error {
		for i, a := range src {
			u, err := to(a)
			if err != nil {
				return fmt.Errorf("array: the %s overflows %s: convert the array to a wider type first: %w", op, dtypeOf[T](), err)
			}
			dst[i] = T(u)
		}
		return nil
	}
}

func floatProd[T Number]() *reducer[T, float64, T] {
	return &reducer[T, float64, T]{
		empty: func(dst []float64) { kernel.Fill(dst, 1) },
		tile:  pickFloat[T](as[T](kernel.ProdFloatAxis[float32]), as[T](kernel.ProdFloatAxis[float64])),
		merge: func(dst, src []float64) { kernel.Mul(dst, dst, src) },
		final: each(func(p float64) T { return T(p) })}
}

func intProd[T Number]() *reducer[T, kernel.IntProd, T] {
	return &reducer[T, kernel.IntProd, T]{merge: mergeAll[kernel.IntProd],
		final: narrow[T]("prod", ints[func(kernel.IntProd) (uint64, error)]{
			bitsOf(kernel.IntProdTo[int8]), bitsOf(kernel.IntProdTo[int16]), bitsOf(kernel.IntProdTo[int32]), bitsOf(kernel.IntProdTo[int64]),
			bitsOf(kernel.IntProdTo[uint8]), bitsOf(kernel.IntProdTo[uint16]), bitsOf(kernel.IntProdTo[uint32]), bitsOf(kernel.IntProdTo[uint64])}),
		tile: pickInt[T](ints[func(dst []kernel.IntProd, a []T, outer, n, inner, base int)]{
			as[T](kernel.ProdIntAxis[int8]), as[T](kernel.ProdIntAxis[int16]), as[T](kernel.ProdIntAxis[int32]), as[T](kernel.ProdIntAxis[int64]),
			as[T](kernel.ProdIntAxis[uint8]), as[T](kernel.ProdIntAxis[uint16]), as[T](kernel.ProdIntAxis[uint32]), as[T](kernel.ProdIntAxis[uint64])})}
}

func moments[T Number](op string, final func(kernel.Moments) float64) *reducer[T, kernel.Moments, float64] {
	return &reducer[T, kernel.Moments, float64]{name: op, merge: mergeAll[kernel.Moments], final: each(final),
		tile: func(dst []kernel.Moments, a []T, outer, n, inner, _ int) { kernel.MomentsAxis(dst, a, outer, n, inner) }}
}

func extreme[T Number](op string, worst T, axis func(dst, a []T, outer, n, inner int), merge func(dst, a, b []T)) *reducer[T, T, T] {
	return &reducer[T, T, T]{name: op, sets: true,
		empty: func(dst []T) { kernel.Fill(dst, worst) },
		tile:  func(dst, a []T, outer, n, inner, _ int) { axis(dst, a, outer, n, inner) },
		merge: func(dst, src []T) { merge(dst, dst, src) },
		final: each(func(v T) T { return v })}
}

func arg[T Number](op string, worst T, axis func(dst []kernel.Arg[T], a []T, outer, n, inner, base int), merge func(dst, src []kernel.Arg[T])) *reducer[T, kernel.Arg[T], int64] {
	return &reducer[T, kernel.Arg[T], int64]{name: op, sets: true,
		empty: func(dst []kernel.Arg[T]) { kernel.Fill(dst, kernel.Arg[T]{Value: worst, Index: math.MaxInt}) },
		tile:  axis,
		merge: merge,
		final: each(func(v kernel.Arg[T]) int64 { return int64(v.Index) })}
}

// highest returns a T that no other is above.
func highest[T Number]() T {
	var v T
	switch {
	case !isInt[T]():
		return T(math.Inf(1))
	case isSigned[T]():
		bits := uint(8*sizeOf[T]() - 1)
		return T(uint64(1)<<bits - 1)
	}
	return v - 1
}

// lowest returns a T that no other is below.
func lowest[T Number]() T {
	switch {
	case !isInt[T]():
		return T(math.Inf(-1))
	case isSigned[T]():
		return -highest[T]() - 1
	}
	return 0
}
