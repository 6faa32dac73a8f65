package bag_test

import (
	"context"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// links is how many operations the chains have: in make soak too many for any stack, else so many that one frame of a
// kilobyte for each would be seen.
func links() int {
	if os.Getenv("MAGPIE_SOAK") != "" {
		return 3_000_000
	}
	return 100_000
}

// A pipeline of any length computes, on a bounded stack, or is refused.
func TestDeepChains(t *testing.T) {
	ctx := t.Context()
	add := func(i int) int { return i + 1 }
	for name, c := range map[string]struct {
		link  func(b *bag.Bag[int]) *bag.Bag[int]
		n     int
		first int // of elements 0 … 9
		count int
		deep  bool
	}{
		"map":    {func(b *bag.Bag[int]) *bag.Bag[int] { return b.Map(add) }, links(), links(), 10, false},
		"filter": {func(b *bag.Bag[int]) *bag.Bag[int] { return b.Filter(func(i int) bool { return i > 3 }) }, links(), 4, 6, false},
		"map partitions": {func(b *bag.Bag[int]) *bag.Bag[int] {
			return b.MapPartitions(func(_ context.Context, part iter.Seq[int], yield func(int) bool) error {
				part(func(i int) bool { return yield(i + 1) })
				return nil
			})
		}, 10_000, 10_000, 10, false},
		"concat": {func(b *bag.Bag[int]) *bag.Bag[int] { return b.Repartition(1).Concat() }, 10_000, 0, 10, false},
		"zip": {func(b *bag.Bag[int]) *bag.Bag[int] {
			return bag.Zip(b, b).Map(func(p bag.Pair[int, int]) int { return p.Key })
		}, 3, 0, 10, false},
		"partitions": {func(b *bag.Bag[int]) *bag.Bag[int] {
			return bag.Partitions(b).FlatMap(func(is []int) []int { return is })
		}, 10_000, 0, 10, false},
		"repartition": {func(b *bag.Bag[int]) *bag.Bag[int] { return b.Repartition(2).Repartition(1) }, 10_000, 0, 10, false},
		"too deep":    {func(b *bag.Bag[int]) *bag.Bag[int] { return b.Repartition(2).Repartition(1) }, 60_000, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := bag.Range(10, 1)
			for range c.n {
				b = c.link(b)
			}
			if text := sched.Explain(b); len(text) > 1<<18 || !c.deep && c.n > 1000 && !strings.Contains(text, "operations more") {
				t.Errorf("Explain returns %d bytes", len(text))
			}
			if len(b.String()) > 1000 {
				t.Errorf("String returns %d bytes", len(b.String()))
			}
			got, err := b.Compute(ctx)
			if c.deep {
				if err == nil || b.Err() == nil || !strings.Contains(err.Error(), "depth_test.go:") || !strings.Contains(err.Error(), "Persist") {
					t.Error(err)
				}
				return
			}
			if err != nil || len(got) != c.count || got[0] != c.first {
				t.Errorf("%v, %v; want %d elements from %d on", got, err, c.count, c.first)
			}
		})
	}
}
