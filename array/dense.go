package array

import "slices"

// Dense is the computed elements of an array, row-major in memory. It is not lazy.
type Dense[T any] struct {
	data  []T
	shape []int
}

// Data returns the elements in row-major order. The slice is not a copy.
func (d *Dense[T]) Data() []T { return d.data }

// Shape returns the lengths of the axes. The slice is the caller's.
func (d *Dense[T]) Shape() []int { return slices.Clone(d.shape) }

// NDim returns the number of axes.
func (d *Dense[T]) NDim() int { return len(d.shape) }

// Size returns the number of elements.
func (d *Dense[T]) Size() int { return len(d.data) }

// At returns the element at the given position, one index for each axis. An index out of range panics, as that of a
// slice does.
func (d *Dense[T]) At(index ...int) T {
	if len(index) != len(d.shape) {
		panic("array: Dense.At: wrong number of indices")
	}
	at := 0
	for k, i := range index {
		if uint(i) >= uint(d.shape[k]) {
			panic("array: Dense.At: index out of range")
		}
		at = at*d.shape[k] + i
	}
	return d.data[at]
}
