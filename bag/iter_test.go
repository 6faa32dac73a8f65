package bag_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

func TestAll(t *testing.T) {
	for _, n := range []int{0, 1, 50, 5000} {
		each(t, n, func(t *testing.T, b *bag.Bag[int], want []int, _ []sched.Option) {
			for _, b := range []*bag.Bag[int]{b, b.Repartition(71), b.Repartition(2), b.Persist(context.Background())} {
				var got []int
				for x, err := range b.All(context.Background()) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, x)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%d elements, want %d", len(got), n)
				}
			}
		})
	}
}

// TestAllBreak leaves endless bags early; the coroutines must be gone when the loop is.
func TestAllBreak(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		for _, stop := range []int{0, 1, 5, 3000} {
			n := 0
			for x, err := range bag.Range(math.MaxInt/8, 7).All(context.Background()) {
				if err != nil || x != n {
					t.Fatal(x, err)
				}
				if n == stop {
					break
				}
				n++
			}
		}
	}
	// The engine's own workers, and futures on their way out, are few; a leak is hundreds.
	if after := runtime.NumGoroutine(); after > before+40 {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

func TestAllErrors(t *testing.T) {
	bad := bag.Range(100, 4).TryMap(func(x int) (int, error) {
		if x == 60 {
			return 0, errRecord
		}
		return x, nil
	})
	for _, b := range []*bag.Bag[int]{bad, bad.Repartition(2)} {
		n := 0
		var last error
		for x, err := range b.All(context.Background()) {
			if last != nil {
				t.Fatal("the sequence goes on after an error")
			}
			if last = err; err == nil && x != n {
				t.Fatal(x, n)
			}
			n++
		}
		if n != 61 || !errors.Is(last, errRecord) || !strings.Contains(last.Error(), "map at iter_test.go:") {
			t.Fatal(n, last)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	for x, err := range bag.Range(math.MaxInt/16, 3).All(ctx) {
		if x == 10 {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
	for _, err := range bag.Range(-1, 3).All(ctx) {
		last = err
	}
	if last == nil || errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
}
