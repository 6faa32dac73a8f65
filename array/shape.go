package array

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// sizeOfShape returns the number of elements of shape. Negative lengths and more than 2^62 elements are errors.
func sizeOfShape(shape []int) (int, error) {
	size, empty := 1, false
	for _, n := range shape {
		switch {
		case n < 0:
			return 0, fmt.Errorf("shape %s has a negative length", shapeString(shape))
		case n == 0:
			empty = true
		case size > math.MaxInt/2/n:
			return 0, fmt.Errorf("shape %s has more elements than can be counted", shapeString(shape))
		default:
			size *= n
		}
	}
	if empty {
		return 0, nil
	}
	return size, nil
}

// product returns the number of elements of a shape that is known to be good.
func product(shape []int) int {
	size := 1
	for _, n := range shape {
		size *= n
	}
	return size
}

// stridesOf returns the row-major strides of shape, in elements.
func stridesOf(shape []int) []int {
	s := make([]int, len(shape))
	step := 1
	for d := len(shape) - 1; d >= 0; d-- {
		s[d] = step
		step *= shape[d]
	}
	return s
}

// shapeString writes a shape as Python does: (), (3,), (3, 4).
func shapeString(shape []int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, n)
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// broadcastShapes returns the shape that arrays of the given shapes broadcast to, by NumPy's rule: aligned at the
// last axis, each length equal or 1.
func broadcastShapes(shapes ...[]int) ([]int, error) {
	var out []int
	for _, s := range shapes {
		if len(s) > len(out) {
			out = append(slices.Repeat([]int{1}, len(s)-len(out)), out...)
		}
		for i, n := range s {
			o := &out[len(out)-len(s)+i]
			switch {
			case *o == 1:
				*o = n
			case n != 1 && n != *o:
				return nil, fmt.Errorf("shapes %s do not broadcast: lengths %d and %d", shapeStrings(shapes), *o, n)
			}
		}
	}
	return out, nil
}

func shapeStrings(shapes [][]int) string {
	var s []string
	for _, shape := range shapes {
		s = append(s, shapeString(shape))
	}
	return strings.Join(s, " and ")
}

// axisIndex returns axis of nd axes counted from the front, or an error if there is no such axis.
func axisIndex(axis, nd int) (int, error) {
	if axis < -nd || axis >= nd {
		return 0, fmt.Errorf("axis %d is out of range for %d axes", axis, nd)
	}
	if axis < 0 {
		axis += nd
	}
	return axis, nil
}
