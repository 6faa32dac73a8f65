package bag_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// value checks the result of a reduction.
func value[T comparable](t *testing.T, d *futures.Delayed[T], opts []sched.Option, want T) {
	t.Helper()
	got, err := d.Compute(context.Background(), opts...)
	if err != nil || got != want {
		t.Fatalf("got %v, %v, want %v", got, err, want)
	}
}

// fails checks the error of a reduction.
func fails[T any](t *testing.T, d *futures.Delayed[T], opts []sched.Option, want error) {
	t.Helper()
	if _, err := d.Compute(context.Background(), opts...); !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func TestReductions(t *testing.T) {
	for _, n := range []int{0, 1, 2, 600} {
		each(t, n, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
			value(t, b.Count(), opts, n)
			value(t, bag.Sum(b), opts, n*(n-1)/2)
			last := func(a, b int) int { return b }
			sum := b.Fold(func() int { return 0 }, func(a, x int) int { return a + x },
				func(a, b int) int { return a + b })
			value(t, sum, opts, n*(n-1)/2)
			if n == 0 {
				fails(t, bag.Mean(b), opts, bag.ErrEmpty)
				fails(t, bag.Var(b), opts, bag.ErrEmpty)
				fails(t, bag.Std(b), opts, bag.ErrEmpty)
				fails(t, bag.Min(b), opts, bag.ErrEmpty)
				fails(t, bag.Max(b), opts, bag.ErrEmpty)
				fails(t, b.Reduce(last), opts, bag.ErrEmpty)
				return
			}
			value(t, bag.Mean(b), opts, float64(n-1)/2)
			value(t, bag.Min(b), opts, 0)
			value(t, bag.Max(b), opts, n-1)
			value(t, b.Reduce(last), opts, n-1)
			value(t, b.MinBy(func(x int) int { return -x / 7 }), opts, (n-1)/7*7)
			value(t, b.MaxBy(func(x int) int { return x / 7 }), opts, (n-1)/7*7)
			v, err := bag.Var(b).Compute(context.Background(), opts...)
			if w := (float64(n)*float64(n) - 1) / 12; err != nil || math.Abs(v-w) > 1e-12*w {
				t.Fatal(v, w, err)
			}
		})
	}
}

func TestVarIsStable(t *testing.T) {
	b := bag.Of(1e9, 1e9+1, 1e9+2)
	for _, m := range modes {
		value(t, bag.Var(b), m.opts, 2.0/3)
		value(t, bag.Std(b), m.opts, math.Sqrt(2.0/3))
		value(t, bag.Var(b, 1), m.opts, 1)
	}
	if _, err := bag.Var(b, 3).Compute(context.Background()); err == nil || !strings.Contains(err.Error(), "ddof 3") {
		t.Fatal(err)
	}
}

func TestSumOfIntegersIsExact(t *testing.T) {
	for _, m := range modes {
		value(t, bag.Sum(bag.Of[int64](math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64)), m.opts, -2)
		value(t, bag.Sum(bag.Of[uint64](math.MaxUint64, 0)), m.opts, math.MaxUint64)
		value(t, bag.Sum(bag.Of[int8](100, 100, -100)), m.opts, 100)
		value(t, bag.Mean(bag.Of[int64](math.MaxInt64, math.MaxInt64)), m.opts, math.MaxInt64)
		value(t, bag.Mean(bag.Of[int64](math.MinInt64, math.MinInt64)), m.opts, math.MinInt64)
		value(t, bag.Mean(bag.Of[int8](-2, -3)), m.opts, -2.5)
		fails(t, bag.Sum(bag.Of[int64](math.MaxInt64, 1)), m.opts, bag.ErrOverflow)
		fails(t, bag.Sum(bag.Of[int64](math.MinInt64, -1)), m.opts, bag.ErrOverflow)
		fails(t, bag.Sum(bag.Of[uint64](math.MaxUint64, 1)), m.opts, bag.ErrOverflow)
		fails(t, bag.Sum(bag.Of[int8](100, 100)), m.opts, bag.ErrOverflow)
		fails(t, bag.Sum(bag.Of[uint8](200, 56)), m.opts, bag.ErrOverflow)
	}
	_, err := bag.Sum(bag.Of[uint64](math.MaxUint64, 1)).Compute(context.Background())
	if !strings.Contains(err.Error(), "18446744073709551616 overflows uint64") ||
		!strings.Contains(err.Error(), "sum at stats_test.go:") {
		t.Fatal(err)
	}
}

func TestSumOfFloats(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, m := range modes {
		value(t, bag.Sum(bag.Of(1e100, 1, -1e100)), m.opts, 1)
		value(t, bag.Sum(bag.Of(1, inf, 2)), m.opts, inf)
		value(t, bag.Sum(bag.Of[float32]()), m.opts, 0)
		for _, items := range [][]float64{{1, nan, 2}, {inf, -inf}} {
			for _, d := range []*futures.Delayed[float64]{bag.Sum(bag.Of(items...)), bag.Mean(bag.Of(items...)),
				bag.Var(bag.Of(items...))} {
				if v, err := d.Compute(context.Background(), m.opts...); err != nil || !math.IsNaN(v) {
					t.Fatal(items, v, err)
				}
			}
		}
		for _, d := range []*futures.Delayed[float64]{bag.Min(bag.Of(1, nan, 2)), bag.Max(bag.Of(nan, 1))} {
			if v, err := d.Compute(context.Background(), m.opts...); err != nil || !math.IsNaN(v) {
				t.Fatal(v, err)
			}
		}
	}
}

// TestSumAgainstBig compares with exact rational arithmetic: a compensated sum is within a unit in the last place.
func TestSumAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var items []float64
	exact := new(big.Float).SetPrec(2000)
	for range 10_000 {
		x := (r.Float64() - 0.5) * math.Ldexp(1, r.IntN(40))
		items = append(items, x)
		exact.Add(exact, big.NewFloat(x))
	}
	want, _ := exact.Float64()
	first := math.NaN()
	for _, m := range modes {
		got, err := bag.Sum(bag.FromSlice(items, 37)).Compute(context.Background(), m.opts...)
		if err != nil || math.Abs(got-want) > math.Abs(want)*0x1p-52 {
			t.Fatal(got, want, err)
		}
		if m.name == "sync" {
			first = got
		}
		if got != first {
			t.Fatal("not the same to the bit:", got, first)
		}
	}
}
