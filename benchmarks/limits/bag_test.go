package limits

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
)

// numbers is the numbers below n.
func (w *world) numbers() *bag.Bag[int] { return bag.Range(w.n, w.parts()) }

// generated is a source of the numbers below n in one partition: its size is not known before it has been read.
type generated struct{ n, parts int }

func (g generated) NumPartitions() int { return g.parts }
func (g generated) Label(int) string   { return "" }
func (g generated) Each(_ context.Context, p int, yield func(int) bool) error {
	for i := g.n / g.parts * p; i < g.n/g.parts*(p+1); i++ {
		if !yield(i) {
			return nil
		}
	}
	return nil
}

// value checks a delayed value.
func value[T comparable](w *world, d *futures.Delayed[T], want T) error {
	got, err := d.Compute(w.ctx, w.on)
	return equal(got, err, want)
}

// sums checks that the elements of a bag add up.
func sums(w *world, b *bag.Bag[int], want int) error { return value(w, bag.Sum(b), want) }

func bagRows() []row {
	double := func(i int) int { return 2 * i }
	rows := []row{
		answer("bag.Range bag.Sum", "", func(w *world) error { return sums(w, w.numbers(), sumTo(w.n)) }),
		answer("bag.Range", "in one partition", func(w *world) error { return sums(w, bag.Range(w.n, 1), sumTo(w.n)) }),
		answer("bag.FromSource", "", func(w *world) error {
			return sums(w, bag.FromSource(generated{w.n, 10}), sumTo(w.n))
		}),
		answer("bag.Bag.Map", "", func(w *world) error { return sums(w, w.numbers().Map(double), 2*sumTo(w.n)) }),
		answer("bag.Bag.TryMap", "", func(w *world) error {
			return sums(w, w.numbers().TryMap(func(i int) (int, error) { return i + 1, nil }), sumTo(w.n)+w.n)
		}),
		answer("bag.Bag.Filter", "", func(w *world) error {
			return sums(w, w.numbers().Filter(func(i int) bool { return i%2 == 0 }), 2*sumTo(w.n/2))
		}),
		answer("bag.Bag.Remove", "", func(w *world) error {
			return sums(w, w.numbers().Remove(func(i int) bool { return i%2 == 1 }), 2*sumTo(w.n/2))
		}),
		answer("bag.Bag.FlatMap", "", func(w *world) error {
			b := bag.Range(w.n/1000, w.parts()).FlatMap(func(i int) []int { return make([]int, 1000) })
			return value(w, b.Count(), w.n)
		}),
		answer("bag.Bag.FlatMapSeq", "", func(w *world) error {
			b := bag.Range(10, 2).FlatMapSeq(func(i int) iter.Seq[int] {
				return func(yield func(int) bool) {
					for j := range w.n / 10 {
						if !yield(j) {
							return
						}
					}
				}
			})
			return sums(w, b, 10*sumTo(w.n/10))
		}),
		answer("bag.Bag.MapPartitions", "", func(w *world) error {
			b := w.numbers().MapPartitions(func(_ context.Context, part iter.Seq[int], yield func(int) bool) error {
				s := 0
				for i := range part {
					s += i
				}
				yield(s)
				return nil
			})
			return sums(w, b, sumTo(w.n))
		}),
		answer("bag.Partitions", "", func(w *world) error {
			b := bag.Partitions(w.numbers()).Map(func(part []int) int {
				s := 0
				for _, i := range part {
					s += i
				}
				return s
			})
			return sums(w, b, sumTo(w.n))
		}),
		refused("bag.Partitions", "of one", "a partition is held whole", func(w *world) error {
			return value(w, bag.Partitions(bag.Range(w.n, 1)).Count(), 1)
		}),
		refused("bag.Partitions", "of one of unknown size", "a partition is held whole", func(w *world) error {
			return value(w, bag.Partitions(bag.FromSource(generated{w.n, 1})).Count(), 1)
		}),
		answer("bag.Bag.Repartition", "into fewer", func(w *world) error {
			return sums(w, w.numbers().Repartition(w.parts()/7), sumTo(w.n))
		}),
		answer("bag.Bag.Repartition", "into more", func(w *world) error {
			return sums(w, w.numbers().Repartition(w.parts()*3), sumTo(w.n))
		}),
		refused("bag.Bag.Repartition", "of one partition", "a partition is held whole", func(w *world) error {
			return sums(w, bag.Range(w.n, 1).Repartition(100), sumTo(w.n))
		}),
		answer("bag.Zip", "", func(w *world) error {
			b := bag.Zip(w.numbers(), w.numbers().Map(double))
			return sums(w, b.Map(func(p bag.Pair[int, int]) int { return p.Value - p.Key }), sumTo(w.n))
		}),
		answer("bag.Bag.Concat", "", func(w *world) error {
			return sums(w, w.numbers().Concat(w.numbers(), w.numbers()), 3*sumTo(w.n))
		}),
		answer("bag.Bag.Count", "", func(w *world) error { return value(w, w.numbers().Count(), w.n) }),
		answer("bag.Bag.Any", "", func(w *world) error {
			return value(w, w.numbers().Any(func(i int) bool { return i == w.n-1 }), true)
		}),
		answer("bag.Bag.Every", "", func(w *world) error {
			return value(w, w.numbers().Every(func(i int) bool { return i >= 0 }), true)
		}),
		answer("bag.Min", "", func(w *world) error { return value(w, bag.Min(w.numbers().Map(double)), 0) }),
		answer("bag.Max", "", func(w *world) error { return value(w, bag.Max(w.numbers().Map(double)), 2*w.n-2) }),
		answer("bag.Bag.MinBy", "", func(w *world) error {
			return value(w, w.numbers().MinBy(func(i int) int { return -i }), w.n-1)
		}),
		answer("bag.Bag.MaxBy", "", func(w *world) error {
			return value(w, w.numbers().MaxBy(func(i int) int { return -i }), 0)
		}),
		answer("bag.Bag.Reduce", "", func(w *world) error {
			return value(w, w.numbers().Reduce(func(a, b int) int { return a + b }), sumTo(w.n))
		}),
		answer("bag.Mean", "", func(w *world) error {
			got, err := bag.Mean(w.numbers()).Compute(w.ctx, w.on)
			return near(got, err, float64(w.n-1)/2)
		}),
		answer("bag.Var", "", func(w *world) error {
			got, err := bag.Var(w.numbers()).Compute(w.ctx, w.on)
			return near(got, err, (float64(w.n)*float64(w.n)-1)/12)
		}),
		answer("bag.Std", "", func(w *world) error {
			got, err := bag.Std(w.numbers()).Compute(w.ctx, w.on)
			return near(got, err, math.Sqrt((float64(w.n)*float64(w.n)-1)/12))
		}),
		answer("bag.Bag.Fold", "", func(w *world) error {
			return value(w, w.numbers().Fold(func() int { return 0 }, add, add), sumTo(w.n))
		}),
		refused("bag.Bag.Fold", "into a list", "the accumulator is all elements", func(w *world) error {
			all := w.numbers().Fold(func() []int { return nil },
				func(l []int, i int) []int { return append(l, i) }, func(a, b []int) []int { return append(a, b...) })
			_, err := all.Compute(w.ctx, w.on)
			return err
		}),
		refused("bag.Bag.Reduce", "of lists", "the result is all elements", func(w *world) error {
			lists := w.numbers().Map(func(i int) []int { return []int{i} })
			_, err := lists.Reduce(func(a, b []int) []int { return append(a, b...) }).Compute(w.ctx, w.on)
			return err
		}),
		refused("bag.Bag.Compute", "", "the result is held whole, by the caller", func(w *world) error {
			_, err := w.numbers().Compute(w.ctx, w.on)
			return err
		}),
		refused("bag.Bag.Compute", "of unknown size", "the result is held whole, by the caller", func(w *world) error {
			_, err := bag.FromSource(generated{w.n, 500}).Compute(w.ctx, w.on)
			return err
		}),
		refused("bag.Bag.Compute", "of lists", "the result is held whole, by the caller", func(w *world) error {
			lists := bag.Range(w.n/100, w.parts()).Map(func(int) []int { return make([]int, 100) })
			_, err := lists.Compute(w.ctx, w.on)
			return err
		}),
		answer("bag.Bag.Compute", "of a twentieth of the limit", func(w *world) error {
			got, err := bag.Range(w.n/200, 10).Compute(w.ctx, w.on)
			return equal(len(got), err, w.n/200)
		}),
		answer("bag.Bag.Take", "", func(w *world) error {
			got, err := w.numbers().Take(w.ctx, w.n/200, w.on)
			return equal(len(got), err, w.n/200)
		}),
		refused("bag.Bag.Take", "of all", "the result is held whole, by the caller", func(w *world) error {
			_, err := w.numbers().Take(w.ctx, w.n, w.on)
			return err
		}),
		refused("bag.Bag.Take", "of all of one partition", "the result is held whole, by the caller", func(w *world) error {
			_, err := bag.Range(w.n, 1).Take(w.ctx, w.n, w.on)
			return err
		}),
		answer("bag.Bag.All", "", func(w *world) error {
			s := 0
			for i, err := range w.numbers().All(w.ctx) {
				if err != nil {
					return err
				}
				s += i
			}
			return equal(s, nil, sumTo(w.n))
		}),
		answer("bag.Bag.All", "of persisted data", func(w *world) error {
			s := 0
			for i, err := range w.numbers().Persist(w.ctx, w.on).All(w.ctx) {
				if err != nil {
					return err
				}
				s += i
			}
			return equal(s, nil, sumTo(w.n))
		}),
	}
	return append(rows, persistedBagRows()...)
}

