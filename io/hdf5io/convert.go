package hdf5io

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unsafe"

	"github.com/gomagpie/magpie/array"
)

var machineBig = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// swap reverses the bytes of each element in place.
func swap(b []byte, size int) {
	ne := binary.NativeEndian
	switch size {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			ne.PutUint16(b, bits.ReverseBytes16(ne.Uint16(b)))
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			ne.PutUint32(b, bits.ReverseBytes32(ne.Uint32(b)))
		}
	case 8:
		for ; len(b) >= 8; b = b[8:] {
			ne.PutUint64(b, bits.ReverseBytes64(ne.Uint64(b)))
		}
	}
}

// bytesOf returns the memory of x as bytes.
func bytesOf[T array.Number](x []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(zero)))
}

// tail returns the last bytes of dst's memory that len(dst) elements of kind need. Narrow elements are read there
// and widened towards the front, which needs no second buffer: the element written never reaches past the next
// one to be read.
func tail[T array.Number](dst []T, kind Kind) []byte {
	b := bytesOf(dst)
	return b[len(b)-len(dst)*kind.Size():]
}

// widen converts the elements of kind in dst's tail to T, over the whole of dst. kind must fit T.
func widen[T array.Number](dst []T, kind Kind) {
	if len(dst) == 0 || kindOf[T]() == kind {
		return
	}
	src := tail(dst, kind)
	switch kind {
	case Bool, Uint8:
		each[T, uint8](dst, src)
	case Int8:
		each[T, int8](dst, src)
	case Int16:
		each[T, int16](dst, src)
	case Int32:
		each[T, int32](dst, src)
	case Int64:
		each[T, int64](dst, src)
	case Uint16:
		each[T, uint16](dst, src)
	case Uint32:
		each[T, uint32](dst, src)
	case Uint64:
		each[T, uint64](dst, src)
	case Float16:
		half := unsafe.Slice((*uint16)(unsafe.Pointer(&src[0])), len(dst))
		for i, h := range half {
			dst[i] = T(fromHalf(h))
		}
	case Float32:
		each[T, float32](dst, src)
	}
}

// each relies on the tail being aligned for S: its distance from the end is a multiple of S's size, and so is T's.
func each[T, S array.Number](dst []T, src []byte) {
	from := unsafe.Slice((*S)(unsafe.Pointer(&src[0])), len(dst))
	for i, v := range from {
		dst[i] = T(v)
	}
}

// fromHalf returns the value of an IEEE 754 binary16. Every half is exactly a float32, NaN payloads included.
func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&31), uint32(h&0x3ff)
	switch exp {
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	case 0:
		// Zero and subnormals: frac · 2⁻²⁴.
		return math.Float32frombits(sign | math.Float32bits(float32(frac)*0x1p-24))
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}
