package futures_test

import (
	"context"
	"testing"

	"github.com/gomagpie/magpie/futures"
)

func BenchmarkRoundTrip(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := futures.Delay1(inc, futures.Value(1)).Start(ctx).Result(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSubmit100k(b *testing.B) {
	ctx, fs := context.Background(), make([]*futures.Future[int], 100_000)
	b.ReportAllocs()
	for b.Loop() {
		for i := range fs {
			fs[i] = futures.Delay1(inc, futures.Value(i)).Start(ctx)
		}
		if _, err := futures.Gather(ctx, fs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(fs)), "ns/task")
}

func BenchmarkMap100k(b *testing.B) {
	ctx, xs := context.Background(), make([]int, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := futures.Gather(ctx, futures.Map(ctx, inc, xs)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(xs)), "ns/task")
}

func BenchmarkChain10k(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		f := futures.Delay0(one).Start(ctx)
		for range 9_999 {
			f = futures.Delay1(inc, f).Start(ctx)
		}
		if _, err := f.Result(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAsCompleted10k(b *testing.B) {
	ctx, xs := context.Background(), make([]int, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range futures.AsCompleted(ctx, futures.Map(ctx, inc, xs)...).All() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDelayedCompute(b *testing.B) {
	ctx := context.Background()
	d := futures.Delay2(add, futures.Delay1(inc, futures.Value(1)), futures.Delay1(dec, futures.Value(2)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Compute(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
