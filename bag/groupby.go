package bag

// GroupBy returns the bag of the keys with all their elements, in order of the keys' first appearance, in one
// partition; the elements of a group are in input order.
//
// Lazy, and it holds every element: whatever can be folded is better folded with [FoldBy]. The partition can be cut
// with [Bag.Repartition], so that what follows runs on several workers. Keys are compared with ==, so every NaN is a
// group of its own. key may be called on several workers at once. Dask: Bag.groupby, which shuffles to disk and
// promises no order.
func GroupBy[T any, K comparable](b *Bag[T], key func(T) K) *Bag[Pair[K, []T]] {
	st := here("groupby")
	r := tableOf(st, key, func() []T { return nil }, func(g []T, x T) []T { return append(g, x) },
		func(a, b []T) []T { return append(a, b...) })
	r.bytes = func(t *table[K, []T]) int64 {
		n := t.bytes()
		for _, p := range t.pairs {
			n += sliceBytes(p.Value)
		}
		return n
	}
	return gathered(b, st, r)
}
