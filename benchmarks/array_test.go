package benchmarks

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/array"
)

const chunk = 1_000_000

// BenchmarkArraySum sums an array in memory: what the second job of the README does after Persist.
func BenchmarkArraySum(b *testing.B) {
	x := array.FromSlice(values(), []int{elements}, array.Chunks(chunk))
	ctx := context.Background()
	b.Run("magpie", func(b *testing.B) {
		b.SetBytes(4 * elements)
		for b.Loop() {
			if _, err := x.Sum().Item(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	baselines(b)
}

// BenchmarkArrayFused is mean((x-1)²): one pass over each chunk for the whole expression.
func BenchmarkArrayFused(b *testing.B) {
	x := array.FromSlice(values(), []int{elements}, array.Chunks(chunk))
	ctx := context.Background()
	b.Run("magpie", func(b *testing.B) {
		b.SetBytes(4 * elements)
		for b.Loop() {
			if _, err := x.SubScalar(1).Square().Mean().Item(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("baseline/loop", func(b *testing.B) {
		b.SetBytes(4 * elements)
		for b.Loop() {
			sum := 0.0
			for _, v := range values() {
				d := v - 1
				sum += float64(d * d)
			}
			sink = sum / elements
		}
	})
}

// sink keeps the compiler from dropping a baseline's work.
var sink float64

func plainSum(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}

// baselines sums values as one would by hand: in one loop, and with a goroutine for each CPU.
func baselines(b *testing.B) {
	x := values()
	b.Run("baseline/loop", func(b *testing.B) {
		b.SetBytes(4 * elements)
		for b.Loop() {
			sink = plainSum(x)
		}
	})
	b.Run("baseline/goroutines", func(b *testing.B) {
		b.SetBytes(4 * elements)
		workers := runtime.GOMAXPROCS(0)
		for b.Loop() {
			sums := make([]float64, workers)
			var group sync.WaitGroup
			for i := range workers {
				group.Go(func() { sums[i] = plainSum(x[i*elements/workers : (i+1)*elements/workers]) })
			}
			group.Wait()
			sink = 0
			for _, s := range sums {
				sink += s
			}
		}
	})
}
