package hdf5io

import (
	"math"
	"testing"

	"github.com/gomagpie/magpie/array"
)

type celsius float32
type id int

func TestKindOf(t *testing.T) {
	check := func(got, want Kind) {
		t.Helper()
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	check(kindOf[int8](), Int8)
	check(kindOf[int16](), Int16)
	check(kindOf[int32](), Int32)
	check(kindOf[int64](), Int64)
	check(kindOf[uint8](), Uint8)
	check(kindOf[uint16](), Uint16)
	check(kindOf[uint32](), Uint32)
	check(kindOf[uint64](), Uint64)
	check(kindOf[float32](), Float32)
	check(kindOf[float64](), Float64)
	check(kindOf[celsius](), Float32)
	check(kindOf[id](), Int64)
}

// TestFits checks the conversions against the extreme values themselves.
func TestFits(t *testing.T) {
	// The largest and smallest value, and the odd integer of most bits, of each kind.
	extremes := map[Kind][]float64{
		Bool: {0, 1}, Int8: {-128, 127}, Int16: {-1 << 15, 1<<15 - 1}, Int32: {-1 << 31, 1<<31 - 1}, Uint8: {255},
		Uint16: {1<<16 - 1}, Uint32: {1<<32 - 1}, Float16: {65504, 0x1p-24, -65504, 2049.0 / 2048}, Float32: {math.MaxFloat32, 0x1p-149, 1 + 0x1p-23},
		Float64: {math.MaxFloat64, 0x1p-1074, 1 + 0x1p-52}, Int64: {-1 << 63, 1<<53 - 1}, Uint64: {1 << 63, 1<<53 - 1},
	}
	holds := map[Kind]func(float64) bool{
		Int8: held[int8](-128, 127), Int16: held[int16](-1<<15, 1<<15-1), Int32: held[int32](-1<<31, 1<<31-1), Int64: held[int64](-1<<63, 1<<63-1),
		Uint8: held[uint8](0, 255), Uint16: held[uint16](0, 1<<16-1), Uint32: held[uint32](0, 1<<32-1), Uint64: held[uint64](0, 1<<64-1),
		Float32: func(v float64) bool { return float64(float32(v)) == v }, Float64: func(float64) bool { return true },
	}
	for from, values := range extremes {
		for to, hold := range holds {
			want := true
			for _, v := range values {
				want = want && hold(v)
			}
			// 2⁶³ and 2⁶⁴ are floats, the integers just below them are not.
			if (from == Int64 || from == Uint64) && (to == Float64 || to == Float32) {
				want = false
			}
			if from == Uint64 && to == Int64 {
				want = false
			}
			if got := from.fits(to); got != want {
				t.Errorf("%v fits %v: %v, want %v", from, to, got, want)
			}
		}
	}
}

func held[T array.Number](lo, hi float64) func(float64) bool {
	return func(v float64) bool { return v >= lo && v <= hi && v == math.Trunc(v) }
}

// TestFromHalf checks all 65536 halves against the definition in IEEE 754.
func TestFromHalf(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		e, frac := int(h>>10&31), float64(h&0x3ff)
		var want float64
		switch e {
		case 0:
			want = math.Ldexp(frac, -24)
		case 31:
			if want = math.Inf(1); frac != 0 {
				want = math.NaN()
			}
		default:
			want = math.Ldexp(1024+frac, e-25)
		}
		if h>>15 == 1 {
			want = -want
		}
		got := float64(fromHalf(h))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != (h>>15 == 1) && !math.IsNaN(want) {
			t.Fatalf("%04x: %v, want %v", h, got, want)
		}
	}
}

func TestWiden(t *testing.T) {
	widens[int8, int64](t, Int8, -128, 0, 127)
	widens[int8, float32](t, Int8, -128, 5, 127)
	widens[uint8, int16](t, Uint8, 0, 255)
	widens[uint8, int64](t, Bool, 0, 1)
	widens[int16, int32](t, Int16, -1<<15, 1<<15-1)
	widens[uint16, float64](t, Uint16, 1<<16-1)
	widens[int32, float64](t, Int32, -1<<31, 1<<31-1)
	widens[uint32, uint64](t, Uint32, 1<<32-1)
	widens[float32, float64](t, Float32, 1.5, -math.MaxFloat32)
	widens[int64, int64](t, Int64, math.MinInt64, math.MaxInt64)
}

func widens[S, T array.Number](t *testing.T, kind Kind, values ...S) {
	t.Helper()
	for n := range 40 {
		dst := make([]T, n)
		src := make([]S, n)
		for i := range src {
			src[i] = values[i%len(values)]
		}
		copy(tail(dst, kind), bytesOf(src))
		widen(dst, kind)
		for i, v := range dst {
			if v != T(src[i]) {
				t.Fatalf("%v to %T: element %d of %d is %v, want %v", kind, v, i, n, v, src[i])
			}
		}
	}
}

func TestSwap(t *testing.T) {
	for size, want := range map[int]string{1: "abcdefghijklmnop", 2: "badcfehgjilknmpo", 4: "dcbahgfelkjiponm", 8: "hgfedcbaponmlkji"} {
		b := []byte("abcdefghijklmnop")
		if swap(b, size); string(b) != want {
			t.Errorf("size %d: %s", size, b)
		}
	}
}
