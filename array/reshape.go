package array

import (
	"cmp"
	"fmt"
	"slices"
)

// Transpose returns x with its axes in the given order: axis i of the result is axis axes[i] of x, negative ones counted from
// the end. Without axes their order is reversed. axes that are not a permutation are an error.
//
// Nothing is copied before the array is computed.
//
// Source: NumPy transpose.
func (x *Array[T]) Transpose(axes ...int) *Array[T] { return wrap(transpose(x.value(), axes)) }

// SwapAxes returns x with two axes exchanged.
//
// Source: NumPy swapaxes.
func (x *Array[T]) SwapAxes(a, b int) *Array[T] {
	nd := len(x.value().shape)
	i, err := axisIndex(a, nd)
	j, err2 := axisIndex(b, nd)
	if err = cmp.Or(x.value().err, err, err2); err != nil {
		return wrap(failed[T]("swapaxes", err))
	}
	axes := make([]int, nd)
	for d := range axes {
		axes[d] = d
	}
	axes[i], axes[j] = j, i
	return x.Transpose(axes...)
}

// MoveAxis returns x with axis from moved to place to; the others keep their order.
//
// Source: NumPy moveaxis.
func (x *Array[T]) MoveAxis(from, to int) *Array[T] {
	nd := len(x.value().shape)
	i, err := axisIndex(from, nd)
	j, err2 := axisIndex(to, nd)
	if err = cmp.Or(x.value().err, err, err2); err != nil {
		return wrap(failed[T]("moveaxis", err))
	}
	var axes []int
	for d := range nd {
		if d != i {
			axes = append(axes, d)
		}
	}
	return x.Transpose(slices.Insert(axes, j, i)...)
}

// ExpandDims returns x with a new axis of length 1, which is axis of the result.
//
// Source: NumPy expand_dims.
func (x *Array[T]) ExpandDims(axis int) *Array[T] { return wrap(expandDims(x.value(), axis)) }

// Squeeze returns x without the given axes, each of length 1; without axes, without all axes of length 1.
//
// Source: NumPy squeeze.
func (x *Array[T]) Squeeze(axes ...int) *Array[T] {
	by := make([]Slice, len(x.value().shape))
	for d, n := range x.value().shape {
		by[d] = All()
		if n == 1 && len(axes) == 0 {
			by[d] = Index(0)
		}
	}
	for _, a := range axes {
		d, err := axisIndex(a, len(by))
		if err == nil && x.value().shape[d] != 1 {
			err = fmt.Errorf("axis %d has length %d", a, x.value().shape[d])
		}
		if x.value().err != nil {
			err = x.value().err
		}
		if err != nil {
			return wrap(failed[T]("squeeze", err))
		}
		by[d] = Index(0)
	}
	return x.Slice(by...)
}

// Flip returns x with the order of elements reversed along the given axes; without axes, along all.
//
// Source: NumPy flip.
func (x *Array[T]) Flip(axes ...int) *Array[T] {
	by := make([]Slice, len(x.value().shape))
	for d := range by {
		by[d] = All()
		if len(axes) == 0 {
			by[d] = RangeStep(None, None, -1)
		}
	}
	for _, a := range axes {
		d, err := axisIndex(a, len(by))
		if err = cmp.Or(x.value().err, err); err != nil {
			return wrap(failed[T]("flip", err))
		}
		by[d] = RangeStep(None, None, -1)
	}
	return x.Slice(by...)
}

// BroadcastTo returns x repeated to shape by the rule of [Array.Add]; repeated elements take no memory.
//
// Source: NumPy broadcast_to.
func (x *Array[T]) BroadcastTo(shape []int, opts ...Option) *Array[T] {
	if x.value().err != nil {
		return wrap(failed[T]("broadcast_to", x.value().err))
	}
	to, err := broadcastShapes(x.value().shape, shape)
	if err == nil && !slices.Equal(to, shape) {
		err = fmt.Errorf("shape %s does not broadcast to %s", shapeString(x.value().shape), shapeString(shape))
	}
	var g grid
	if err == nil {
		g, err = gridFor(shape, nil, sizeOf[T](), opts)
	}
	if err != nil {
		return wrap(failed[T]("broadcast_to", err))
	}
	return wrap(broadcast(x.value(), unify(shape, g, x.value().grid)))
}

// Rechunk returns x cut into other chunks: one length for every axis, or one for each, as [Chunks] has them. Nothing is
// copied before the array is computed; operations on the result are then cut so.
//
// Source: Dask rechunk.
func (x *Array[T]) Rechunk(lengths ...int) *Array[T] {
	if x.value().err != nil {
		return wrap(failed[T]("rechunk", x.value().err))
	}
	g, err := gridFor(x.value().shape, nil, sizeOf[T](), []Option{Chunks(lengths...)})
	if err != nil {
		return wrap(failed[T]("rechunk", err))
	}
	return wrap(newValue("rechunk", g, &sameNode[T]{x.value()}))
}

// sameNode is x on other chunks.
type sameNode[T any] struct{ x *value[T] }

func (n *sameNode[T]) expr(b *builder, _ *value[T]) expr[T] { return eval(b, n.x) }

func expandDims[T any](v *value[T], axis int) *value[T] {
	if v.err != nil {
		return failed[T]("expand_dims", v.err)
	}
	nd := len(v.shape)
	d, err := axisIndex(axis, nd+1)
	if err != nil {
		return failed[T]("expand_dims", err)
	}
	n := &sliceOf[T]{x: v, box: newRegion(nd)}
	for k, length := range v.shape {
		n.box.step[k], n.box.shape[k] = 1, length
		a := k
		if k >= d {
			a++
		}
		n.axes = append(n.axes, a)
	}
	return newValue("expand_dims", slices.Insert(slices.Clone(v.grid), d, evenAxis(1, 1)), n)
}
