package kernel

import (
	"math/rand/v2"
	"testing"
)

func TestExtremesOfSpecialValues(t *testing.T) {
	for _, c := range []struct {
		a            []float64
		lo, hi       float64
		argLo, argHi int
	}{
		{[]float64{3}, 3, 3, 0, 0},
		{[]float64{1, 2, 1, 2}, 1, 2, 0, 1},
		{[]float64{0, negZ}, negZ, 0, 0, 0},
		{[]float64{negZ, 0}, negZ, 0, 0, 0},
		{[]float64{-inf, inf, 0}, -inf, inf, 0, 1},
		{[]float64{1, nan, 0, nan, 5}, nan, nan, 1, 1},
		{[]float64{nan, inf}, nan, nan, 0, 0},
		{[]float64{-inf, nan}, nan, nan, 1, 1},
	} {
		// Again far behind elements that do not matter, so that every part of the loops meets them.
		for _, pad := range []int{0, 1, 5, 8, 509, 1030} {
			low, high := make([]float64, pad, pad+len(c.a)), make([]float64, pad, pad+len(c.a))
			Fill(low, inf)
			Fill(high, -inf)
			low, high = append(low, c.a...), append(high, c.a...)
			if got := Min(low); !same(got, c.lo) {
				t.Errorf("min of %v after %d: %v", c.a, pad, got)
			}
			if got := Max(high); !same(got, c.hi) {
				t.Errorf("max of %v after %d: %v", c.a, pad, got)
			}
			if got := ArgMin(low); got != pad+c.argLo {
				t.Errorf("argmin of %v after %d: %v", c.a, pad, got)
			}
			if got := ArgMax(high); got != pad+c.argHi {
				t.Errorf("argmax of %v after %d: %v", c.a, pad, got)
			}
		}
	}
}

// naiveArg is the index of the first extreme by one comparison after another; a NaN beats all.
func naiveArg[T Number](a []T, less func(x, y T) bool) int {
	k := 0
	for i, v := range a {
		if a[k] == a[k] && (v != v || less(v, a[k])) {
			k = i
		}
	}
	return k
}

func testExtremes[T Number](t *testing.T, draw func(r *rand.Rand) T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 300 {
		a := make([]T, 1+r.IntN(1500))
		for i := range a {
			a[i] = draw(r)
		}
		lo := naiveArg(a, func(x, y T) bool { return x < y })
		hi := naiveArg(a, func(x, y T) bool { return x > y })
		if k := ArgMin(a); k != lo || !same(float64(Min(a)), float64(a[lo])) {
			t.Fatalf("min of %d %T: %v at %d, want %v at %d", len(a), a[0], Min(a), k, a[lo], lo)
		}
		if k := ArgMax(a); k != hi || !same(float64(Max(a)), float64(a[hi])) {
			t.Fatalf("max of %d %T: %v at %d, want %v at %d", len(a), a[0], Max(a), k, a[hi], hi)
		}
		// Blocks merge to the same, in either order.
		cut := r.IntN(len(a))
		if cut == 0 {
			continue
		}
		for _, swap := range []bool{false, true} {
			mins, maxs := [2][]Arg[T]{make([]Arg[T], 1), make([]Arg[T], 1)}, [2][]Arg[T]{make([]Arg[T], 1), make([]Arg[T], 1)}
			for i, part := range [2][]T{a[:cut], a[cut:]} {
				ArgMinAxis(mins[i], part, 1, len(part), 1, i*cut)
				ArgMaxAxis(maxs[i], part, 1, len(part), 1, i*cut)
			}
			if swap {
				mins[0], mins[1], maxs[0], maxs[1] = mins[1], mins[0], maxs[1], maxs[0]
			}
			MergeArgMin(mins[0], mins[1])
			MergeArgMax(maxs[0], maxs[1])
			if mins[0][0].Index != lo || maxs[0][0].Index != hi {
				t.Fatalf("merged at %d: %v %v, want %d %d", cut, mins[0], maxs[0], lo, hi)
			}
		}
	}
}

func TestExtremesOfRandomNumbers(t *testing.T) {
	testExtremes(t, func(r *rand.Rand) float64 { return r.NormFloat64() })
	testExtremes(t, func(r *rand.Rand) float64 {
		if r.IntN(2000) == 0 {
			return nan
		}
		return float64(1 + r.IntN(50))
	})
	testExtremes(t, func(r *rand.Rand) float32 { return r.Float32() })
	testExtremes(t, func(r *rand.Rand) int8 { return int8(r.Uint32()) })
	testExtremes(t, func(r *rand.Rand) int64 { return int64(r.Uint64()) })
	testExtremes(t, func(r *rand.Rand) uint64 { return r.Uint64() })
}
