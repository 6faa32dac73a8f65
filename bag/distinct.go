package bag

// Distinct returns the bag of the elements without repetitions, in order of first appearance, in one partition.
//
// Lazy; it holds the distinct elements. Elements are compared with ==, so NaNs are all distinct. Dask: Bag.distinct.
func Distinct[T comparable](b *Bag[T]) *Bag[T] {
	return distinct(b, here("distinct"), itself[T])
}

// DistinctBy returns the bag of the first element of every key, in order, in one partition.
//
// As [Distinct]. key may be called on several workers at once. Dask: Bag.distinct with a key.
func (b *Bag[T]) DistinctBy[K comparable](key func(T) K) *Bag[T] {
	return distinct(b, here("distinct"), key)
}

func distinct[T any, K comparable](b *Bag[T], st *stage, key func(T) K) *Bag[T] {
	b = b.checked(st.op, key == nil)
	first := tableOf(st, key, func() maybe[T] { return maybe[T]{} },
		func(m maybe[T], x T) maybe[T] {
			if m.ok {
				return m
			}
			return maybe[T]{x, true}
		},
		func(a, _ maybe[T]) maybe[T] { return a }, (*table[K, maybe[T]]).bytes)
	return gathered(b, st, reducer[T, *table[K, maybe[T]], []T]{
		open: first.open, mergeTold: first.mergeTold, bytes: first.bytes, codec: first.codec,
		finish: func(t *table[K, maybe[T]]) ([]T, error) {
			out := make([]T, len(t.items))
			for i, p := range t.items {
				out[i] = p.Value.x
			}
			return out, nil
		},
	})
}
