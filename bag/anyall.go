package bag

import "github.com/gomagpie/magpie/futures"

// Any returns whether f is true for an element, false for an empty bag. A partition is read up to the first such
// element. Dask: Bag.any.
func (b *Bag[T]) Any(f func(T) bool) *futures.Delayed[bool] {
	return search(b, here("any"), f, true)
}

// Every returns whether f is true for all elements, true for an empty bag. A partition is read up to the first
// element for which it is not. Dask: Bag.all, a name that here is the sequence of the elements.
func (b *Bag[T]) Every(f func(T) bool) *futures.Delayed[bool] {
	return search(b, here("every"), f, false)
}

// search returns found if f(x) is found for some element x, else its opposite.
func search[T any](b *Bag[T], st *stage, f func(T) bool, found bool) *futures.Delayed[bool] {
	b = b.checked(st.op, f == nil)
	return reduce(b, st, reducer[T, bool, bool]{
		open: func(ps *pass) (func(T) bool, func() (bool, error)) {
			id, out := ps.mark(st), !found
			push := func(x T) bool {
				ps.at = id
				if f(x) == found {
					out = found
				}
				return out != found
			}
			return push, func() (bool, error) { return out, nil }
		},
		merge: func(a, b bool) (bool, error) {
			if a == found {
				return a, nil
			}
			return b, nil
		},
		finish: func(a bool) (bool, error) { return a, nil },
	})
}
