package bag_test

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// scramble spreads integers, so that keys repeat across partitions.
func scramble(x int) int { return (x*x + 7*x) % 13 }

func TestKeyed(t *testing.T) {
	for _, n := range []int{0, 1, 10, 300} {
		each(t, n, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
			var keys, firsts []int
			var counts, sums []bag.Pair[int, int]
			groups := map[int][]int{}
			for _, x := range want {
				k := scramble(x)
				if !slices.Contains(keys, k) {
					keys, firsts = append(keys, k), append(firsts, x)
				}
				groups[k] = append(groups[k], x)
			}
			for _, k := range keys {
				s := 0
				for _, x := range groups[k] {
					s += x
				}
				counts = append(counts, bag.Pair[int, int]{Key: k, Value: len(groups[k])})
				sums = append(sums, bag.Pair[int, int]{Key: k, Value: s})
			}
			mod := b.Map(scramble)
			check(t, bag.Frequencies(mod), opts, counts)
			check(t, bag.Distinct(mod), opts, keys)
			check(t, b.DistinctBy(scramble), opts, firsts)
			check(t, b.FoldBy(scramble, func() int { return 0 }, func(a, x int) int { return a + x },
				func(a, b int) int { return a + b }), opts, sums)
			got, err := bag.GroupBy(b, scramble).Repartition(3).Compute(context.Background(), opts...)
			if err != nil || len(got) != len(keys) {
				t.Fatal(got, err)
			}
			for i, g := range got {
				if g.Key != keys[i] || !slices.Equal(g.Value, groups[g.Key]) {
					t.Fatal(g, groups[g.Key])
				}
			}
			for _, k := range []int{0, 1, 2, 5, 1000} {
				sorted := slices.Clone(want)
				slices.SortStableFunc(sorted, func(x, y int) int { return cmp.Compare(scramble(y), scramble(x)) })
				check(t, b.TopKBy(k, scramble), opts, sorted[:min(k, n)])
				slices.Sort(sorted)
				slices.Reverse(sorted)
				check(t, bag.TopK(b, k), opts, sorted[:min(k, n)])
			}
		})
	}
	if bag.TopK(bag.Range(1, 1), -1).Err() == nil {
		t.Error("no error for a negative k")
	}
}

func TestTopKOfNaN(t *testing.T) {
	nan := math.NaN()
	got, err := bag.TopK(bag.Of(nan, 1, nan, 3, 2), 4).Compute(context.Background())
	if err != nil || !slices.Equal(got[:3], []float64{3, 2, 1}) || !math.IsNaN(got[3]) {
		t.Error(got, err)
	}
}

// TestPipelines runs random chains against the same chain on a slice.
func TestPipelines(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := r.IntN(200)
		b, want := bag.Range(n, 1+r.IntN(12)), []int(nil)
		for i := range n {
			want = append(want, i)
		}
		for range r.IntN(7) {
			b, want = extend(r, b, want)
		}
		for _, m := range modes {
			check(t, b, m.opts, want)
			value(t, b.Count(), m.opts, len(want))
			k := r.IntN(len(want) + 2)
			got, err := b.Take(context.Background(), k, m.opts...)
			if err != nil || !slices.Equal(got, want[:min(k, len(want))]) {
				t.Fatal(seed, got, err)
			}
		}
		i := 0
		for x, err := range b.All(context.Background()) {
			if err != nil || x != want[i] {
				t.Fatal(seed, i, x, err)
			}
			i++
		}
		if i != len(want) {
			t.Fatal(seed, i, len(want))
		}
	}
}

// extend adds a random operation to a bag and does the same to a slice.
func extend(r *rand.Rand, b *bag.Bag[int], items []int) (*bag.Bag[int], []int) {
	m := 2 + r.IntN(5)
	var out []int
	switch r.IntN(8) {
	case 0:
		for _, x := range items {
			out = append(out, x+m)
		}
		return b.Map(func(x int) int { return x + m }), out
	case 1:
		out = slices.DeleteFunc(slices.Clone(items), func(x int) bool { return x%m != 0 })
		return b.Filter(func(x int) bool { return x%m == 0 }), out
	case 2:
		for _, x := range items {
			out = append(out, slices.Repeat([]int{x}, x%3)...)
		}
		return b.FlatMap(func(x int) []int { return slices.Repeat([]int{x}, x%3) }), out
	case 3:
		return b.Repartition(1 + r.IntN(20)), items
	case 4:
		return b.Concat(b), slices.Concat(items, items)
	case 5:
		return b.Persist(context.Background()), items
	case 6:
		seen := map[int]bool{}
		for _, x := range items {
			if !seen[x] {
				out = append(out, x)
			}
			seen[x] = true
		}
		return bag.Distinct(b), out
	}
	out = slices.Clone(items)
	slices.Sort(out)
	slices.Reverse(out)
	return bag.TopK(b, m), out[:min(m, len(out))]
}
