package integration_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

// numbers returns 0, 1, …, n-1.
func numbers(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float64(i)
	}
	return xs
}

// engines runs a test on engines of 1, 2 and 8 workers.
func engines(t *testing.T, f func(t *testing.T, e *sched.Engine)) {
	for _, n := range []int{1, 2, 8} {
		t.Run(fmt.Sprint("workers=", n), func(t *testing.T) {
			e := sched.New(sched.Workers(n))
			t.Cleanup(func() { e.Close() }) // after the test's context has ended
			f(t, e)
		})
	}
}

func ratio(a, b float64) (float64, error) {
	if b == 0 {
		return 0, errors.New("division by zero")
	}
	return a / b, nil
}

// Reductions of arrays and bags are inputs of delayed values and futures, together with values and each other.
func TestCollectionsAsInputs(t *testing.T) {
	const n = 1000
	sum := float64(n * (n - 1) / 2)
	x := array.FromSlice(numbers(n), []int{n}, array.Chunks(128))
	b := bag.FromSlice(numbers(n), 7)
	engines(t, func(t *testing.T, e *sched.Engine) {
		ctx := t.Context()
		for _, chunked := range []*array.Array[float64]{x, x.Persist(ctx, sched.On(e))} {
			for _, parted := range []*bag.Bag[float64]{b, b.Persist(ctx, sched.On(e))} {
				d := futures.TryDelay2(ratio, chunked.Sum(), bag.Sum(parted))
				if v, err := d.Compute(ctx, sched.On(e)); v != 1 || err != nil {
					t.Fatal(v, err)
				}
				f := futures.TryDelay2(ratio, chunked.Sum(), bag.Mean(parted)).Start(ctx, sched.On(e))
				if v, err := f.Result(ctx); v != sum/((n-1)/2.0) || err != nil {
					t.Fatal(v, err)
				}
				// And the result of a future divided by a reduction, started as a whole.
				g := futures.TryDelay2(ratio, f, futures.Delay1(func(n int) float64 { return float64(n) },
					parted.Count())).Start(ctx, sched.On(e))
				if v, err := g.Result(ctx); v != 1 || err != nil {
					t.Fatal(v, err)
				}
			}
		}
	})
}

// Several values of different collections in one pass, with what they have in common computed once.
func TestCollectionsInOnePass(t *testing.T) {
	reads := 0
	b := bag.FromSlice(numbers(100), 4).Map(func(x float64) float64 { reads++; return x })
	mean, most, err := futures.Compute2(t.Context(), bag.Mean(b), bag.Max(b), sched.Sync())
	if mean != 49.5 || most != 99 || err != nil {
		t.Fatal(mean, most, err)
	}
	if reads > 200 {
		t.Errorf("the function was called %d times for 100 elements", reads)
	}
}

// A collection is computed in the background, with progress; what fails there surfaces in every use.
func TestCollectionsInTheBackground(t *testing.T) {
	engines(t, func(t *testing.T, e *sched.Engine) {
		ctx := t.Context()
		x := array.FromSlice(numbers(1000), []int{1000}, array.Chunks(100)).Persist(ctx, sched.On(e))
		b := bag.FromSlice(numbers(1000), 10).Persist(ctx, sched.On(e))
		mean := x.Mean().Delayed().Start(ctx, sched.On(e))
		var text bytes.Buffer
		stop := viz.Bar(&text, x, b, mean)
		if v, err := mean.Result(ctx); v != 499.5 || err != nil {
			t.Fatal(v, err)
		}
		if err := errors.Join(x.Wait(ctx), b.Wait(ctx)); err != nil {
			t.Fatal(err)
		}
		if done, all := mean.Progress(); done != all || all == 0 {
			t.Error(done, all)
		}
		stop()
		if !strings.Contains(text.String(), "100%") {
			t.Errorf("%q", text.String())
		}
		if done, all := x.Progress(); done != all || all == 0 {
			t.Error(done, all)
		}
		bad := errors.New("bad element")
		p := b.TryMap(func(v float64) (float64, error) {
			if v == 777 {
				return 0, bad
			}
			return v, nil
		}).Persist(ctx, sched.On(e))
		_, used := bag.Sum(p).Compute(ctx, sched.On(e))
		_, submitted := futures.TryDelay2(ratio, bag.Sum(p), futures.Value(1.0)).Start(ctx, sched.On(e)).Result(ctx)
		for i, err := range []error{p.Wait(ctx), used, submitted} {
			if _, ok := errors.AsType[*sched.TaskError](err); !ok || !errors.Is(err, bad) {
				t.Errorf("%d: %v", i, err)
			}
		}
		x.Release()
		if _, err := x.Sum().Item(ctx, sched.On(e)); !errors.Is(err, sched.ErrReleased) {
			t.Errorf("a released array: %v", err)
		}
	})
}

// A task computes a collection and waits for it, on the engine that runs the task, with a single worker.
func TestCollectionsInsideTasks(t *testing.T) {
	engines(t, func(t *testing.T, e *sched.Engine) {
		sumTo := func(ctx context.Context, n int) (float64, error) {
			x := array.FromSlice(numbers(n), []int{n}, array.Chunks(10))
			d, err := x.Add(x).Compute(ctx)
			if err != nil {
				return 0, err
			}
			b, err := bag.Sum(bag.FromSlice(d.Data(), 3)).Compute(ctx)
			return b, err
		}
		got, err := futures.Gather(t.Context(), futures.CtxMap(t.Context(), sumTo, []int{10, 100, 1000}, sched.On(e)))
		if err != nil || fmt.Sprint(got) != "[90 9900 999000]" {
			t.Fatal(got, err)
		}
	})
}
