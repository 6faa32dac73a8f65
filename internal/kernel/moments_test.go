package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// exactMoments is the mean and the sum of squared deviations in rational arithmetic.
func exactMoments[T Number](a []T) (mean, m2 float64) {
	sum, squares := new(big.Rat), new(big.Rat)
	for _, v := range a {
		x := new(big.Rat).SetFloat64(float64(v))
		sum.Add(sum, x)
		squares.Add(squares, x.Mul(x, x))
	}
	n := new(big.Rat).SetInt64(int64(len(a)))
	avg := new(big.Rat).Quo(sum, n)
	mean, _ = avg.Float64()
	m2, _ = squares.Sub(squares, sum.Mul(sum, avg)).Float64()
	return mean, m2
}

func near(a, b, eps float64) bool { return a == b || math.Abs(a-b) <= eps*math.Abs(b) }

func checkMoments[T Number](t *testing.T, what string, a []T, got Moments) {
	t.Helper()
	mean, m2 := exactMoments(a)
	spread := math.Sqrt(m2 / float64(len(a)))
	if got.N != int64(len(a)) || math.Abs(got.Mean-mean) > 5e-16*(math.Abs(mean)+spread) || !near(got.M2, m2, 4e-15) {
		t.Errorf("%s, %d elements: %d, %v, %v, want %v, %v", what, len(a), got.N, got.Mean, got.M2, mean, m2)
	}
}

func TestMomentsAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, n := range []int{1, 2, 3, 7, 8, 9, 100, 1023, 1024, 1025, 5000} {
		plain, offset, outlier, steps := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		narrow, ints := make([]float32, n), make([]int32, n)
		for i := range n {
			plain[i] = r.NormFloat64()
			offset[i] = 1e9 + r.Float64()
			outlier[i] = r.Float64()
			steps[i] = float64(i/700)*1e6 + r.Float64()
			narrow[i] = float32(r.NormFloat64()) + 1000
			ints[i] = int32(r.Uint32())
		}
		outlier[0] = 1e12
		checkMoments(t, "normal", plain, MomentsOf(plain))
		checkMoments(t, "1e9 + uniform", offset, MomentsOf(offset))
		checkMoments(t, "first far off", outlier, MomentsOf(outlier))
		checkMoments(t, "steps", steps, MomentsOf(steps))
		checkMoments(t, "float32", narrow, MomentsOf(narrow))
		checkMoments(t, "int32", ints, MomentsOf(ints))
	}
}

// Merging keeps the accuracy of data with an offset, in any split.
func TestMomentsMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	a := make([]float64, 20000)
	for i := range a {
		a[i] = 1e9 + r.Float64()
	}
	for _, size := range []int{1, 7, 100, 999, 4096, 20000} {
		var m Moments
		for lo := 0; lo < len(a); lo += size {
			m.Merge(MomentsOf(a[lo:min(lo+size, len(a))]))
			m.Merge(Moments{})
		}
		mean, m2 := exactMoments(a)
		if m.N != 20000 || m.Mean != mean || !near(m.M2, m2, 1e-12) {
			t.Errorf("in blocks of %d: %v, %v, want %v, %v", size, m.Mean, m.M2, mean, m2)
		}
	}
}

func TestMomentsOfEqualNumbersHaveNoSpread(t *testing.T) {
	for _, c := range []float64{0, 0.1, -1e300, 1e-310, math.Pi} {
		for _, n := range []int{1, 2, 3, 5, 8, 11, 1024, 3000} {
			a := make([]float64, 3*n)
			Fill(a, c)
			axis := make([]Moments, 3)
			MomentsAxis(axis, a, 1, n, 3)
			for _, m := range append(axis, MomentsOf(a[:n])) {
				if m.Mean != c || m.M2 != 0 {
					t.Errorf("%d times %v: mean %v, M2 %v", n, c, m.Mean, m.M2)
				}
			}
		}
	}
}

// The answers of NumPy 1.24 to var(ddof).
func TestVarOfFewNumbers(t *testing.T) {
	for _, c := range []struct {
		a    []float64
		ddof int
		want float64
	}{
		{nil, 0, nan}, {nil, 1, nan}, {[]float64{0}, 0, 0}, {[]float64{0}, 1, nan}, {[]float64{0}, 2, nan},
		{[]float64{0, 1}, 0, 0.25}, {[]float64{0, 1}, 1, 0.5}, {[]float64{0, 1}, 2, inf}, {[]float64{0, 1}, 3, inf},
		{[]float64{5, 5}, 3, nan}, {[]float64{1, inf}, 0, nan}, {[]float64{nan, 1}, 0, nan},
		{[]float64{1e200, -1e200}, 0, inf},
	} {
		if got := MomentsOf(c.a).Var(c.ddof); !same(got, c.want) {
			t.Errorf("var of %v with ddof %d is %v, want %v", c.a, c.ddof, got, c.want)
		}
		if got := MomentsOf(c.a).Std(c.ddof); !same(got, math.Sqrt(c.want)) {
			t.Errorf("std of %v with ddof %d is %v", c.a, c.ddof, got)
		}
	}
}

func TestMeanOfSpecialValues(t *testing.T) {
	for _, c := range []struct {
		a    []float64
		want float64
	}{
		{nil, nan}, {[]float64{1, inf}, inf}, {[]float64{inf, 1}, inf}, {[]float64{inf, inf}, inf},
		{[]float64{-inf, 1}, -inf}, {[]float64{inf, -inf}, nan}, {[]float64{nan, inf}, nan}, {[]float64{1, nan}, nan},
	} {
		var merged Moments
		for i := range c.a {
			merged.Merge(MomentsOf(c.a[i : i+1]))
		}
		for _, m := range []Moments{merged, MomentsOf(c.a)} {
			if !same(m.Avg(), c.want) || len(c.a) > 0 && m.M2 == m.M2 {
				t.Errorf("%v: mean %v, M2 %v", c.a, m.Avg(), m.M2)
			}
		}
	}
}
