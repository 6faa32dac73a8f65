// Package kernel is the typed inner loops over contiguous slices: elementwise arithmetic, comparisons and
// reductions, for one goroutine and one chunk.
//
// Nothing here allocates, starts a goroutine, or looks at where a slice lies in memory: the bits of a result depend
// on the elements and on the order in which the caller merges partial results, never on pointer alignment. Loops are
// plain Go, one specialisation for each element type; a user-defined type (type Celsius float64) uses the loop of
// the type below it. Products that feed an addition are written float64(x*y) + z, so that no machine fuses them and
// all machines agree.
//
// Elementwise functions take dst first. len(dst) governs: every source must be at least as long, and a shorter one
// panics as any slice expression does; shapes are the caller's to check. dst may be the same slice as a source (in
// place), but not overlap it at another offset.
//
// Reductions give accumulators (Sum, IntSum, Moments, …) whose zero value is the empty reduction and which merge.
// The XxxAxis functions reduce the middle axis of a row-major block of shape (outer, n, inner) into outer*inner
// accumulators; a reduction over any set of axes of a chunk is a short sequence of them.
//
// Each family has one function in which a faster loop for one machine can be put without touching the others; the
// layout of lanes and blocks is chosen so that four-wide vectors give the same bits.
package kernel

import (
	"errors"
	"math"
	"unsafe"
)

// Int is the integer element types.
type Int interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Float is the floating-point element types.
type Float interface{ ~float32 | ~float64 }

// Number is the element types of arithmetic.
type Number interface{ Int | Float }

// ErrDivideByZero reports an integer divided by zero. Floats divide by zero to an infinity or NaN without an error.
var ErrDivideByZero = errors.New("kernel: integer division by zero")

// ErrOverflow reports a result that does not fit its element type; errors.As with *OverflowError has the value.
var ErrOverflow = errors.New("kernel: integer overflow")

// isInt reports whether T is an integer type; the compiler folds it.
func isInt[T Number]() bool { return T(1)/T(2) == 0 }

// isSigned reports whether T has negative values; the compiler folds it.
func isSigned[T Number]() bool { return T(0)-T(1) < 0 }

// sizeOf is the size of T in bytes; the compiler folds it.
func sizeOf[T any]() uintptr {
	var zero T
	return unsafe.Sizeof(zero)
}

// isFinite reports whether x is neither an infinity nor NaN.
func isFinite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
