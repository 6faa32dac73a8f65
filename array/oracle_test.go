package array_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// dense is the oracle: an array held whole, every operation written as its definition, one element after the other.
type dense struct {
	shape []int
	data  []float64
}

// at calls f with every position of shape in row-major order.
func at(shape []int, f func(pos []int)) {
	pos := make([]int, len(shape))
	if slices.Contains(shape, 0) {
		return
	}
	for {
		f(pos)
		d := len(shape) - 1
		for ; d >= 0; d-- {
			if pos[d]++; pos[d] < shape[d] {
				break
			}
			pos[d] = 0
		}
		if d < 0 {
			return
		}
	}
}

func (d dense) get(pos []int) float64 {
	i := 0
	for k, p := range pos {
		i = i*d.shape[k] + p
	}
	return d.data[i]
}

func make2(shape []int, f func(pos []int) float64) dense {
	out := dense{shape: slices.Clone(shape), data: []float64{}}
	at(shape, func(pos []int) { out.data = append(out.data, f(pos)) })
	return out
}

func (d dense) map1(f func(float64) float64) dense {
	return make2(d.shape, func(pos []int) float64 { return f(d.get(pos)) })
}

// with combines d with o, of a shape that broadcasts to d's.
func (d dense) with(o dense, f func(x, y float64) float64) dense {
	return make2(d.shape, func(pos []int) float64 {
		p := slices.Clone(pos[len(pos)-len(o.shape):])
		for k, n := range o.shape {
			if n == 1 {
				p[k] = 0
			}
		}
		return f(d.get(pos), o.get(p))
	})
}

// reduce folds with f from zero over the axes for which over says so, which stay with length 1.
func (d dense) reduce(over func(axis int) bool, zero float64, f func(acc, x float64) float64) dense {
	shape := slices.Clone(d.shape)
	for k := range shape {
		if over(k) {
			shape[k] = 1
		}
	}
	return make2(shape, func(pos []int) float64 {
		acc := zero
		at(d.shape, func(p []int) {
			for k := range p {
				if !over(k) && p[k] != pos[k] {
					return
				}
			}
			acc = f(acc, d.get(p))
		})
		return acc
	})
}

// pythonSlice lists the positions that Python's range(*slice(a, b, c).indices(n)) has, found by trying all of them: a
// position counts if it is start + k*step, on the right side of stop.
func pythonSlice(n, start, stop, step int) []int {
	bound := func(b, none int) int {
		switch {
		case b == array.None:
			return none
		case b < 0:
			b += n
		}
		if step > 0 {
			return min(max(b, 0), n)
		}
		return min(max(b, -1), n-1)
	}
	out := []int{}
	if step > 0 {
		for i := bound(start, 0); i < bound(stop, n); i += step {
			out = append(out, i)
		}
		return out
	}
	for i := bound(start, n-1); i > bound(stop, -1); i += step {
		out = append(out, i)
	}
	return out
}

func (d dense) take(axis int, idx []int) dense {
	shape := slices.Clone(d.shape)
	shape[axis] = len(idx)
	return make2(shape, func(pos []int) float64 {
		p := slices.Clone(pos)
		p[axis] = idx[pos[axis]]
		return d.get(p)
	})
}

func (d dense) swap(i, j int) dense {
	shape := slices.Clone(d.shape)
	shape[i], shape[j] = shape[j], shape[i]
	return make2(shape, func(pos []int) float64 {
		p := slices.Clone(pos)
		p[i], p[j] = p[j], p[i]
		return d.get(p)
	})
}

func (d dense) concat(axis int, o dense) dense {
	shape := slices.Clone(d.shape)
	shape[axis] += o.shape[axis]
	return make2(shape, func(pos []int) float64 {
		p := slices.Clone(pos)
		if p[axis] < d.shape[axis] {
			return d.get(p)
		}
		p[axis] -= d.shape[axis]
		return o.get(p)
	})
}

// boxReader is a reader of a dense.
type boxReader struct {
	dense
	tiles bool
}

// along selects s on one axis and everything on the others.
func along(nd, axis int, s array.Slice) []array.Slice {
	by := slices.Repeat([]array.Slice{array.All()}, nd)
	by[axis] = s
	return by
}

