package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestComparisons(t *testing.T) {
	a, b := []float64{1, 2, 3, nan, 1, 0}, []float64{2, 2, 2, nan, nan, negZ}
	c := []float64{2, 2, 2, 2, 2, 2}
	for _, op := range []struct {
		name string
		two  func(dst []bool, a, b []float64)
		one  func(dst []bool, a []float64, c float64)
		f    func(x, y float64) bool
	}{
		{"<", Less[float64], LessC[float64], func(x, y float64) bool { return x < y }},
		{"<=", LessEqual[float64], LessEqualC[float64], func(x, y float64) bool { return x <= y }},
		{">", Greater[float64], GreaterC[float64], func(x, y float64) bool { return x > y }},
		{">=", GreaterEqual[float64], GreaterEqualC[float64], func(x, y float64) bool { return x >= y }},
		{"==", Equal[float64], EqualC[float64], func(x, y float64) bool { return x == y }},
		{"!=", NotEqual[float64], NotEqualC[float64], func(x, y float64) bool { return x != y }},
	} {
		two, one := make([]bool, len(a)), make([]bool, len(a))
		op.two(two, a, b)
		op.one(one, a, 2)
		for i := range a {
			if two[i] != op.f(a[i], b[i]) || one[i] != op.f(a[i], c[i]) {
				t.Errorf("%v %s %v: %v; %s 2: %v", a[i], op.name, b[i], two[i], op.name, one[i])
			}
		}
	}
}

func TestKindsOfFloats(t *testing.T) {
	a, got := []float32{1, float32(inf), float32(-inf), float32(nan)}, make([]bool, 4)
	check := func(what string, want ...bool) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", what, got)
		}
	}
	IsNaN(got, a)
	check("NaN", false, false, false, true)
	IsInf(got, a)
	check("Inf", false, true, true, false)
	IsFinite(got, a)
	check("finite", true, false, false, false)
	IsFinite(got, []uint8{0, 1, 2, 255})
	check("integers", true, true, true, true)
}

func TestMasks(t *testing.T) {
	a, b, got := []bool{true, true, false, false}, []bool{true, false, true, false}, make([]bool, 4)
	check := func(what string, want ...bool) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", what, got)
		}
	}
	And(got, a, b)
	check("and", true, false, false, false)
	Or(got, a, b)
	check("or", true, true, true, false)
	Xor(got, a, b)
	check("xor", false, true, true, false)
	Not(got, a)
	check("not", false, false, true, true)
	if !Any(a) || Any(a[2:]) || Any(nil) || All(a) || !All(a[:2]) || !All(nil) {
		t.Error("any or all is wrong")
	}
	r := rand.New(rand.NewPCG(23, 24))
	for n := range 200 {
		m, want := make([]bool, n), 0
		for i := range m {
			if m[i] = r.IntN(2) == 0; m[i] {
				want++
			}
		}
		if got := CountTrue(m); got != want {
			t.Errorf("%d of %d are true, not %d", want, n, got)
		}
	}
}

func testWhere[T Number](t *testing.T) {
	m := []bool{true, false, false, true, true}
	a, b, dst := []T{1, 2, 3, 4, 5}, []T{11, 12, 13, 14, 15}, make([]T, 5)
	Where(dst, m, a, b)
	checkAll(t, "where", dst, []T{1, 12, 13, 4, 5})
	WhereC(dst, m, a, 9)
	checkAll(t, "whereC", dst, []T{1, 9, 9, 4, 5})
	CWhere(dst, m, 9, b)
	checkAll(t, "cwhere", dst, []T{9, 12, 13, 9, 9})
	CWhereC(dst, m, 7, 8)
	checkAll(t, "cwhereC", dst, []T{7, 8, 8, 7, 7})
	if n := Compress(dst, a, m); n != 3 {
		t.Error(n)
	}
	checkAll(t, "compress", dst[:3], []T{1, 4, 5})
	Where(a, m, a, b)
	checkAll(t, "where in place", a, []T{1, 12, 13, 4, 5})
}

func TestWhere(t *testing.T) {
	testWhere[float64](t)
	testWhere[float32](t)
	testWhere[int64](t)
	testWhere[uint16](t)
	testWhere[int8](t)
	type celsius float64
	testWhere[celsius](t)
}

func TestKernelsDoNotAllocate(t *testing.T) {
	a, ints, mask := randoms[float64](1000), randoms[int64](1000), make([]bool, 1000)
	dst, sums, isums, moments, args := make([]float64, 1000), make([]Sum, 10), make([]IntSum, 10), make([]Moments, 10), make([]Arg[float64], 10)
	if n := testing.AllocsPerRun(5, func() {
		Add(dst, a, a)
		AddC(dst, a, 2)
		Exp(dst, a)
		LessC(mask, a, 0.5)
		Where(dst, mask, a, a)
		SumFloatAxis(sums, a, 2, 100, 5)
		SumIntAxis(isums, ints, 2, 100, 5)
		MomentsAxis(moments, a, 2, 100, 5)
		MaxAxis(dst, a, 2, 100, 5)
		ArgMaxAxis(args, a, 2, 100, 5, 0)
		sums[0].Merge(SumFloat(a))
		isums[0].Merge(SumInt(ints))
		moments[0].Merge(MomentsOf(a))
		if Max(a) < Min(a) || ArgMax(a) < 0 {
			t.Error("impossible")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
