package array

import (
	"fmt"

	"github.com/gomagpie/magpie/internal/kernel"
)

// ErrOverflow is the cause of an integer sum or product that its element type cannot hold.
var ErrOverflow = kernel.ErrOverflow

// Sum returns the sum over all axes, or those of [Axis].
//
// Integer sums are exact: they are made in 128 bits, and a sum that T cannot hold is an error when computed,
// [ErrOverflow] (convert with [Array.AsType] first, for a wider sum). Floats are summed in float64 with compensation and rounded once,
// to T. The result depends on the chunks in its last bit at most, never on the number of workers. The sum of nothing
// is 0; NaN gives NaN.
//
// Source: NumPy sum.
func (x *Array[T]) Sum(opts ...ReduceOption) *Array[T] {
	if isInt[T]() {
		return number(x, "sum", opts, func(*reduceOptions) *reducer[T, kernel.IntSum, T] { return intSum[T]("sum") })
	}
	return number(x, "sum", opts, func(*reduceOptions) *reducer[T, kernel.Sum, T] { return floatSum[T]() })
}

// Prod returns the product over all axes, or those of [Axis]. Integer products are exact or an error when computed, [ErrOverflow];
// floats are multiplied in float64 and rounded once, to T. The product of nothing is 1.
//
// Source: NumPy prod.
func (x *Array[T]) Prod(opts ...ReduceOption) *Array[T] {
	if isInt[T]() {
		return number(x, "prod", opts, func(*reduceOptions) *reducer[T, kernel.IntProd, T] { return intProd[T]() })
	}
	return number(x, "prod", opts, func(*reduceOptions) *reducer[T, float64, T] { return floatProd[T]() })
}

// Mean returns the arithmetic mean over all axes, or those of [Axis], as float64 for every T. It is the exact sum of
// integers, or the compensated one of floats, divided once. The mean of nothing is NaN.
//
// Source: NumPy mean.
func (x *Array[T]) Mean(opts ...ReduceOption) *Array[float64] {
	if isInt[T]() {
		return number(x, "mean", opts, intMean[T])
	}
	return number(x, "mean", opts, floatMean[T])
}

// Var returns the variance over all axes, or those of [Axis], as float64 for every T: the mean squared distance from the mean,
// divided by n - k with [DDof](k). It is found in one pass, stable for a mean far from zero (Chan, Golub and LeVeque's
// merging of moments). Where n - k is not positive it is NaN, or +Inf if the elements differ, as in NumPy.
//
// Source: NumPy var.
func (x *Array[T]) Var(opts ...ReduceOption) *Array[float64] {
	return number(x, "var", opts, func(o *reduceOptions) *reducer[T, kernel.Moments, float64] {
		return moments[T]("var", func(m kernel.Moments) float64 { return m.Var(o.ddof) })
	})
}

// Std returns the standard deviation, the square root of [Array.Var].
//
// Source: NumPy std.
func (x *Array[T]) Std(opts ...ReduceOption) *Array[float64] {
	return number(x, "std", opts, func(o *reduceOptions) *reducer[T, kernel.Moments, float64] {
		return moments[T]("std", func(m kernel.Moments) float64 { return m.Std(o.ddof) })
	})
}

// Min returns the smallest element over all axes, or those of [Axis]; NaN if there is one. Of nothing it is an error.
//
// Source: NumPy min.
func (x *Array[T]) Min(opts ...ReduceOption) *Array[T] {
	return number(x, "min", opts, notEmpty(func() *reducer[T, T, T] {
		return extreme("min", highest[T](), kernel.MinAxis[T], kernel.Minimum[T])
	}))
}

// Max returns the largest element over all axes, or those of [Axis]; NaN if there is one. Of nothing it is an error.
//
// Source: NumPy max.
func (x *Array[T]) Max(opts ...ReduceOption) *Array[T] {
	return number(x, "max", opts, notEmpty(func() *reducer[T, T, T] {
		return extreme("max", lowest[T](), kernel.MaxAxis[T], kernel.Maximum[T])
	}))
}

// ArgMin returns the index of the smallest element along one axis ([Axis]), or without one in the array seen as a single
// row-major row; the first of equals, and the first NaN if there is one. Of nothing, or over several axes, it is an error.
//
// Source: NumPy argmin.
func (x *Array[T]) ArgMin(opts ...ReduceOption) *Array[int64] {
	return number(x, "argmin", opts, oneAxis(func() *reducer[T, kernel.Arg[T], int64] {
		return arg("argmin", highest[T](), kernel.ArgMinAxis[T], kernel.MergeArgMin[T])
	}))
}

// ArgMax returns the index of the largest element, as [Array.ArgMin] does of the smallest.
//
// Source: NumPy argmax.
func (x *Array[T]) ArgMax(opts ...ReduceOption) *Array[int64] {
	return number(x, "argmax", opts, oneAxis(func() *reducer[T, kernel.Arg[T], int64] {
		return arg("argmax", lowest[T](), kernel.ArgMaxAxis[T], kernel.MergeArgMax[T])
	}))
}

// number returns the reduction that build gives once the options are settled.
func number[T, R Number, A any](x *Array[T], op string, opts []ReduceOption, build func(o *reduceOptions) *reducer[T, A, R]) *Array[R] {
	return wrap(reduceValue(x.value(), op, opts, build))
}

// reduceValue settles the options and reduces x, unless build, which sees them, has set why that cannot be.
func reduceValue[T, A, R any](x *value[T], op string, opts []ReduceOption, build func(o *reduceOptions) *reducer[T, A, R]) *value[R] {
	if x.err != nil {
		return failed[R](op, x.err)
	}
	o, err := settle(x.shape, opts)
	if err != nil {
		return failed[R](op, err)
	}
	red := build(o)
	if o.refused != nil {
		return failed[R](op, o.refused)
	}
	red.name = op
	return reduce(x, o, red)
}

// notEmpty refuses reductions of nothing that have no value.
func notEmpty[T, A, R any](build func() *reducer[T, A, R]) func(*reduceOptions) *reducer[T, A, R] {
	return func(o *reduceOptions) *reducer[T, A, R] {
		if o.count == 0 {
			o.refused = fmt.Errorf("no elements to choose from")
		}
		return build()
	}
}

// oneAxis refuses reductions to an index that go over some but not all axes.
func oneAxis[T, A, R any](build func() *reducer[T, A, R]) func(*reduceOptions) *reducer[T, A, R] {
	return func(o *reduceOptions) *reducer[T, A, R] {
		red := notEmpty(build)(o)
		red.flat = !o.some
		if o.some && len(o.axes) != 1 {
			o.refused = fmt.Errorf("%d axes: an index is along one axis, or along none for all", len(o.axes))
		}
		return red
	}
}
