package bag_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

func TestRepartition(t *testing.T) {
	for _, n := range []int{0, 1, 50} {
		each(t, n, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
			for _, parts := range []int{1, 2, 3, 4, 7, 64, 100} {
				r := b.Repartition(parts)
				if r.NumPartitions() != parts {
					t.Fatal(r)
				}
				check(t, r, opts, want)
			}
			check(t, b.Repartition(9).Repartition(5).Repartition(11), opts, want)
		})
	}
	if bag.Range(3, 3).Repartition(0).Err() == nil {
		t.Error("no error for no partitions")
	}
	check(t, bag.FromSource(none{}), nil, nil)
	check(t, bag.FromSource(none{}).Repartition(4), nil, nil)
	value(t, bag.Sum(bag.FromSource(none{})), nil, 0)
}

// none is a source without partitions, as a glob that matches nothing.
type none struct{}

func (none) NumPartitions() int                              { return 0 }
func (none) Label(int) string                                { return "" }
func (none) Each(context.Context, int, func(int) bool) error { return nil }

func TestRepartitionIsEven(t *testing.T) {
	sizes, err := bag.Partitions(bag.Range(1000, 10).Repartition(40)).Map(func(p []int) int { return len(p) }).
		Compute(context.Background())
	if err != nil || slices.Max(sizes) != 25 || slices.Min(sizes) != 25 {
		t.Error(sizes, err)
	}
}

func TestConcat(t *testing.T) {
	each(t, 40, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
		c := b.Concat(bag.Range(3, 2), b.Filter(func(x int) bool { return x > 30 }), b.Repartition(2))
		if c.NumPartitions() != 2*b.NumPartitions()+4 {
			t.Fatal(c)
		}
		check(t, c, opts, slices.Concat(want, []int{0, 1, 2}, want[31:], want))
		got, err := c.Take(context.Background(), 42, opts...)
		if err != nil || !slices.Equal(got, slices.Concat(want, []int{0, 1})) {
			t.Fatal(got, err)
		}
	})
	bad := bag.Range(-1, 1)
	if bag.Range(1, 1).Concat(bad).Err() != bad.Err() {
		t.Error("the error of a part is lost")
	}
}

func TestMapPartitions(t *testing.T) {
	each(t, 60, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
		sums := b.MapPartitions(func(_ context.Context, part iter.Seq[int], yield func(int) bool) error {
			s := 0
			for x := range part {
				s += x
			}
			yield(s)
			return nil
		})
		n, err := sums.Count().Compute(context.Background(), opts...)
		if err != nil || n != b.NumPartitions() {
			t.Fatal(n, err)
		}
		value(t, bag.Sum(sums), opts, 60*59/2)
		twice := b.MapPartitions(func(_ context.Context, part iter.Seq[int], yield func(int) bool) error {
			for x := range part {
				yield(x) // goes on when yield has returned false, which must do no harm
				yield(-x)
			}
			return nil
		})
		got, err := twice.Take(context.Background(), 3, opts...)
		if err != nil || !slices.Equal(got, []int{0, 0, 1}) {
			t.Fatal(got, err)
		}
	})
}
