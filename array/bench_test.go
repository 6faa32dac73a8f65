package array_test

import (
	"context"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

const benchSize = 10_000_000

func benchData() []float64 {
	data := make([]float64, benchSize)
	for i := range data {
		data[i] = float64(i%1000) / 1000
	}
	return data
}

var sink float64

func benchItem(b *testing.B, bytes int64, x *array.Array[float64]) {
	for _, w := range []struct {
		name string
		opt  sched.Option
	}{{"sync", sched.Sync()}, {"workers=2", sched.Workers(2)}} {
		b.Run(w.name, func(b *testing.B) {
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				v, err := x.Item(ctx, w.opt)
				if err != nil {
					b.Fatal(err)
				}
				sink = v
			}
		})
	}
}

func BenchmarkSum(b *testing.B) {
	x := array.FromSlice(benchData(), []int{benchSize})
	benchItem(b, x.NBytes(), x.Sum())
}

func BenchmarkSumPersisted(b *testing.B) {
	x := array.FromSlice(benchData(), []int{benchSize}).MulScalar(2).Persist(ctx)
	if err := x.Wait(ctx); err != nil {
		b.Fatal(err)
	}
	benchItem(b, x.NBytes(), x.Sum())
}

func BenchmarkSumAxis0(b *testing.B) {
	x := array.FromSlice(benchData(), []int{benchSize / 1000, 1000}).Sum(array.Axis(0)).Slice(array.Index(0))
	benchItem(b, benchSize*8, x)
}

func BenchmarkFusedVar(b *testing.B) {
	x := array.FromSlice(benchData(), []int{benchSize})
	benchItem(b, x.NBytes(), x.SubScalar(0.5).Square().Mean())
}

func BenchmarkFusedMulAdd(b *testing.B) {
	x, y := array.FromSlice(benchData(), []int{benchSize}), array.FromSlice(benchData(), []int{benchSize})
	benchItem(b, 2*x.NBytes(), x.Mul(y).Add(x).Mean())
}

func BenchmarkReader(b *testing.B) {
	for _, tiles := range []bool{false, true} {
		name := "chunks"
		if tiles {
			name = "tiles"
		}
		b.Run(name, func(b *testing.B) {
			x := array.FromReader(memory{benchData(), tiles}, []int{benchSize})
			benchItem(b, x.NBytes(), x.SubScalar(0.5).Square().Mean())
		})
	}
}

// memory is a reader of a 1-d slice.
type memory struct {
	data  []float64
	tiles bool
}

func (m memory) Tiles() bool { return m.tiles }

func (m memory) Read(_ context.Context, dst []float64, start, shape []int) error {
	copy(dst, m.data[start[0]:start[0]+shape[0]])
	return nil
}

// The same by hand, on one goroutine: what the machinery is measured against.

func BenchmarkHandSum(b *testing.B) {
	x := benchData()
	b.SetBytes(8 * benchSize)
	for b.Loop() {
		sink = 0
		for _, v := range x {
			sink += v
		}
	}
}

func BenchmarkHandFusedVar(b *testing.B) {
	x := benchData()
	b.SetBytes(8 * benchSize)
	for b.Loop() {
		s := 0.0
		for _, v := range x {
			s += (v - 0.5) * (v - 0.5)
		}
		sink = s / benchSize
	}
}

func BenchmarkHandFusedMulAdd(b *testing.B) {
	x, y := benchData(), benchData()
	b.SetBytes(16 * benchSize)
	for b.Loop() {
		s := 0.0
		for i, v := range x {
			s += v*y[i] + v
		}
		sink = s / benchSize
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		x := array.Zeros[float64]([]int{10_000_000}, array.Chunks(1))
		x.Slice(array.Range(5, 10)).AddScalar(1).Sum()
	}
}
