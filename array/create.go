package array

import (
	"fmt"
	"math"

	"github.com/gomagpie/magpie/internal/kernel"
)

// Full returns an array of the given shape with every element c. It takes no memory, whatever its size.
//
// Source: NumPy full.
func Full[T Number](c T, shape []int, opts ...Option) *Array[T] {
	return wrap(full("full", c, shape, opts))
}

// Zeros returns an array of zeros. It takes no memory, whatever its size.
//
// Source: NumPy zeros.
func Zeros[T Number](shape []int, opts ...Option) *Array[T] {
	return wrap(full[T]("zeros", 0, shape, opts))
}

// Ones returns an array of ones. It takes no memory, whatever its size.
//
// Source: NumPy ones.
func Ones[T Number](shape []int, opts ...Option) *Array[T] {
	return wrap(full[T]("ones", 1, shape, opts))
}

func full[T any](op string, c T, shape []int, opts []Option) *value[T] {
	g, err := gridFor(shape, nil, sizeOf[T](), opts)
	if err != nil {
		return failed[T](op, err)
	}
	return newValue(op, g, &fullNode[T]{c})
}

// scalar returns the 0-d array of c, which broadcasts to any shape. It is part of an operation that remembers the
// user's line itself.
func scalar[T any](c T) *value[T] {
	return &value[T]{op: "scalar", shape: []int{}, grid: grid{}, node: &fullNode[T]{c}}
}

type fullNode[T any] struct{ c T }

func (n *fullNode[T]) expr(*builder, *value[T]) expr[T] { return &fullExpr[T]{c: n.c} }

type fullExpr[T any] struct {
	c   T
	mem []T
}

func (e *fullExpr[T]) visit(*region) {}

func (e *fullExpr[T]) tile(r *region) []T {
	n := r.size()
	if len(e.mem) < n {
		e.mem = make([]T, n)
		kernel.Fill(e.mem, e.c)
	}
	return e.mem[:n]
}

// scratch is false: the register is filled once for all tiles.
func (e *fullExpr[T]) scratch() bool { return false }

// Arange returns the 1-d array start, start+step, … of the numbers before stop. Element i is start + i*step, computed
// from i, so that nothing accumulates. It takes no memory, whatever its size. A step of zero, or one that leads away
// from stop, is an error or gives an empty array, as in NumPy.
//
// Source: NumPy arange.
func Arange[T Number](start, stop, step T, opts ...Option) *Array[T] {
	n, err := arangeLen(start, stop, step)
	if err != nil {
		return wrap(failed[T]("arange", err))
	}
	return ramp("arange", n, opts, func(i int) T { return start + T(i)*step })
}

// arangeLen returns the number of elements of an arange.
func arangeLen[T Number](start, stop, step T) (int, error) {
	if step == 0 || step != step {
		return 0, fmt.Errorf("step is %v", step)
	}
	if !(start < stop && step > 0 || start > stop && step < 0) {
		return 0, nil
	}
	if !isInt[T]() {
		n := math.Ceil((float64(stop) - float64(start)) / float64(step))
		if !(n < 1<<53) {
			return 0, fmt.Errorf("%v elements are too many", n)
		}
		return int(n), nil
	}
	// The distance is taken in uint64, where that of any two integers fits.
	d, by := uint64(stop)-uint64(start), uint64(step)
	if step < 0 {
		d, by = -d, -by
	}
	n := (d-1)/by + 1
	if n > math.MaxInt {
		return 0, fmt.Errorf("%d elements are too many", n)
	}
	return int(n), nil
}

// Linspace returns n numbers evenly spaced from start to stop, both included; the last is stop itself. One number is
// start. A negative n is an error.
//
// Source: NumPy linspace with endpoint true.
func Linspace[T Float](start, stop T, n int, opts ...Option) *Array[T] {
	step := (float64(stop) - float64(start)) / float64(n-1)
	return ramp("linspace", n, opts, func(i int) T {
		if i == n-1 && n > 1 {
			return stop
		}
		if i == 0 {
			return start
		}
		return T(float64(start) + float64(float64(i)*step))
	})
}

func ramp[T Number](op string, n int, opts []Option, f func(i int) T) *Array[T] {
	g, err := gridFor([]int{n}, nil, sizeOf[T](), opts)
	if err != nil {
		return wrap(failed[T](op, err))
	}
	return wrap(newValue(op, g, &rampNode[T]{f}))
}

// rampNode is a 1-d array whose elements are a function of their position.
type rampNode[T any] struct{ f func(i int) T }

func (n *rampNode[T]) expr(b *builder, _ *value[T]) expr[T] {
	b.st.ops++
	return &rampExpr[T]{f: n.f}
}

type rampExpr[T any] struct {
	f   func(i int) T
	reg register[T]
}

func (e *rampExpr[T]) visit(*region) {}

func (e *rampExpr[T]) tile(r *region) []T {
	out := e.reg.get(r.shape[0])
	at := r.start[0]
	for i := range out {
		out[i] = e.f(at)
		at += r.step[0]
	}
	return out
}

func (e *rampExpr[T]) scratch() bool { return true }
