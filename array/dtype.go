package array

import (
	"fmt"
	"unsafe"

	"github.com/gomagpie/magpie/internal/kernel"
)

// Number is the element types of an [Array]: all integers and floats, and types made of them.
type Number = kernel.Number

// Float is the floating-point element types.
type Float = kernel.Float

// Int is the integer element types.
type Int = kernel.Int

// sizeOf is the size of an element in bytes.
func sizeOf[T any]() int {
	var zero T
	return int(unsafe.Sizeof(zero))
}

// isInt reports whether T is an integer type; the compiler folds it.
func isInt[T Number]() bool { return T(1)/T(2) == 0 }

// isSigned reports whether T has negative values; the compiler folds it.
func isSigned[T Number]() bool { return T(0)-T(1) < 0 }

// dtypeOf names T as NumPy does: float64, int8, bool, ….
func dtypeOf[T any]() string {
	var zero T
	switch any(zero).(type) {
	case bool:
		return "bool"
	case float64:
		return "float64"
	case float32:
		return "float32"
	case int64, int:
		return "int64"
	case int32:
		return "int32"
	case int16:
		return "int16"
	case int8:
		return "int8"
	case uint64, uint:
		return "uint64"
	case uint32:
		return "uint32"
	case uint16:
		return "uint16"
	case uint8:
		return "uint8"
	}
	return fmt.Sprintf("%T", zero)
}

// retype sees a slice as one of another type of the same size and layout. It is how code for any Number reaches the
// kernels for integers or floats alone: a type switch would miss user-defined types.
func retype[U, T any](a []T) []U {
	return unsafe.Slice((*U)(unsafe.Pointer(unsafe.SliceData(a))), len(a))
}
