package kernel

import (
	"errors"
	"math"
	"testing"
)

func checkAll[T Number](t *testing.T, what string, got, want []T) {
	t.Helper()
	for i := range want {
		if !same(float64(got[i]), float64(want[i])) {
			t.Errorf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestArithmetic(t *testing.T) {
	a, b, dst := []float64{1, -2, inf, nan, negZ}, []float64{4, 0.5, -inf, 1, 0}, make([]float64, 5)
	two := func(what string, f func(dst, a, b []float64), want ...float64) {
		t.Helper()
		f(dst, a, b)
		checkAll(t, what, dst, want)
		in := append([]float64(nil), a...)
		f(in, in, b)
		checkAll(t, what+" in place", in, want)
	}
	two("add", Add[float64], 5, -1.5, nan, nan, 0)
	two("sub", Sub[float64], -3, -2.5, inf, nan, negZ)
	two("mul", Mul[float64], 4, -1, -inf, nan, negZ)
	two("minimum", Minimum[float64], 1, -2, -inf, nan, negZ)
	two("maximum", Maximum[float64], 4, 0.5, inf, nan, 0)
	two("div", func(d, x, y []float64) { Div(d, x, y) }, 0.25, -4, nan, nan, nan)
	one := func(what string, f func(dst, a []float64), want ...float64) {
		t.Helper()
		two(what, func(d, x, _ []float64) { f(d, x) }, want...)
	}
	one("addC", func(d, x []float64) { AddC(d, x, 1) }, 2, -1, inf, nan, 1)
	one("subC", func(d, x []float64) { SubC(d, x, 1) }, 0, -3, inf, nan, -1)
	one("csub", func(d, x []float64) { CSub(d, 1, x) }, 0, 3, -inf, nan, 1)
	one("mulC", func(d, x []float64) { MulC(d, x, -2) }, -2, 4, -inf, nan, 0)
	one("divC", func(d, x []float64) { DivC(d, x, 0) }, inf, -inf, inf, nan, nan)
	one("cdiv", func(d, x []float64) { CDiv(d, 1, x) }, 1, -0.5, 0, nan, -inf)
	one("neg", Neg[float64], -1, 2, -inf, nan, 0)
	one("abs", Abs[float64], 1, 2, inf, nan, 0)
	one("square", Square[float64], 1, 4, inf, nan, 0)
	one("sign", Sign[float64], 1, -1, 1, nan, 0)
	one("minimumC", func(d, x []float64) { MinimumC(d, x, 0) }, 0, -2, 0, nan, negZ)
	one("maximumC", func(d, x []float64) { MaximumC(d, x, 0) }, 1, 0, inf, nan, 0)
	one("clip", func(d, x []float64) { Clip(d, x, -1, 1) }, 1, -1, 1, nan, negZ)
	one("reciprocal", Reciprocal[float64], 1, -0.5, 0, nan, -inf)
	one("powC", func(d, x []float64) { PowC(d, x, 2) }, 1, 4, inf, nan, 0)
	one("cpow", func(d, x []float64) { CPow(d, 2, x) }, 2, 0.25, inf, nan, 1)
}

func TestIntegersWrap(t *testing.T) {
	a, dst := []int8{-128, 127, -1}, make([]int8, 3)
	check := func(what string, want ...int8) { t.Helper(); checkAll(t, what, dst, want) }
	Abs(dst, a)
	check("abs", -128, 127, 1)
	Neg(dst, a)
	check("neg", -128, -127, 1)
	AddC(dst, a, 1)
	check("addC", -127, -128, 0)
	Mul(dst, a, a)
	check("mul", 0, 1, 1)
	Sign(dst, a)
	check("sign", -1, 1, -1)
	u := make([]uint8, 2)
	Neg(u, []uint8{1, 0})
	checkAll(t, "neg unsigned", u, []uint8{255, 0})
	CSub(u, 3, []uint8{5, 1})
	checkAll(t, "csub unsigned", u, []uint8{254, 2})
	Abs(u, []uint8{200, 0})
	checkAll(t, "abs unsigned", u, []uint8{200, 0})
}

func TestIntegerDivision(t *testing.T) {
	a, b, dst := []int32{5, -5, 5, -5, math.MinInt32}, []int32{3, 3, -3, -3, -1}, make([]int32, 5)
	check := func(what string, err error, want ...int32) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		checkAll(t, what, dst, want)
	}
	check("div", Div(dst, a, b), 1, -1, -1, 1, math.MinInt32)
	// NumPy: np.array([5,-5,5,-5]) // np.array([3,3,-3,-3]), and %.
	check("floordiv", FloorDiv(dst, a, b), 1, -2, -2, 1, math.MinInt32)
	check("mod", Mod(dst, a, b), 2, 1, -1, -2, 0)
	check("floordivC", FloorDivC(dst, a, 3), 1, -2, 1, -2, -715827883)
	check("modC", ModC(dst, a, 3), 2, 1, 2, 1, 1)
	check("divC", DivC(dst, a, 3), 1, -1, 1, -1, -715827882)
	check("cdiv", CDiv(dst, 7, b), 2, 2, -2, -2, -7)

	zeros := []int32{1, 2, 3, 4, 0}
	Fill(dst, 9)
	for what, err := range map[string]error{
		"div": Div(dst, a, zeros), "floordiv": FloorDiv(dst, a, zeros), "mod": Mod(dst, a, zeros), "cdiv": CDiv(dst, 1, zeros),
		"divC": DivC(dst, a, 0), "floordivC": FloorDivC(dst, a, 0), "modC": ModC(dst, a, 0),
	} {
		if !errors.Is(err, ErrDivideByZero) {
			t.Errorf("%s by zero: %v", what, err)
		}
	}
	check("after errors", nil, 9, 9, 9, 9, 9)
	if err := DivC(dst[:0], a, 0); err != nil {
		t.Errorf("nothing divided by zero: %v", err)
	}
}

// The answers of NumPy 1.24's // and %.
func TestFloatFloorDivision(t *testing.T) {
	a := []float64{5, -5, 5, -5, inf, -inf, 5, -5, 5, -5, 0, negZ, 1, 1, 310276761.24838364}
	b := []float64{3, 3, -3, -3, 2, 2, inf, inf, -inf, -inf, -1, 1, 0, 0.1, 0.10164828730825182}
	dst := make([]float64, len(a))
	FloorDiv(dst, a, b)
	checkAll(t, "floordiv", dst, []float64{1, -2, -2, 1, nan, nan, 0, -1, -1, 0, negZ, negZ, inf, 9, 3052454394})
	Mod(dst, a, b)
	checkAll(t, "mod", dst, []float64{2, 1, -1, -2, nan, nan, 5, inf, -inf, -5, negZ, 0, nan, 0.09999999999999995, 0.011735950604935041})
}

func TestMathematics(t *testing.T) {
	a := []float64{0.25, 0.5, 0.9}
	for name, c := range map[string]struct {
		kernel func(dst, a []float64)
		f      func(float64) float64
	}{
		"sqrt": {Sqrt[float64], math.Sqrt}, "exp": {Exp[float64], math.Exp}, "exp2": {Exp2[float64], math.Exp2},
		"expm1": {Expm1[float64], math.Expm1}, "log": {Log[float64], math.Log}, "log2": {Log2[float64], math.Log2},
		"log10": {Log10[float64], math.Log10}, "log1p": {Log1p[float64], math.Log1p}, "sin": {Sin[float64], math.Sin},
		"cos": {Cos[float64], math.Cos}, "tan": {Tan[float64], math.Tan}, "asin": {Asin[float64], math.Asin},
		"acos": {Acos[float64], math.Acos}, "atan": {Atan[float64], math.Atan}, "sinh": {Sinh[float64], math.Sinh},
		"cosh": {Cosh[float64], math.Cosh}, "tanh": {Tanh[float64], math.Tanh}, "asinh": {Asinh[float64], math.Asinh},
		"atanh": {Atanh[float64], math.Atanh}, "cbrt": {Cbrt[float64], math.Cbrt}, "floor": {Floor[float64], math.Floor},
		"ceil": {Ceil[float64], math.Ceil}, "trunc": {Trunc[float64], math.Trunc}, "round": {Round[float64], math.RoundToEven},
		"acosh": {func(d, x []float64) { Reciprocal(d, x); Acosh(d, d) }, func(x float64) float64 { return math.Acosh(1 / x) }},
		"hypot": {func(d, x []float64) { Hypot(d, x, x) }, func(x float64) float64 { return math.Hypot(x, x) }},
		"atan2": {func(d, x []float64) { Atan2(d, x, []float64{1, 1, 1}) }, func(x float64) float64 { return math.Atan2(x, 1) }},
		"pow":   {func(d, x []float64) { Pow(d, x, x) }, func(x float64) float64 { return math.Pow(x, x) }},
		"powC":  {func(d, x []float64) { PowC(d, x, 3.5) }, func(x float64) float64 { return math.Pow(x, 3.5) }},
	} {
		dst := make([]float64, len(a))
		c.kernel(dst, a)
		for i, x := range a {
			if dst[i] != c.f(x) {
				t.Errorf("%s(%v) = %v, want %v", name, x, dst[i], c.f(x))
			}
		}
	}
	r := make([]float32, 4)
	Round(r, []float32{0.5, 1.5, 2.5, -0.5})
	checkAll(t, "round", r, []float32{0, 2, 2, float32(negZ)})
}

func TestConvertAndMap(t *testing.T) {
	u := make([]uint8, 3)
	Convert(u, []int32{-1, 256, 7})
	checkAll(t, "int32 to uint8", u, []uint8{255, 0, 7})
	i := make([]int64, 3)
	Convert(i, []float64{-1.9, 1.9, 1e15})
	checkAll(t, "float64 to int64", i, []int64{-1, 1, 1e15})
	f := make([]float32, 2)
	Convert(f, []float64{0.1, 1e300})
	checkAll(t, "float64 to float32", f, []float32{0.1, float32(inf)})
	words := make([]string, 2)
	Map(words, []bool{true, false}, func(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] })
	if words[0] != "yes" || words[1] != "no" {
		t.Error(words)
	}
	Map2(i, []int32{1, 2, 3}, []float64{0.5, 2, 3}, func(n int32, x float64) int64 { return int64(float64(n) * x) })
	checkAll(t, "map2", i, []int64{0, 4, 9})
}

func TestRunningSums(t *testing.T) {
	a := []int64{1, 2, 3, 4}
	if last := CumSum(a, a, 10); last != 20 {
		t.Error(last)
	}
	checkAll(t, "cumsum", a, []int64{11, 13, 16, 20})
	if last := CumProd(a, []int64{1, 2, 3, 4}, 1); last != 24 {
		t.Error(last)
	}
	checkAll(t, "cumprod", a, []int64{1, 2, 6, 24})
	if last := CumSum(nil, nil, 5.5); last != 5.5 {
		t.Error(last)
	}
}
