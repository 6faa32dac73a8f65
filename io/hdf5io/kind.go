package hdf5io

import (
	"unsafe"

	"github.com/gomagpie/magpie/array"
)

// Kind is the number format of a dataset's elements, whatever their byte order in the file.
type Kind uint8

// The kinds a dataset can have. Unsupported stands for everything that is not a number: strings, compounds,
// complex numbers, references. Bool is h5py's boolean, stored as a byte that is 0 or 1.
const (
	Unsupported Kind = iota
	Bool
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float16
	Float32
	Float64
)

var kinds = [...]struct {
	name string
	size int
	// class and bits tell which conversions lose nothing: an integer of n value bits fits wherever there are
	// as many, and a float of n significand bits likewise, its exponent range growing with them.
	class byte
	bits  int
}{
	Unsupported: {"unsupported", 0, 0, 0},
	Bool:        {"bool", 1, 'u', 1},
	Int8:        {"int8", 1, 'i', 7},
	Int16:       {"int16", 2, 'i', 15},
	Int32:       {"int32", 4, 'i', 31},
	Int64:       {"int64", 8, 'i', 63},
	Uint8:       {"uint8", 1, 'u', 8},
	Uint16:      {"uint16", 2, 'u', 16},
	Uint32:      {"uint32", 4, 'u', 32},
	Uint64:      {"uint64", 8, 'u', 64},
	Float16:     {"float16", 2, 'f', 11},
	Float32:     {"float32", 4, 'f', 24},
	Float64:     {"float64", 8, 'f', 53},
}

// String returns the name NumPy has for the kind, such as "int32".
func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return "unsupported"
	}
	return kinds[k].name
}

// Size returns the bytes one stored element takes, 0 for Unsupported.
func (k Kind) Size() int {
	if int(k) >= len(kinds) {
		return 0
	}
	return kinds[k].size
}

// fits reports whether every value of k is exactly a value of t.
func (k Kind) fits(t Kind) bool {
	if k == t {
		return true
	}
	from, to := kinds[k], kinds[t]
	if from.class == 0 || to.class == 0 || t == Bool || to.bits < from.bits {
		return false
	}
	return from.class == to.class || to.class == 'f' || from.class == 'u' && to.class == 'i'
}

// reads returns the Go types that can hold every value of k, the natural one first.
func (k Kind) reads() []Kind {
	natural := k
	switch k {
	case Bool:
		natural = Uint8
	case Float16:
		natural = Float32
	}
	out := []Kind{natural}
	for t := Int8; t <= Float64; t++ {
		if t != natural && t != Float16 && k.fits(t) {
			out = append(out, t)
		}
	}
	return out
}

// kindOf returns the kind whose memory form is T. It looks at T's behaviour instead of its name, so that
// `type Celsius float32` is a Float32 without reflection.
func kindOf[T array.Number]() Kind {
	var zero T
	size := unsafe.Sizeof(zero)
	base := Int8
	switch one := zero + 1; {
	case one/2 != 0:
		if size == 4 {
			return Float32
		}
		return Float64
	case zero-one > zero:
		base = Uint8
	}
	for k := base; k < base+4; k++ {
		if uintptr(kinds[k].size) == size {
			return k
		}
	}
	return Unsupported
}
