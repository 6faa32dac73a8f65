package bag

import (
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/pack"
)

// Fold returns the delayed result of folding every element into an accumulator.
//
// Every partition starts from zero(), takes its elements in order with add, and the partitions' accumulators are
// combined in order with merge. zero must therefore give an identity of merge: the result for an empty bag is zero(),
// and zero counts once a partition. add and merge may change their first argument and return it. The accumulators are
// all that is held. Dask: Bag.fold, without its default of one function for both.
func (b *Bag[T]) Fold[A any](zero func() A, add func(A, T) A, merge func(A, A) A) *futures.Delayed[A] {
	b = b.checked("fold", zero == nil, add == nil, merge == nil)
	st := here("fold")
	return reduce(b, st, reducer[T, A, A]{
		open: func(ps *pass) (func(T) bool, func() (A, error)) {
			id := ps.mark(st)
			ps.at = id
			acc, size, flat := zero(), gauge{m: ps.meter}, pack.Of[A]().Flat()
			push := func(x T) bool {
				ps.at = id
				acc = add(acc, x)
				return flat || weighed(ps, &size, acc)
			}
			return push, func() (A, error) { return acc, nil }
		},
		merge:  func(a, b A) (A, error) { return merge(a, b), nil },
		finish: func(a A) (A, error) { return a, nil },
	})
}

// weighed tells the memory of an accumulator when that is due, and returns false if there is no room for it.
func weighed[A any](ps *pass, size *gauge, acc A) bool {
	if !size.due() {
		return true
	}
	if err := size.measured(pack.SizeOf([]A{acc})); err != nil {
		return ps.stop(err)
	}
	return true
}

// maybe is a value, or none for no elements.
type maybe[T any] struct {
	x  T
	ok bool
}

// Reduce returns the delayed result of combining all elements, in order, with f, which must be associative.
//
// It is the one element of a bag of one; of an empty bag it is an error, [ErrEmpty]. Elements are combined within
// each partition from left to right, and then the partitions' results.
func (b *Bag[T]) Reduce(f func(T, T) T) *futures.Delayed[T] {
	b = b.checked("reduce", f == nil)
	st := here("reduce")
	return reduce(b, st, pick(st, f))
}

// pick is the reducer that combines elements pairwise. st is the stage to blame for a panic in f, nil if f is our own.
func pick[T any](st *stage, f func(T, T) T) reducer[T, maybe[T], T] {
	return reducer[T, maybe[T], T]{
		open: func(ps *pass) (func(T) bool, func() (maybe[T], error)) {
			var m maybe[T]
			id := 0
			size, flat := gauge{m: ps.meter}, pack.Of[T]().Flat()
			if st != nil {
				id = ps.mark(st)
			}
			push := func(x T) bool {
				ps.at = id
				if m.ok {
					m.x = f(m.x, x)
				} else {
					m = maybe[T]{x, true}
				}
				return flat || weighed(ps, &size, m.x)
			}
			return push, func() (maybe[T], error) { return m, nil }
		},
		merge: func(a, b maybe[T]) (maybe[T], error) {
			if !a.ok || !b.ok {
				if a.ok {
					return a, nil
				}
				return b, nil
			}
			return maybe[T]{f(a.x, b.x), true}, nil
		},
		finish: func(m maybe[T]) (T, error) {
			if !m.ok {
				return m.x, ErrEmpty
			}
			return m.x, nil
		},
	}
}

// Count returns the delayed number of elements, 0 for an empty bag. Dask: Bag.count.
func (b *Bag[T]) Count() *futures.Delayed[int] {
	return reduce(b, here("count"), reducer[T, int, int]{
		open: func(*pass) (func(T) bool, func() (int, error)) {
			n := 0
			return func(T) bool { n++; return true }, func() (int, error) { return n, nil }
		},
		merge:  func(a, b int) (int, error) { return a + b, nil },
		finish: func(n int) (int, error) { return n, nil },
	})
}
