package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// eachLine calls f with the elements along the middle axis, for each of the other positions.
func eachLine[T any](a []T, outer, n, inner int, f func(k int, line []T)) {
	for o := range outer {
		for j := range inner {
			line := make([]T, n)
			for i := range line {
				line[i] = a[(o*n+i)*inner+j]
			}
			f(o*inner+j, line)
		}
	}
}

// axisShapes are small random shapes and some that cross the strips of columns and the blocks of rows.
func axisShapes(r *rand.Rand) [][3]int {
	shapes := [][3]int{
		{1, 37, 1030}, {2, 300, 5}, {1, 3, 513}, {1, 41, 100}, {2, 9, 200}, {1, 600, 2}, {3, 1, 7}, {7, 5, 1}, {1, 5000, 1},
		{0, 3, 4}, {2, 0, 3}, {2, 3, 0}, {2, 0, 1},
	}
	for range 60 {
		shapes = append(shapes, [3]int{1 + r.IntN(5), 1 + r.IntN(40), 1 + r.IntN(12)})
	}
	return shapes
}

func TestFloatAxes(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for _, s := range axisShapes(r) {
		outer, n, inner := s[0], s[1], s[2]
		a := make([]float64, outer*n*inner)
		for i := range a {
			a[i] = 1000 + r.NormFloat64()
		}
		size := outer * inner
		sums, moments, prods := make([]Sum, size), make([]Moments, size), make([]float64, size)
		Fill(prods, 2)
		for i := range size {
			sums[i].Add(5)
			moments[i] = MomentsOf([]float64{5})
		}
		SumFloatAxis(sums, a, outer, n, inner)
		MomentsAxis(moments, a, outer, n, inner)
		ProdFloatAxis(prods, a, outer, n, inner)
		eachLine(a, outer, n, inner, func(k int, line []float64) {
			with5 := append([]float64{5}, line...)
			checkSum(t, "axis sum", with5, sums[k].Value(), 4.5e-16)
			checkMoments(t, "axis moments", with5, moments[k])
			want := 2.0
			for _, v := range line {
				want *= v
			}
			if !near(prods[k], want, 1e-13*float64(n)) {
				t.Errorf("%v: product %v, want %v", s, prods[k], want)
			}
		})
	}
}

func testIntAxes[T Int](t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, s := range axisShapes(r) {
		outer, n, inner := s[0], s[1], s[2]
		a := randoms[T](outer*n*inner + 3)[3:]
		size := outer * inner
		sums, prods, moments := make([]IntSum, size), make([]IntProd, size), make([]Moments, size)
		for range 2 {
			SumIntAxis(sums, a, outer, n, inner)
		}
		ProdIntAxis(prods, a, outer, n, inner)
		MomentsAxis(moments, a, outer, n, inner)
		eachLine(a, outer, n, inner, func(k int, line []T) {
			want := exactInts(line)
			if want.Lsh(want, 1); sums[k].Big().Cmp(want) != 0 {
				t.Fatalf("%v %T: sum %v, want %v", s, T(0), sums[k], want)
			}
			if p := ProdInt(line); p.zero != prods[k].zero || p.over != prods[k].over && !p.zero {
				t.Fatalf("%v %T: product %v, want %v", s, T(0), prods[k], p)
			}
			if n > 0 && size < 1000 {
				checkMoments(t, "integers", line, moments[k])
			}
		})
	}
}

func TestIntAxes(t *testing.T) {
	testIntAxes[int8](t)
	testIntAxes[uint16](t)
	testIntAxes[int32](t)
	testIntAxes[uint32](t)
	testIntAxes[int64](t)
	testIntAxes[uint64](t)
}

func TestExtremeAxes(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	for _, s := range axisShapes(r) {
		outer, n, inner := s[0], s[1], s[2]
		if n == 0 {
			continue
		}
		a := make([]float64, outer*n*inner)
		for i := range a {
			a[i] = float64(r.IntN(20)) - 10
			switch r.IntN(200) {
			case 0:
				a[i] = nan
			case 1:
				a[i] = negZ
			}
		}
		size := outer * inner
		mins, maxs, amin, amax := make([]float64, size), make([]float64, size), make([]Arg[float64], size), make([]Arg[float64], size)
		MinAxis(mins, a, outer, n, inner)
		MaxAxis(maxs, a, outer, n, inner)
		ArgMinAxis(amin, a, outer, n, inner, 100)
		ArgMaxAxis(amax, a, outer, n, inner, 100)
		eachLine(a, outer, n, inner, func(k int, line []float64) {
			if lo, hi := Min(line), Max(line); !same(mins[k], lo) || !same(maxs[k], hi) {
				t.Errorf("%v: %v, %v, want %v, %v", s, mins[k], maxs[k], lo, hi)
			}
			lo := naiveArg(line, func(x, y float64) bool { return x < y })
			hi := naiveArg(line, func(x, y float64) bool { return x > y })
			if amin[k].Index != 100+lo || amax[k].Index != 100+hi || !(amin[k].Value == line[lo] || math.IsNaN(line[lo])) {
				t.Errorf("%v: %v, %v, want %d, %d", s, amin[k], amax[k], 100+lo, 100+hi)
			}
		})
	}
}

func TestCountTrueAxis(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, s := range axisShapes(r) {
		outer, n, inner := s[0], s[1], s[2]
		a := make([]bool, outer*n*inner)
		for i := range a {
			a[i] = r.IntN(3) == 0
		}
		got := make([]int64, outer*inner)
		Fill(got, 7)
		CountTrueAxis(got, a, outer, n, inner)
		eachLine(a, outer, n, inner, func(k int, line []bool) {
			want := int64(7)
			for _, v := range line {
				if v {
					want++
				}
			}
			if got[k] != want {
				t.Errorf("%v: %d, want %d", s, got[k], want)
			}
		})
	}
}

// Infinities and NaN keep to their own columns.
func TestAxesOfSpecialValues(t *testing.T) {
	const n, inner = 40, 4
	a := make([]float64, n*inner)
	Fill(a, 1)
	a[5*inner], a[6*inner+1], a[7*inner+1], a[39*inner+2] = inf, inf, -inf, nan
	sums, moments := make([]Sum, inner), make([]Moments, inner)
	SumFloatAxis(sums, a, 1, n, inner)
	MomentsAxis(moments, a, 1, n, inner)
	for j, want := range []float64{inf, nan, nan, n} {
		if got := sums[j].Value(); !same(got, want) {
			t.Errorf("sum of column %d is %v, want %v", j, got, want)
		}
		if got := moments[j].Avg(); !same(got, want/n) {
			t.Errorf("mean of column %d is %v, want %v", j, got, want/n)
		}
	}
}
