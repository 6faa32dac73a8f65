package main

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/sched"
)

// off is by how many standard errors an estimate is off.
func off(t Tally) float64 { return math.Abs(t.Pi()-math.Pi) / t.Error() }

// TestMix compares with the definition of wyrand, in numbers without bounds.
func TestMix(t *testing.T) {
	word := new(big.Int).Lsh(big.NewInt(1), 64)
	state := new(big.Int)
	for i := range uint64(1000) {
		state.Add(state, new(big.Int).SetUint64(0xa0761d6478bd642f))
		state.Mod(state, word)
		product := new(big.Int).Xor(state, new(big.Int).SetUint64(0xe7037ed1a0b428db))
		high, low := product.Mul(product, state).DivMod(product, word, new(big.Int))
		if want := high.Uint64() ^ low.Uint64(); mix(i) != want {
			t.Errorf("output %d is %#x, want %#x", i, mix(i), want)
		}
	}
}

// TestThrow compares with the same points, their distance from the origin found by another way.
func TestThrow(t *testing.T) {
	want := 0
	for i := range 1000 {
		bits := mix(uint64(7000 + i))
		if math.Hypot(float64(bits>>33), float64(bits%(1<<31))) < 1<<31 {
			want++
		}
	}
	if got := throw(7, 1000); got != (Tally{want, 1000}) {
		t.Errorf("%v, want %d hits of 1000", got, want)
	}
	if far := off(throw(1, 1_000_000)); far > 5 {
		t.Errorf("a million points are off by %.1f standard errors", far)
	}
}

func TestTally(t *testing.T) {
	got := Tally{3, 4} // p = 3/4: 4 sqrt(3/4 * 1/4 / 4) = sqrt(3)/2
	if got.Pi() != 3 || math.Abs(got.Error()-math.Sqrt(3)/2) > 1e-15 {
		t.Errorf("%v ± %v", got.Pi(), got.Error())
	}
}

func TestInBatches(t *testing.T) {
	ctx := context.Background()
	want := throw(0, 20*500) // the same points in one batch
	for _, how := range []sched.Option{sched.Sync(), sched.Workers(1), sched.Workers(2), sched.Workers(8)} {
		if got, err := inBatches(ctx, 20, 500, how); got != want || err != nil {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
}

func TestUntil(t *testing.T) {
	const tolerance = 0.005
	got, err := until(context.Background(), tolerance, 1000)
	if err != nil {
		t.Fatal(err)
	}
	enough := math.Pi * (4 - math.Pi) / (tolerance * tolerance) // from the variance, 16 p (1-p) with p = π/4
	if far := off(got); far > 5 || got.Error() > tolerance || math.Abs(float64(got.Points)/enough-1) > 0.1 {
		t.Errorf("%v, off by %.1f standard errors, after %.2f of the points expected", got, far, float64(got.Points)/enough)
	}
}

func TestUntilCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := until(ctx, 0.001, 1000); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestTour(t *testing.T) {
	var out bytes.Buffer
	if err := tour(context.Background(), &out, 1000); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 {
		t.Fatalf("%d lines, want 6:\n%s", len(lines), &out)
	}
	for i, title := range []string{"a task a point", "one batch", "100 batches", "100 batches, persisted", "the same again"} {
		if !strings.HasPrefix(lines[i], title) || !strings.Contains(lines[i], "π ≈ 3.") {
			t.Errorf("line %d is %q, want %s and an estimate", i, lines[i], title)
		}
	}
}
