package kernel

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

func bigInt[T Int](v T) *big.Int {
	if v < 0 {
		return big.NewInt(int64(v))
	}
	return new(big.Int).SetUint64(uint64(v))
}

func exactInts[T Int](a []T) *big.Int {
	s := new(big.Int)
	for _, v := range a {
		s.Add(s, bigInt(v))
	}
	return s
}

// bounds gives the smallest and the largest T.
func bounds[T Int]() (lo, hi T) {
	if !isSigned[T]() {
		return 0, ^T(0)
	}
	lo = T(1) << (8*sizeOf[T]() - 1)
	return lo, ^lo
}

func testSumInt[T Int](t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	lo, hi := bounds[T]()
	for _, n := range []int{0, 1, 3, 4, 5, 7, 8, 9, 100, 1001} {
		a := make([]T, n)
		for _, fill := range []func(i int) T{
			func(int) T { return T(r.Uint64()) },
			func(int) T { return hi },
			func(int) T { return lo },
			func(i int) T { return []T{lo, hi, 1}[i%3] },
		} {
			for i := range a {
				a[i] = fill(i)
			}
			got, want := SumInt(a), exactInts(a)
			if got.Big().Cmp(want) != 0 {
				t.Fatalf("sum of %d %T is %v, want %v", n, lo, got, want)
			}
			back, err := IntSumTo[T](got)
			fits := bigInt(lo).Cmp(want) <= 0 && want.Cmp(bigInt(hi)) <= 0
			if fits != (err == nil) || fits && bigInt(back).Cmp(want) != 0 {
				t.Fatalf("%v as %T is %v, %v", want, lo, back, err)
			}
		}
	}
}

func TestSumInt(t *testing.T) {
	testSumInt[int](t)
	testSumInt[int8](t)
	testSumInt[int16](t)
	testSumInt[int32](t)
	testSumInt[int64](t)
	testSumInt[uint](t)
	testSumInt[uint8](t)
	testSumInt[uint16](t)
	testSumInt[uint32](t)
	testSumInt[uint64](t)
}

func TestIntSumToAtTheBoundaries(t *testing.T) {
	at := func(a ...int64) IntSum { return SumInt(a) }
	check := func(s IntSum, want int64, ok bool) {
		t.Helper()
		got, err := IntSumTo[int64](s)
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%v: %v, %v", s, got, err)
		}
	}
	check(at(math.MaxInt64), math.MaxInt64, true)
	check(at(math.MaxInt64, 1), 0, false)
	check(at(math.MinInt64), math.MinInt64, true)
	check(at(math.MinInt64, -1), 0, false)
	check(at(math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64), -2, true)

	_, err := IntSumTo[int8](at(100, 28))
	var over *OverflowError
	if !errors.Is(err, ErrOverflow) || !errors.As(err, &over) || over.Sum != at(128) {
		t.Errorf("128 in an int8: %v", err)
	}
	if err == nil || !strings.Contains(err.Error(), "128 overflows int8") {
		t.Errorf("message: %v", err)
	}
	if _, err := IntSumTo[uint64](at(-1)); !errors.Is(err, ErrOverflow) {
		t.Errorf("-1 in a uint64: %v", err)
	}
	if v, err := IntSumTo[uint64](SumInt([]uint64{math.MaxUint64})); err != nil || v != math.MaxUint64 {
		t.Errorf("MaxUint64: %v, %v", v, err)
	}
}

// checkIntSum compares everything an IntSum says with math/big.
func checkIntSum(t *testing.T, s IntSum) {
	t.Helper()
	b := s.Big()
	want, _ := new(big.Float).SetPrec(300).SetInt(b).Float64()
	if got := s.Float64(); got != want {
		t.Errorf("%v as a float is %v, want %v", s, got, want)
	}
	if s.String() != b.String() {
		t.Errorf("%v prints as %v", b, s)
	}
	if v, err := IntSumTo[int64](s); (err == nil) != b.IsInt64() || err == nil && v != b.Int64() {
		t.Errorf("%v as int64 is %v, %v", b, v, err)
	}
	if v, err := IntSumTo[uint64](s); (err == nil) != b.IsUint64() || err == nil && v != b.Uint64() {
		t.Errorf("%v as uint64 is %v, %v", b, v, err)
	}
}

func TestIntSumFloat64RoundsToNearest(t *testing.T) {
	for _, hi := range []int64{0, -1, 1, -2, 2, 1 << 52, 1<<53 - 1, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64} {
		for _, lo := range []uint64{0, 1, 2, 1 << 10, 1<<10 + 1, 1<<10 - 1, 1 << 11, 3 << 10, 1 << 63, 1<<63 + 1, 1<<63 - 1, math.MaxUint64, 1<<53 + 1} {
			checkIntSum(t, IntSum{hi, lo})
		}
	}
}

func FuzzIntSum(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128}, uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, cut uint8) {
		signed, unsigned := make([]int64, len(data)/8), make([]uint64, len(data)/8)
		for i := range signed {
			unsigned[i] = binary.LittleEndian.Uint64(data[8*i:])
			signed[i] = int64(unsigned[i])
		}
		k := min(int(cut), len(signed))
		s, u := SumInt(signed[:k]), SumInt(unsigned[:k])
		s.Merge(SumInt(signed[k:]))
		u.Merge(SumInt(unsigned[k:]))
		if want := exactInts(signed); s.Big().Cmp(want) != 0 {
			t.Errorf("signed %v, want %v", s, want)
		}
		if want := exactInts(unsigned); u.Big().Cmp(want) != 0 {
			t.Errorf("unsigned %v, want %v", u, want)
		}
		checkIntSum(t, s)
		checkIntSum(t, u)
	})
}

func TestIntProd(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	lo, hi := bounds[int64]()
	for range 3000 {
		a := make([]int64, r.IntN(12))
		want := big.NewInt(1)
		for i := range a {
			a[i] = []int64{lo, hi, -1, 1, 2, -3, int64(r.Uint64()) >> r.IntN(64), int64(r.IntN(100)) - 50}[r.IntN(8)]
			want.Mul(want, bigInt(a[i]))
		}
		k := r.IntN(len(a) + 1)
		p := ProdInt(a[:k])
		p.Merge(ProdInt(a[k:]))
		got, err := IntProdTo[int64](p)
		if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
			t.Fatalf("product of %v is %v, %v, want %v", a, got, err, want)
		}
		if err != nil && !errors.Is(err, ErrOverflow) {
			t.Fatal(err)
		}
	}
}
