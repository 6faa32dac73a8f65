package limits

import (
	"fmt"

	"github.com/gomagpie/magpie/bag"
)

// scattered is n different numbers, none near its neighbour: the factor is odd, also when it is cut to 32 bits.
func (w *world) scattered() *bag.Bag[int] {
	return w.numbers().Map(func(i int) int { return int(uint64(i) * 0x9e3779b97f4a7c1) })
}

// kinds is how many keys there are where the table is small.
const kinds = 1000

func kind(i int) int { return i % kinds }

// tooMany is why a keyed operation is refused.
const tooMany = "the table, of a place for every element, is held whole"

// keyedRows are the operations with a table of keys, and those with a list that grows.
func keyedRows() []row {
	word := func(i int) string { return fmt.Sprint("a key of some length ", i) }
	self := func(i int) int { return i }
	return []row{
		answer("bag.Distinct", "of few", func(w *world) error {
			return sums(w, bag.Distinct(w.numbers().Map(kind)), sumTo(kinds))
		}),
		refused("bag.Distinct", "of all different", tooMany, func(w *world) error {
			return value(w, bag.Distinct(w.scattered()).Count(), w.n)
		}),
		refused("bag.Distinct", "of all different in one partition", tooMany, func(w *world) error {
			return value(w, bag.Distinct(bag.FromSource(generated{w.n, 1})).Count(), w.n)
		}),
		refused("bag.Distinct", "of strings", tooMany, func(w *world) error {
			return value(w, bag.Distinct(bag.Range(w.n/5, w.parts()).Map(word)).Count(), w.n)
		}),
		answer("bag.Bag.DistinctBy", "of few", func(w *world) error {
			return sums(w, w.numbers().DistinctBy(kind), sumTo(kinds))
		}),
		refused("bag.Bag.DistinctBy", "of all different", tooMany, func(w *world) error {
			return value(w, w.scattered().DistinctBy(self).Count(), w.n)
		}),
		answer("bag.Frequencies", "of few", func(w *world) error {
			f := bag.Frequencies(w.numbers().Map(kind))
			return sums(w, f.Map(func(p bag.Pair[int, int]) int { return p.Value }), w.n)
		}),
		refused("bag.Frequencies", "of all different", tooMany, func(w *world) error {
			return value(w, bag.Frequencies(w.scattered()).Count(), w.n)
		}),
		answer("bag.Bag.FoldBy", "of few", func(w *world) error {
			f := w.numbers().FoldBy(kind, func() int { return 0 }, add, add)
			return sums(w, f.Map(func(p bag.Pair[int, int]) int { return p.Value }), sumTo(w.n))
		}),
		refused("bag.Bag.FoldBy", "of all different", tooMany, func(w *world) error {
			return value(w, w.scattered().FoldBy(self, func() int { return 0 }, add, add).Count(), w.n)
		}),
		refused("bag.Bag.FoldBy", "of few into lists", "the accumulators are all elements", func(w *world) error {
			f := w.numbers().FoldBy(kind, func() []int { return nil },
				func(l []int, i int) []int { return append(l, i) }, func(a, b []int) []int { return append(a, b...) })
			return value(w, f.Count(), kinds)
		}),
		refused("bag.GroupBy", "of few", "the groups are all elements", func(w *world) error {
			return value(w, bag.GroupBy(w.numbers(), kind).Count(), kinds)
		}),
		refused("bag.GroupBy", "of all different", tooMany, func(w *world) error {
			return value(w, bag.GroupBy(w.scattered(), self).Count(), w.n)
		}),
		answer("bag.GroupBy", "of a twentieth of the limit", func(w *world) error {
			g := bag.GroupBy(bag.Range(w.n/200, 20), kind)
			return sums(w, g.Map(func(p bag.Pair[int, []int]) int { return len(p.Value) }), w.n/200)
		}),
		answer("bag.TopK", "of ten", func(w *world) error {
			return sums(w, bag.TopK(w.numbers(), 10), 10*w.n-55)
		}),
		refused("bag.TopK", "of half", "the leaders are half of the elements", func(w *world) error {
			return value(w, bag.TopK(w.scattered(), w.n/2).Count(), w.n/2)
		}),
		refused("bag.TopK", "of half of one partition", "the leaders are half of the elements", func(w *world) error {
			return value(w, bag.TopK(bag.FromSource(generated{w.n, 1}), w.n/2).Count(), w.n/2)
		}),
		answer("bag.Bag.TopKBy", "of ten", func(w *world) error {
			return sums(w, w.numbers().TopKBy(10, func(i int) int { return -i }), sumTo(10))
		}),
		refused("bag.Bag.TopKBy", "of half", "the leaders are half of the elements", func(w *world) error {
			return value(w, w.scattered().TopKBy(w.n/2, self).Count(), w.n/2)
		}),
	}
}
