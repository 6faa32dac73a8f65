package bag

import "github.com/gomagpie/magpie/internal/pack"

// GroupBy returns the bag of the keys with all their elements, in order of the keys' first appearance, in one
// partition; the elements of a group are in input order.
//
// Lazy, and it holds every element: whatever can be folded is better folded with [Bag.FoldBy]. The partition can be cut
// with [Bag.Repartition], so that what follows runs on several workers. Keys are compared with ==, so every NaN is a
// group of its own. key may be called on several workers at once. Dask: Bag.groupby, which shuffles to disk and
// promises no order.
func GroupBy[T any, K comparable](b *Bag[T], key func(T) K) *Bag[Pair[K, []T]] {
	b = b.checked("groupby", key == nil)
	st := here("groupby")
	r := tableOf(st, key, func() []T { return nil }, func(g []T, x T) []T { return append(g, x) },
		func(a, b []T) []T { return append(a, b...) }, groupBytes[T, K])
	r.guess = b.size.guess
	return gathered(b, st, r)
}

// groupBytes estimates the memory of groups. The slices are counted one by one: in most data some groups are far
// larger than the rest, and a sample would miss them. What elements point to is that of one element of each of 64
// groups.
func groupBytes[T any, K comparable](t *table[K, []T]) int64 {
	var keys []K
	var some []T
	n, total := 0, int64(0)
	every := len(t.items)/64 + 1
	for i, p := range t.items {
		n += len(p.Value)
		total += int64(cap(p.Value)) * pack.Of[T]().Size()
		if i%every == 0 && len(p.Value) > 0 {
			keys, some = append(keys, p.Key), append(some, p.Value[len(p.Value)/2])
		}
	}
	total += t.place()
	if len(some) == 0 {
		return total
	}
	some, keys = some[:len(some):len(some)], keys[:len(keys):len(keys)]
	beyondElement := pack.SizeOf(some) - int64(len(some))*pack.Of[T]().Size()
	beyondKey := pack.SizeOf(keys) - int64(len(keys))*pack.Of[K]().Size()
	return total + (beyondElement*int64(n)+beyondKey*int64(len(t.items)))/int64(len(some))
}