func add(a, b int) int { return a + b }

// account is an element with memory of its own.
type account struct {
	name string
	sums []int
}

func persistedBagRows() []row {
	return []row{
		answer("bag.Bag.Persist bag.Bag.Wait bag.Bag.Done bag.Bag.Bytes bag.Bag.Progress bag.Bag.Release", "used twice", func(w *world) error {
			b := w.numbers().Persist(w.ctx, w.on)
			if err := b.Wait(w.ctx); err != nil {
				return err
			}
			<-b.Done()
			if held := b.Bytes(); held > w.limit {
				return fmt.Errorf("%d bytes are held", held)
			}
			if done, total := b.Progress(); done != total {
				return fmt.Errorf("%d of %d tasks", done, total)
			}
			if err := sums(w, bag.Zip(b, b).Map(func(p bag.Pair[int, int]) int { return p.Key + p.Value }), 2*sumTo(w.n)); err != nil {
				return err
			}
			if err := sums(w, b.Concat(b), 2*sumTo(w.n)); err != nil {
				return err
			}
			b.Release()
			return nil
		}),
		answer("bag.Bag.Persist", "of what is persisted", func(w *world) error {
			b := w.numbers().Persist(w.ctx, w.on)
			c := b.Map(func(i int) int { return i + 1 }).Persist(w.ctx, w.on)
			return sums(w, c, sumTo(w.n)+w.n)
		}),
		answer("bag.Bag.Persist", "of unknown size", func(w *world) error {
			return sums(w, bag.FromSource(generated{w.n, w.parts()}).Persist(w.ctx, w.on), sumTo(w.n/w.parts()*w.parts()))
		}),
		answer("bag.Bag.Persist", "of structs with strings and lists", func(w *world) error {
			b := bag.Range(w.n/20, w.parts()).Map(func(i int) account {
				return account{fmt.Sprint("account ", i), make([]int, 10)}
			}).Persist(w.ctx, w.on)
			return sums(w, b.Map(func(a account) int { return len(a.sums) }), w.n/20*10)
		}),
		refused("bag.Bag.Persist", "of pointers", "pointers cannot be written to disk and read back", func(w *world) error {
			return bag.Range(w.n/10, w.parts()).Map(func(int) *[10]int { return new([10]int) }).Persist(w.ctx, w.on).Wait(w.ctx)
		}),
		refused("bag.Bag.Persist", "in one partition", "a partition is held whole", func(w *world) error {
			return bag.Range(w.n, 1).Persist(w.ctx, w.on).Wait(w.ctx)
		}),
		refused("bag.Bag.Persist", "in one partition of unknown size", "a partition is held whole", func(w *world) error {
			return bag.FromSource(generated{w.n, 1}).Persist(w.ctx, w.on).Wait(w.ctx)
		}),
		refused("bag.Bag.Persist", "in one partition of lists", "a partition is held whole", func(w *world) error {
			lists := bag.Range(w.n/100, 1).Map(func(int) []int { return make([]int, 100) })
			return lists.Persist(w.ctx, w.on).Wait(w.ctx)
		}),
		answer("bag.Bag.Persist", "again and again", func(w *world) error {
			for range 3 {
				b := w.numbers().Persist(w.ctx, w.on)
				if err := sums(w, b, sumTo(w.n)); err != nil {
					return err
				}
				b.Release()
			}
			return nil
		}),
	}
}