// step adds one random operation to an array and to its oracle.
func step(r *rand.Rand, x *array.Array[float64], d dense) (string, *array.Array[float64], dense) {
	nd := len(d.shape)
	axis := func() int { return r.IntN(nd) }
	switch op := r.IntN(14); {
	case op == 0:
		return "neg", x.Neg(), d.map1(func(v float64) float64 { return -v })
	case op == 1:
		return "x+1", x.AddScalar(1), d.map1(func(v float64) float64 { return v + 1 })
	case op == 2:
		return "x*x", x.Mul(x), d.map1(func(v float64) float64 { return v * v })
	case op == 3:
		return "2-x", x.ScalarSub(2), d.map1(func(v float64) float64 { return 2 - v })
	case op == 4:
		return "where", array.Where(x.GreaterC(0.5), x, x.MulScalar(0.5)), d.map1(func(v float64) float64 {
			if v > 0.5 {
				return v
			}
			return v * 0.5
		})
	case op == 5 && nd > 0:
		a := axis()
		over := func(k int) bool { return k == a }
		n := float64(d.shape[a])
		mean := d.reduce(over, 0, func(acc, v float64) float64 { return acc + v }).map1(func(v float64) float64 { return v / n })
		return fmt.Sprint("x-mean ", a), x.Sub(x.Mean(array.Axis(a), array.KeepDims())), d.with(mean, func(v, m float64) float64 { return v - m })
	case op == 6:
		if len(d.data) == 0 {
			return "same", x, d
		}
		top := d.reduce(func(int) bool { return true }, 0, func(a, v float64) float64 { return math.Max(a, math.Abs(v)) })
		top.shape, top.data = nil, top.data[:1]
		return "x/(1+max)", x.Div(x.Abs().Max().AddScalar(1)), d.with(top, func(v, m float64) float64 { return v / (m + 1) })
	case op == 7 && nd > 0:
		a := axis()
		lo, hi, by := r.IntN(2*d.shape[a]+3)-d.shape[a]-1, r.IntN(2*d.shape[a]+3)-d.shape[a]-1, []int{1, 1, 2, -1, -2, 3}[r.IntN(6)]
		return fmt.Sprintf("slice %d %d:%d:%d", a, lo, hi, by), x.Slice(along(nd, a, array.RangeStep(lo, hi, by))...), d.take(a, pythonSlice(d.shape[a], lo, hi, by))
	case op == 8 && nd > 1:
		i, j := axis(), axis()
		return fmt.Sprint("swap ", i, j), x.SwapAxes(i, j), d.swap(i, j)
	case op == 9 && nd > 0:
		a := axis()
		return fmt.Sprint("concat ", a), array.Concatenate(a, x, x.Neg()), d.concat(a, d.map1(func(v float64) float64 { return -v }))
	case op == 10 && nd > 0 && d.shape[0] > 1:
		// Two places of one array in one expression.
		n := d.shape[0]
		up, down := pythonSlice(n, 1, array.None, 1), pythonSlice(n, array.None, -1, 1)
		return "diff", x.Slice(array.Range(1, array.None)).Sub(x.Slice(array.Range(array.None, -1))),
			d.take(0, up).with(d.take(0, down), func(v, w float64) float64 { return v - w })
	case op == 11 && nd > 0:
		chunks := make([]int, nd)
		for k := range chunks {
			chunks[k] = 1 + r.IntN(max(d.shape[k], 1))
		}
		return fmt.Sprint("rechunk ", chunks), x.Rechunk(chunks...), d
	case op == 12:
		return "persist", x.Persist(ctx), d
	case op == 13 && nd > 0:
		a := axis()
		if d.shape[a] == 0 {
			return "same", x, d
		}
		row := d.take(a, []int{0})
		return fmt.Sprint("x+row ", a), x.Add(x.Slice(along(nd, a, array.Range(0, 1))...).Neg().Abs()), d.with(row, func(v, w float64) float64 { return v + math.Abs(w) })
	}
	return "same", x, d
}

func (b boxReader) Tiles() bool { return b.tiles }

func (b boxReader) Read(_ context.Context, dst []float64, start, shape []int) error {
	i := 0
	at(shape, func(pos []int) {
		p := slices.Clone(pos)
		for k := range p {
			p[k] += start[k]
		}
		dst[i] = b.get(p)
		i++
	})
	return nil
}

func sourceOf(r *rand.Rand, d dense) (string, *array.Array[float64]) {
	chunks := make([]int, len(d.shape))
	for k, n := range d.shape {
		chunks[k] = 1 + r.IntN(max(n, 1))
	}
	switch r.IntN(3) {
	case 0:
		return fmt.Sprint("tiles ", d.shape, chunks), array.FromReader(boxReader{d, true}, d.shape, array.Chunks(chunks...))
	case 1:
		return fmt.Sprint("reader ", d.shape, chunks), array.FromReader(boxReader{d, false}, d.shape, array.Chunks(chunks...))
	}
	return fmt.Sprint("slice ", d.shape, chunks), array.FromSlice(d.data, d.shape, array.Chunks(chunks...))
}

// TestRandomPipelines builds random expressions on random chunks: the elements must be the oracle's, and the bits the
// same for any number of workers.
func TestRandomPipelines(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		shape := make([]int, r.IntN(4))
		for k := range shape {
			shape[k] = r.IntN(7)
		}
		d := make2(shape, func([]int) float64 { return r.Float64()*4 - 2 })
		what, x := sourceOf(r, d)
		for range 1 + r.IntN(6) {
			var op string
			op, x, d = step(r, x, d)
			what += ", " + op
		}
		total := d.reduce(func(int) bool { return true }, 0, func(acc, v float64) float64 { return acc + v })
		for name, opts := range modes {
			check(t, fmt.Sprintf("seed %d, %s: %s", seed, name, what), x, d, opts)
			check(t, fmt.Sprintf("seed %d, %s: %s, sum", seed, name, what), x.Sum(), dense{[]int{}, total.data[:1:1]}, opts)
		}
		if t.Failed() {
			return
		}
	}
}

func check(t *testing.T, what string, x *array.Array[float64], want dense, opts []sched.Option) {
	t.Helper()
	if err := x.Err(); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	first, err := x.Compute(ctx, sched.Sync())
	got, err2 := x.Compute(ctx, opts...)
	if err != nil || err2 != nil {
		t.Errorf("%s: %v %v", what, err, err2)
		return
	}
	if !slices.Equal(got.Shape(), want.shape) || !slices.Equal(x.Shape(), want.shape) {
		t.Errorf("%s: shape %v, want %v", what, got.Shape(), want.shape)
		return
	}
	for i, v := range got.Data() {
		if !near(v, want.data[i], 1e-11) {
			t.Errorf("%s: element %d: %v, want %v", what, i, v, want.data[i])
			return
		}
		if math.Float64bits(v) != math.Float64bits(first.Data()[i]) {
			t.Errorf("%s: element %d: %v, but %v in sync mode", what, i, v, first.Data()[i])
			return
		}
	}
}
