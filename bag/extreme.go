package bag

import (
	"cmp"

	"github.com/gomagpie/magpie/futures"
)

// Min returns the delayed least element. Any NaN makes it NaN. The minimum of an empty bag is an error, [ErrEmpty].
// NumPy: min.
func Min[T cmp.Ordered](b *Bag[T]) *futures.Delayed[T] {
	return reduce(b, here("min"), pick(nil, func(x, y T) T { return min(x, y) }))
}

// Max returns the delayed greatest element. Any NaN makes it NaN. The maximum of an empty bag is an error,
// [ErrEmpty]. NumPy: max.
func Max[T cmp.Ordered](b *Bag[T]) *futures.Delayed[T] {
	return reduce(b, here("max"), pick(nil, func(x, y T) T { return max(x, y) }))
}

// MinBy returns the delayed element with the least key, the earliest of equals. An element whose key is NaN comes
// before all others. That of an empty bag is an error, [ErrEmpty]. key is called once an element.
func (b *Bag[T]) MinBy[K cmp.Ordered](key func(T) K) *futures.Delayed[T] {
	return by(b, here("min"), key, func(x, y K) bool { return cmp.Less(y, x) })
}

// MaxBy returns the delayed element with the greatest key, the earliest of equals. An element whose key is NaN comes
// before all others. That of an empty bag is an error, [ErrEmpty]. key is called once an element.
func (b *Bag[T]) MaxBy[K cmp.Ordered](key func(T) K) *futures.Delayed[T] {
	return by(b, here("max"), key, func(x, y K) bool {
		if x != x || y != y {
			return x == x
		}
		return y > x
	})
}

// keyed is an element with its key.
type keyed[T, K any] struct {
	x   T
	key K
}

// by reduces to the element whose key is best: better reports whether the key y beats the key x of an earlier one.
func by[T any, K cmp.Ordered](b *Bag[T], st *stage, key func(T) K, better func(x, y K) bool) *futures.Delayed[T] {
	b = b.checked(st.op, key == nil)
	r := pick(nil, func(x, y keyed[T, K]) keyed[T, K] {
		if better(x.key, y.key) {
			return y
		}
		return x
	})
	return reduce(b, st, reducer[T, maybe[keyed[T, K]], T]{
		open: func(ps *pass) (func(T) bool, func() (maybe[keyed[T, K]], error)) {
			id := ps.mark(st)
			push, partial := r.open(ps)
			return func(x T) bool {
				ps.at = id
				return push(keyed[T, K]{x, key(x)})
			}, partial
		},
		merge: r.merge,
		finish: func(m maybe[keyed[T, K]]) (T, error) {
			k, err := r.finish(m)
			return k.x, err
		},
	})
}
