package array_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// TestEverySlice compares every slice of every length up to 6, under every chunk length, with Python's rule.
func TestEverySlice(t *testing.T) {
	for n := range 7 {
		data := arange(n)
		bounds := []int{array.None}
		for b := -n - 2; b <= n+2; b++ {
			bounds = append(bounds, b)
		}
		for chunk := 1; chunk <= max(n, 1); chunk++ {
			x := array.FromSlice(data, []int{n}, array.Chunks(chunk))
			for _, start := range bounds {
				for _, stop := range bounds {
					for _, by := range []int{1, 2, 3, 7, -1, -2, -3, -7, math.MaxInt, math.MinInt + 1} {
						want := []float64{}
						for _, i := range pythonSlice(n, start, stop, min(max(by, -8), 8)) {
							want = append(want, float64(i))
						}
						y := x.Slice(array.RangeStep(start, stop, by))
						got, err := y.Compute(ctx, sched.Sync())
						if err != nil || !slices.Equal(got.Data(), want) {
							t.Fatalf("length %d, chunks of %d, %d:%d:%d: %v, %v, want %v", n, chunk, start, stop, by, got, err, want)
						}
						total := 0
						for _, k := range y.Chunks()[0] {
							total += k
						}
						if total != len(want) {
							t.Fatalf("length %d, chunks of %d, %d:%d:%d: chunks %v", n, chunk, start, stop, by, y.Chunks())
						}
					}
				}
			}
		}
	}
}

// TestEveryReduction compares every reduction over every set of axes, on every chunking of a few shapes.
func TestEveryReduction(t *testing.T) {
	for _, shape := range [][]int{{}, {1}, {5}, {2, 3}, {3, 1}, {2, 3, 2}, {2, 2, 3, 2}} {
		d := make2(shape, func(pos []int) float64 {
			v := 0.5
			for k, p := range pos {
				v = v*1.7 + float64((p*7+k*3)%5) - 2
			}
			return v
		})
		for set := range 1 << len(shape) {
			var axes []int
			for k := range shape {
				if set>>k&1 == 1 {
					axes = append(axes, k-len(shape))
				}
			}
			wants := reductionsOf(d, func(k int) bool { return set>>k&1 == 1 })
			at(slices.Clone(shape), func(pos []int) {
				chunks := make([]int, len(pos))
				for k := range chunks {
					chunks[k] = pos[k] + 1
				}
				x := array.FromSlice(d.data, shape, array.Chunks(chunks...))
				what := fmt.Sprint(shape, chunks, axes)
				o := []array.ReduceOption{array.Axis(axes...), array.KeepDims()}
				got := map[string]*array.Array[float64]{"sum": x.Sum(o...), "prod": x.Prod(o...), "min": x.Min(o...), "max": x.Max(o...),
					"mean": x.Mean(o...), "var": x.Var(o...)}
				if len(axes) == 1 {
					got["argmin"] = x.ArgMin(o...).AsType[float64]()
					got["argmax"] = x.ArgMax(o...).AsType[float64]()
				}
				for name, y := range got {
					check(t, what+" "+name, y, wants[name], []sched.Option{sched.Sync()})
				}
			})
		}
	}
}

func reductionsOf(d dense, over func(int) bool) map[string]dense {
	add := func(a, v float64) float64 { return a + v }
	n := d.map1(func(float64) float64 { return 1 }).reduce(over, 0, add)
	sum := d.reduce(over, 0, add)
	mean := sum.with(n, func(s, n float64) float64 { return s / n })
	dev := d.with(mean, func(v, m float64) float64 { return (v - m) * (v - m) }).reduce(over, 0, add)
	// The index on the reduced axis of the first extreme: walk, and keep it beside the value.
	index := func(better func(v, best float64) bool) dense {
		return make2(sum.shape, func(pos []int) float64 {
			best, where, k := math.NaN(), 0, 0
			at(d.shape, func(p []int) {
				for a := range p {
					if !over(a) && p[a] != pos[a] {
						return
					}
				}
				if v := d.get(p); best != best || better(v, best) {
					best, where = v, k
				}
				k++
			})
			return float64(where)
		})
	}
	return map[string]dense{
		"sum": sum, "mean": mean, "prod": d.reduce(over, 1, func(a, v float64) float64 { return a * v }),
		"min": d.reduce(over, math.Inf(1), math.Min), "max": d.reduce(over, math.Inf(-1), math.Max),
		"var":    dev.with(n, func(s, n float64) float64 { return s / n }),
		"argmin": index(func(v, best float64) bool { return v < best }), "argmax": index(func(v, best float64) bool { return v > best })}
}

