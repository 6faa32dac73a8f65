package array

import "github.com/gomagpie/magpie/internal/kernel"

// Map returns f of every element of x. f is called once an element and computation, from several goroutines at once, at
// about 2 ns a call; [Array.MapSlices] avoids that. A panic in f is an error of the computation.
//
// Source: Dask map_blocks.
func (x *Array[T]) Map[U Number](f func(T) U) *Array[U] {
	if f == nil {
		return wrap(failed[U]("map", errNilFunction))
	}
	return wrap(convertPolled("map", x.value(), pollEvery, func(dst []U, a []T) { kernel.Map(dst, a, f) }))
}

// MapSlices returns the elements that f writes to dst for those in src. f is called with stretches of a few thousand
// elements, len(dst) == len(src), from several goroutines at once; where one stretch ends and the next begins means
// nothing, so dst[i] must depend on src[i] alone. f must not keep the slices nor change src.
//
// Source: Dask map_blocks.
func (x *Array[T]) MapSlices[U Number](f func(dst []U, src []T)) *Array[U] {
	if f == nil {
		return wrap(failed[U]("map slices", errNilFunction))
	}
	return wrap(convert("map slices", x.value(), f))
}

// AsType returns x with its elements converted to U as Go converts them: integers wrap, floats are rounded to float32
// to nearest and cut off to integers. A NaN, or a float beyond the integers of U, gives a value that depends on the machine.
//
// Source: NumPy astype.
func (x *Array[T]) AsType[U Number]() *Array[U] {
	if same, ok := any(x).(*Array[U]); ok {
		return same
	}
	return wrap(convert("astype", x.value(), kernel.Convert[U, T]))
}
