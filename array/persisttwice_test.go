package array_test

import (
	"context"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// What persists a persisted array holds the same chunks. Where others push them out of memory, it asks the first for
// them again, also after its own computation is over.
func TestPersistTwicePushedOut(t *testing.T) {
	ctx := context.Background()
	e := sched.New(sched.Workers(1), sched.MemoryLimit(8<<20))
	defer e.Close()
	const n = 500_000
	x := array.Arange[float64](0, n, 1, array.Chunks(7919)).AddScalar(1).Persist(ctx, sched.On(e))
	y := x.Persist(ctx, sched.On(e))
	if err := y.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		z := array.Arange[float64](0, n, 1, array.Chunks(7919)).AddScalar(2).Persist(ctx, sched.On(e))
		if _, err := z.Sum().Item(ctx, sched.On(e)); err != nil {
			t.Fatal(err)
		}
		defer z.Release()
	}
	got, err := y.Sum().Item(ctx, sched.On(e))
	if want := float64(n) * (n + 1) / 2; err != nil || got != want {
		t.Fatalf("got %v, %v, want %v", got, err, want)
	}
}
