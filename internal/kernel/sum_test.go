package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

var (
	inf    = math.Inf(1)
	nan    = math.NaN()
	negZ   = math.Copysign(0, -1)
	biggie = math.MaxFloat64
)

// same reports whether two floats are the same number, with all NaN alike and 0 unlike -0.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// exactSum is the sum of a as if with unlimited precision.
func exactSum[T Float](a []T) *big.Float {
	s := new(big.Float).SetPrec(2200)
	for _, v := range a {
		s.Add(s, big.NewFloat(float64(v)))
	}
	return s
}

// magnitude is the sum of |a|, what errors are measured against.
func magnitude[T Float](a []T) float64 {
	m := 0.0
	for _, v := range a {
		m += math.Abs(float64(v))
	}
	return m
}

func checkSum[T Float](t *testing.T, what string, a []T, got float64, eps float64) {
	t.Helper()
	diff := exactSum(a)
	diff.Sub(diff, big.NewFloat(got))
	err, _ := diff.Float64()
	if math.Abs(err) > eps*magnitude(a) {
		t.Errorf("%s, %d elements: off by %g of the magnitude", what, len(a), math.Abs(err)/magnitude(a))
	}
}

func TestSumFloatAgainstExactSums(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{0, 1, 2, 7, 8, 9, 255, 256, 257, 511, 1000, 4096, 100_001} {
		even, wide, mixed, narrow := make([]float64, n), make([]float64, n), make([]float64, n), make([]float32, n)
		for i := range n {
			even[i] = r.Float64()
			wide[i] = math.Ldexp(r.Float64()-0.5, r.IntN(600)-300)
			mixed[i] = r.NormFloat64() + 1e9
			narrow[i] = float32(r.NormFloat64())
		}
		checkSum(t, "uniform", even, SumFloat(even).Value(), 2.3e-16)
		checkSum(t, "many magnitudes", wide, SumFloat(wide).Value(), 2.3e-16)
		checkSum(t, "offset", mixed, SumFloat(mixed).Value(), 4.5e-16)
		checkSum(t, "float32", narrow, SumFloat(narrow).Value(), 2.3e-16)
	}
}

// Blocks that cancel leave what a plain running sum would have lost.
func TestSumKeepsWhatBlocksLose(t *testing.T) {
	var s Sum
	for _, x := range []float64{1e100, 1, -1e100, 1e-30} {
		s.Merge(SumFloat([]float64{x}))
	}
	if got := s.Value(); got != 1 {
		t.Errorf("1e100 + 1 - 1e100 + 1e-30 = %v", got)
	}
	var tenths Sum
	for range 1_000_000 {
		tenths.Add(0.1)
	}
	// 0.1 is 3602879701896397/2^55: a million of them are 100000.00000000000555, which rounds to 100000.
	if got := tenths.Value(); got != 100000 {
		t.Errorf("a million tenths are %v", got)
	}
}

func TestSumOfSpecialValues(t *testing.T) {
	for _, c := range []struct {
		a    []float64
		want float64
	}{
		{nil, 0}, {[]float64{negZ}, 0}, {[]float64{negZ, negZ}, 0},
		{[]float64{1, inf}, inf}, {[]float64{inf, 1}, inf}, {[]float64{-inf, 5, -inf}, -inf},
		{[]float64{inf, -inf}, nan}, {[]float64{1, nan}, nan}, {[]float64{nan, inf}, nan},
		{[]float64{biggie, biggie}, inf}, {[]float64{-biggie, -biggie, 1}, -inf},
		{[]float64{biggie}, biggie}, {[]float64{biggie, -biggie}, 0},
		{[]float64{5e-324, 5e-324}, 1e-323},
	} {
		// Also past the ends of vectors and blocks, and merged one by one.
		for _, pad := range []int{0, 3, 8, 300, 2000} {
			a := append(make([]float64, pad), c.a...)
			if got := SumFloat(a).Value(); !same(got, c.want) {
				t.Errorf("sum of %v after %d zeros is %v, want %v", c.a, pad, got, c.want)
			}
		}
		var s Sum
		for i := range c.a {
			s.Merge(SumFloat(c.a[i : i+1]))
		}
		if got := s.Value(); !same(got, c.want) {
			t.Errorf("merged sum of %v is %v, want %v", c.a, got, c.want)
		}
	}
	if got := SumFloat([]float32{math.MaxFloat32, math.MaxFloat32}).Value(); got != 2*float64(math.MaxFloat32) {
		t.Errorf("float32 sums must not overflow in float32: %v", got)
	}
}

// The same numbers give the same bits wherever they lie.
func TestReductionsDoNotDependOnAlignment(t *testing.T) {
	const n = 3001
	a, b := randoms[float64](n), randoms[float32](n)
	type result struct {
		s, s32 Sum
		m, m32 Moments
		d      Sum
	}
	var want result
	for off := range 9 {
		x, y := append(make([]float64, off), a...)[off:], append(make([]float32, off), b...)[off:]
		got := result{SumFloat(x), SumFloat(y), MomentsOf(x), MomentsOf(y), Dot(x, x)}
		if off == 0 {
			want = got
		}
		if got != want {
			t.Errorf("at offset %d: %v, want %v", off, got, want)
		}
	}
}

func TestDotAgainstExactProducts(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 5, 256, 257, 5000} {
		a, b := randoms[float64](n), randoms[float64](n + 2)[2:]
		want := new(big.Float).SetPrec(2200)
		for i := range a {
			p := new(big.Float).SetPrec(200)
			want.Add(want, p.Mul(big.NewFloat(a[i]), big.NewFloat(b[i])))
		}
		w, _ := want.Float64()
		if got := Dot(a, b).Value(); math.Abs(got-w) > 5e-16*w {
			t.Errorf("%d elements: %v, want %v", n, got, w)
		}
	}
	if got := Dot([]int32{1 << 30, 2}, []int32{1 << 30, 3}).Value(); got != 1<<60+6 {
		t.Errorf("integer dot is %v", got)
	}
}