// TestFlatIndex checks the extremes' row-major index where chunks and tiles cut rows, with ties and NaN.
func TestFlatIndex(t *testing.T) {
	for _, shape := range [][]int{{7}, {4, 5}, {3, 4, 5}, {300, 70}} {
		for _, special := range []float64{9, -9, math.NaN()} {
			n := 1
			for _, k := range shape {
				n *= k
			}
			for _, first := range []int{0, 1, n / 2, n - 2, n - 1} {
				data := make([]float64, n)
				data[first], data[n-1] = special, special
				lo, hi := int64(first), int64(first)
				if special > 0 {
					lo = 0
					for data[lo] == special {
						lo++
					}
				} else if special < 0 {
					hi = 0
					for data[hi] == special {
						hi++
					}
				}
				for _, chunk := range []int{1, 2, 3, 64, -1} {
					if n > 1000 && chunk < 64 && chunk > 0 {
						continue
					}
					x := array.FromSlice(data, shape, array.Chunks(chunk))
					// The sum with a lazily made zero keeps the array from being taken as one piece of memory.
					for _, y := range []*array.Array[float64]{x, x.AddScalar(0)} {
						gotLo, err := y.ArgMin().Item(ctx)
						gotHi, err2 := y.ArgMax().Item(ctx)
						if err != nil || err2 != nil || gotLo != lo || gotHi != hi {
							t.Fatalf("%v by %d, %v at %d: argmin %d, want %d; argmax %d, want %d; %v %v", shape, chunk, special, first, gotLo, lo, gotHi, hi, err, err2)
						}
					}
				}
			}
		}
	}
}

// TestLargeTiles checks expressions whose chunks are many tiles and blocks, against sums in closed form.
func TestLargeTiles(t *testing.T) {
	const rows, cols = 301, 4099
	x := array.Arange[int64](0, rows*cols, 1, array.Chunks(100_000))
	data, err := x.Compute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	m := array.FromSlice(data.Data(), []int{rows, cols}, array.Chunks(97, 1500))
	for name, opts := range modes {
		d, err := m.MulScalar(2).AddScalar(1).Sum(array.Axis(0)).Compute(ctx, opts...)
		if err != nil {
			t.Fatal(name, err)
		}
		for j, v := range d.Data() {
			if want := int64(2*(rows*j+cols*rows*(rows-1)/2) + rows); v != want {
				t.Fatalf("%s: column %d: %d, want %d", name, j, v, want)
			}
		}
		d, err = m.Transpose().Sub(m.Transpose().Min(array.Axis(0))).Sum(array.Axis(0)).Compute(ctx, opts...)
		if err != nil {
			t.Fatal(name, err)
		}
		for i, v := range d.Data() {
			if want := int64(cols * (cols - 1) / 2); v != want {
				t.Fatalf("%s: row %d: %d, want %d", name, i, v, want)
			}
		}
	}
}

// counted counts what is read.
type counted struct{ elements *int }

func (c counted) Read(_ context.Context, dst []float64, start, shape []int) error {
	*c.elements += len(dst)
	return nil
}

func (c counted) ChunkShape() []int { return []int{100, 10} }

// TestReadsOnlyWhatIsNeeded checks that slices reach the reader, and that automatic chunks follow the storage's.
func TestReadsOnlyWhatIsNeeded(t *testing.T) {
	n := 0
	x := array.FromReader(counted{&n}, []int{1_000_000, 1000})
	for d, axis := range x.Chunks() {
		for i, k := range axis {
			if unit := []int{100, 10}[d]; i < len(axis)-1 && k%unit != 0 {
				t.Fatalf("axis %d: a chunk of %d in storage of %d", d, k, unit)
			}
		}
	}
	y := x.Slice(array.Range(10, 20), array.RangeStep(5, 8, 1)).Slice(array.Index(3))
	if _, err := y.AddScalar(1).Sum().Item(ctx, sched.Sync()); err != nil || n != 3 {
		t.Errorf("read %d elements, want 3; %v", n, err)
	}
	n = 0
	x = array.FromReader(counted{&n}, []int{1000, 1000}, array.Chunks(100))
	if _, err := x.Mul(x).Add(x).Sum().Item(ctx, sched.Sync()); err != nil || n != 1_000_000 {
		t.Errorf("read %d elements for x*x+x, want each once; %v", n, err)
	}
}
