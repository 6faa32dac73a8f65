package bag_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// modes are the ways to run a computation; all must give the same.
var modes = []struct {
	name string
	opts []sched.Option
}{
	{"sync", []sched.Option{sched.Sync()}},
	{"1", []sched.Option{sched.Workers(1)}},
	{"2", []sched.Option{sched.Workers(2)}},
	{"8", []sched.Option{sched.Workers(8)}},
}

// each runs f for every mode and for bags of 0 … n-1 in several partitionings, of which some have empty partitions.
func each(t *testing.T, n int, f func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option)) {
	t.Helper()
	var items []int
	for i := range n {
		items = append(items, i)
	}
	bags := map[string]*bag.Bag[int]{
		"one":     bag.Range(n, 1),
		"three":   bag.FromSlice(items, 3),
		"seventy": bag.Range(n, 70),
		"more":    bag.FromSlice(items, n+13),
		"holes":   bag.Range(2*n, 29).Filter(func(x int) bool { return x < n }),
		"of":      bag.Of(items...),
		"source":  bag.FromSource(lumps(items)),
	}
	for name, b := range bags {
		for _, m := range modes {
			t.Run(name+"/"+m.name, func(t *testing.T) { f(t, b, items, m.opts) })
		}
	}
}

// lumps is a source of uneven partitions.
type lumps []int

func (l lumps) NumPartitions() int { return 4 }
func (l lumps) Label(p int) string { return fmt.Sprintf("lump-%c", 'a'+p) }
func (l lumps) Each(ctx context.Context, p int, yield func(int) bool) error {
	n := len(l)
	cuts := []int{0, n / 10, n / 10, n - n/3, n}
	for _, x := range l[cuts[p]:cuts[p+1]] {
		if !yield(x) {
			return nil
		}
	}
	return context.Cause(ctx)
}

func check[T comparable](t *testing.T, b *bag.Bag[T], opts []sched.Option, want []T) {
	t.Helper()
	got, err := b.Compute(context.Background(), opts...)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %v, %v, want %v", got, err, want)
	}
}

func TestElementwise(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		each(t, n, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
			check(t, b, opts, want)
			odd := b.Filter(func(x int) bool { return x%2 == 1 })
			even := b.Remove(func(x int) bool { return x%2 == 1 })
			var wantOdd, wantEven, wantFlat []int
			var wantText []string
			for _, x := range want {
				if x%2 == 1 {
					wantOdd = append(wantOdd, x)
				} else {
					wantEven = append(wantEven, x)
				}
				for range x % 3 {
					wantFlat = append(wantFlat, x)
				}
				wantText = append(wantText, fmt.Sprint(x))
			}
			check(t, odd, opts, wantOdd)
			check(t, even, opts, wantEven)
			check(t, b.FlatMap(func(x int) []int { return slices.Repeat([]int{x}, x%3) }), opts, wantFlat)
			check(t, b.FlatMapSeq(func(x int) iter.Seq[int] {
				return slices.Values(slices.Repeat([]int{x}, x%3))
			}), opts, wantFlat)
			check(t, b.Map(func(x int) string { return fmt.Sprint(x) }), opts, wantText)
			check(t, b.TryMap(func(x int) (string, error) { return fmt.Sprint(x), nil }), opts, wantText)
			for _, k := range []int{-1, 0, 1, 7, n, n + 1} {
				got, err := b.Take(context.Background(), k, opts...)
				if err != nil || !slices.Equal(got, want[:max(0, min(k, n))]) {
					t.Fatalf("take %d: %v, %v", k, got, err)
				}
			}
		})
	}
}

func TestTakeReadsNoMore(t *testing.T) {
	n := 0
	b := bag.Range(1000, 10).Map(func(x int) int { n++; return x })
	got, err := b.Take(context.Background(), 150, sched.Sync())
	if err != nil || len(got) != 150 || n != 150 {
		t.Fatal(len(got), err, n)
	}
}

func TestBuildErrors(t *testing.T) {
	boom := errors.New("boom")
	for _, b := range []*bag.Bag[int]{
		bag.Fail[int](boom), bag.Range(-1, 1), bag.Range(1, 0), bag.FromSlice([]int{1}, 0),
	} {
		d := b.Map(func(x int) int { return x }).Filter(func(int) bool { return true })
		if d.Err() == nil || d.Err() != b.Err() {
			t.Fatal(d.Err())
		}
		if _, err := d.Compute(context.Background()); !errors.Is(err, b.Err()) {
			t.Fatal(err)
		}
		if _, err := d.Take(context.Background(), 1); !errors.Is(err, b.Err()) {
			t.Fatal(err)
		}
		if _, err := bag.Sum(d).Compute(context.Background()); !errors.Is(err, b.Err()) {
			t.Fatal(err)
		}
	}
	if err := bag.Range(1, 0).Err(); !strings.Contains(err.Error(), "bag_test.go:") {
		t.Fatal(err)
	}
}

func TestString(t *testing.T) {
	s := bag.Range(10, 3).Filter(func(int) bool { return true }).String()
	if !strings.HasPrefix(s, "Bag[int] of 3 partitions (filter at bag_test.go:") {
		t.Fatal(s)
	}
}
