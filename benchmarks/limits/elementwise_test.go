package limits

import (
	"math"

	"github.com/gomagpie/magpie/array"
)

type floats = array.Array[float64]

// wave is two-dimensional data: each row is cols numbers from lo to hi, evenly spaced.
func (w *world) wave(lo, hi float64) *floats {
	return array.Linspace(lo, hi, cols).BroadcastTo([]int{w.rows(), cols}, array.Chunks(w.chunkRows(), cols))
}

// overWave is the sum of f over [world.wave], without magpie.
func (w *world) overWave(lo, hi float64, f func(v float64) float64) float64 {
	sum := 0.0
	for i := range cols {
		sum += f(lo + float64(i)*((hi-lo)/(cols-1)))
	}
	return sum * float64(w.rows())
}

func (w *world) sum(x *floats) (float64, error) { return x.Sum().Item(w.ctx, w.on) }

func (w *world) count(m *array.Mask) (float64, error) {
	n, err := m.Count().Item(w.ctx, w.on)
	return float64(n), err
}

// one is 1 for true.
func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// elementwiseRows are the operations that give an element for each element. They fuse into what consumes them, so each
// is summed; that what they give is held, spilled and used again is the matter of the rows of Persist.
func elementwiseRows() (rows []row) {
	for _, u := range []struct {
		op     string
		f      func(x *floats) *floats
		want   func(v float64) float64
		lo, hi float64
	}{
		{"Acos", array.Acos[float64], math.Acos, -0.9, 0.9},
		{"Asin", array.Asin[float64], math.Asin, -0.9, 0.8},
		{"Atan", array.Atan[float64], math.Atan, -2, 3},
		{"Cbrt", array.Cbrt[float64], math.Cbrt, 0, 9},
		{"Ceil", array.Ceil[float64], math.Ceil, -3.3, 9.4},
		{"Cos", array.Cos[float64], math.Cos, -1, 3},
		{"Cosh", array.Cosh[float64], math.Cosh, -1, 3},
		{"Exp", array.Exp[float64], math.Exp, -3, 3},
		{"Exp2", array.Exp2[float64], math.Exp2, -3, 3},
		{"Expm1", array.Expm1[float64], math.Expm1, -3, 3},
		{"Floor", array.Floor[float64], math.Floor, -3.3, 9.4},
		{"Log", array.Log[float64], math.Log, 0.1, 9},
		{"Log10", array.Log10[float64], math.Log10, 0.1, 9},
		{"Log1p", array.Log1p[float64], math.Log1p, 0.1, 9},
		{"Log2", array.Log2[float64], math.Log2, 0.1, 9},
		{"Round", array.Round[float64], math.RoundToEven, -3.3, 9.4},
		{"Sin", array.Sin[float64], math.Sin, -1, 3},
		{"Sinh", array.Sinh[float64], math.Sinh, -1, 3},
		{"Sqrt", array.Sqrt[float64], math.Sqrt, 0, 9},
		{"Tan", array.Tan[float64], math.Tan, -1, 1.1},
		{"Tanh", array.Tanh[float64], math.Tanh, -1, 3},
		{"Trunc", array.Trunc[float64], math.Trunc, -3.3, 9.4},
		{"Array.Map", func(x *floats) *floats { return x.Map(func(v float64) float64 { return 3 * v }) },
			func(v float64) float64 { return 3 * v }, 0, 1},
		{"Array.MapSlices", func(x *floats) *floats {
			return x.MapSlices(func(dst, src []float64) {
				for i, v := range src {
					dst[i] = v * v
				}
			})
		}, func(v float64) float64 { return v * v }, 0, 1},
		{"Array.AsType", func(x *floats) *floats { return x.AsType[int16]().AsType[float64]() }, math.Trunc, -100.5, 3000},
		{"Array.Abs", (*floats).Abs, math.Abs, -1, 3},
		{"Array.Neg", (*floats).Neg, func(v float64) float64 { return -v }, -1, 3},
		{"Array.Sign", (*floats).Sign, func(v float64) float64 { return math.Copysign(1, v) }, -1, 3},
		{"Array.Square", (*floats).Square, func(v float64) float64 { return v * v }, -1, 3},
		{"Array.AddScalar", func(x *floats) *floats { return x.AddScalar(2) }, func(v float64) float64 { return v + 2 }, -1, 3},
		{"Array.SubScalar", func(x *floats) *floats { return x.SubScalar(2) }, func(v float64) float64 { return v - 2 }, -1, 3},
		{"Array.ScalarSub", func(x *floats) *floats { return x.ScalarSub(2) }, func(v float64) float64 { return 2 - v }, -1, 3},
		{"Array.MulScalar", func(x *floats) *floats { return x.MulScalar(2) }, func(v float64) float64 { return v * 2 }, -1, 3},
		{"Array.DivScalar", func(x *floats) *floats { return x.DivScalar(2) }, func(v float64) float64 { return v / 2 }, -1, 3},
		{"Array.ScalarDiv", func(x *floats) *floats { return x.ScalarDiv(2) }, func(v float64) float64 { return 2 / v }, 1, 3},
		{"Array.Clip", func(x *floats) *floats { return x.Clip(0, 1) },
			func(v float64) float64 { return min(max(v, 0), 1) }, -1, 3},
	} {
		rows = append(rows, answer("array."+u.op, "", func(w *world) error {
			got, err := w.sum(u.f(w.wave(u.lo, u.hi)))
			return near(got, err, w.overWave(u.lo, u.hi, u.want))
		}))
	}
	for _, b := range []struct {
		op   string
		f    func(x, y *floats) *floats
		want func(x, y float64) float64
	}{
		{"Array.Add", (*floats).Add, func(x, y float64) float64 { return x + y }},
		{"Array.Sub", (*floats).Sub, func(x, y float64) float64 { return x - y }},
		{"Array.Mul", (*floats).Mul, func(x, y float64) float64 { return x * y }},
		{"Array.Div", (*floats).Div, func(x, y float64) float64 { return x / y }},
		{"Array.FloorDiv", (*floats).FloorDiv, func(x, y float64) float64 { return math.Floor(x / y) }},
		{"Array.Mod", (*floats).Mod, math.Mod},
		{"Array.Maximum", (*floats).Maximum, math.Max},
		{"Array.Minimum", (*floats).Minimum, math.Min},
		{"Atan2", array.Atan2[float64], math.Atan2},
		{"Hypot", array.Hypot[float64], math.Hypot},
		{"Pow", array.Pow[float64], math.Pow},
		{"Where", func(x, y *floats) *floats { return array.Where(x.LessC(4), x, y) },
			func(x, y float64) float64 { return x*one(x < 4) + y*one(!(x < 4)) }},
	} {
		// y is 3 + x/8, so that the two differ in shape of bits, not in what is known of them.
		want := func(w *world) float64 {
			return w.overWave(1, 9, func(v float64) float64 { return b.want(v, 3+v/8) })
		}
		rows = append(rows, answer("array."+b.op, "", func(w *world) error {
			x := w.wave(1, 9)
			got, err := w.sum(b.f(x, x.DivScalar(8).AddScalar(3)))
			return near(got, err, want(w))
		}))
		if b.op != "Array.Add" && b.op != "Where" {
			continue // what is held is the same for all
		}
		rows = append(rows, answer("array."+b.op, "of persisted data", func(w *world) error {
			x := w.wave(1, 9).Persist(w.ctx, w.on)
			y := w.wave(1, 9).DivScalar(8).AddScalar(3).Persist(w.ctx, w.on)
			got, err := w.sum(b.f(x, y))
			return near(got, err, want(w))
		}))
	}
	for _, m := range []struct {
		op   string
		f    func(x, y *floats) *array.Mask
		want func(x, y float64) bool
	}{
		{"Array.Equal", (*floats).Equal, func(x, y float64) bool { return x == y }},
		{"Array.NotEqual", (*floats).NotEqual, func(x, y float64) bool { return x != y }},
		{"Array.Less", (*floats).Less, func(x, y float64) bool { return x < y }},
		{"Array.LessEqual", (*floats).LessEqual, func(x, y float64) bool { return x <= y }},
		{"Array.Greater", (*floats).Greater, func(x, y float64) bool { return x > y }},
		{"Array.GreaterEqual", (*floats).GreaterEqual, func(x, y float64) bool { return x >= y }},
		{"Array.EqualC", func(x, _ *floats) *array.Mask { return x.EqualC(2) }, func(x, _ float64) bool { return x == 2 }},
		{"Array.NotEqualC", func(x, _ *floats) *array.Mask { return x.NotEqualC(2) }, func(x, _ float64) bool { return x != 2 }},
		{"Array.LessC", func(x, _ *floats) *array.Mask { return x.LessC(2) }, func(x, _ float64) bool { return x < 2 }},
		{"Array.LessEqualC", func(x, _ *floats) *array.Mask { return x.LessEqualC(2) }, func(x, _ float64) bool { return x <= 2 }},
		{"Array.GreaterC", func(x, _ *floats) *array.Mask { return x.GreaterC(2) }, func(x, _ float64) bool { return x > 2 }},
		{"Array.GreaterEqualC", func(x, _ *floats) *array.Mask { return x.GreaterEqualC(2) }, func(x, _ float64) bool { return x >= 2 }},
		{"Array.IsNaN", func(x, y *floats) *array.Mask { return x.Div(y).IsNaN() }, func(x, y float64) bool { return x/y != x/y }},
		{"Array.IsInf", func(x, y *floats) *array.Mask { return x.Div(y).IsInf() }, func(x, y float64) bool { return math.IsInf(x/y, 0) }},
		{"Array.IsFinite", func(x, y *floats) *array.Mask { return x.Div(y).IsFinite() }, func(x, y float64) bool { return y != 0 }},
		{"Mask.And", func(x, y *floats) *array.Mask { return x.LessC(500).And(y.GreaterC(-2)) },
			func(x, y float64) bool { return x < 500 && y > -2 }},
		{"Mask.Or", func(x, y *floats) *array.Mask { return x.LessC(5).Or(y.GreaterC(2)) },
			func(x, y float64) bool { return x < 5 || y > 2 }},
		{"Mask.Xor", func(x, y *floats) *array.Mask { return x.LessC(500).Xor(y.GreaterC(2)) },
			func(x, y float64) bool { return (x < 500) != (y > 2) }},
		{"Mask.Not", func(x, y *floats) *array.Mask { return x.Less(y).Not() }, func(x, y float64) bool { return !(x < y) }},
	} {
		// The numbers are 0, 1, …, 999 beside 998, 997, …, -1, so that comparisons of both are exact.
		rows = append(rows, answer("array."+m.op, "", func(w *world) error {
			x := w.wave(0, cols-1)
			got, err := w.count(m.f(x, x.ScalarSub(cols-2)))
			return near(got, err, w.overWave(0, cols-1, func(v float64) float64 { return one(m.want(v, cols-2-v)) }))
		}))
	}
	return rows
}
