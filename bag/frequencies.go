package bag

// Frequencies returns the bag of the distinct elements with how often each occurs, in order of first appearance, in
// one partition. Sort it with [Bag.TopKBy].
//
// Lazy; it holds the distinct elements. Elements are compared with ==, so every NaN is counted by itself. Dask:
// Bag.frequencies.
func Frequencies[T comparable](b *Bag[T]) *Bag[Pair[T, int]] {
	st := here("frequencies")
	return gathered(b, st, tableOf(st, itself[T], func() int { return 0 }, func(n int, _ T) int { return n + 1 },
		func(a, b int) int { return a + b }, (*table[T, int]).bytes))
}

func itself[T any](x T) T { return x }
