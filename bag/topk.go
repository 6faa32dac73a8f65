package bag

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/gomagpie/magpie/internal/pack"
)

// TopK returns the bag of the k greatest elements, in descending order, in one partition; all if there are fewer.
//
// Lazy; it holds at most 2k elements a partition under way. NaN counts as less than all. A negative k is an error,
// kept in the bag. For the least, use [Bag.TopKBy] with a key that turns the order. Dask: Bag.topk.
func TopK[T cmp.Ordered](b *Bag[T], k int) *Bag[T] { return topK(b, here("topk"), k, itself[T]) }

// TopKBy returns the bag of the k elements with the greatest keys, in descending order of keys, in one partition. Of
// equal keys the earlier element comes first.
//
// As [TopK]. key is called once an element, on several workers at once. Dask: Bag.topk with a key.
func (b *Bag[T]) TopKBy[K cmp.Ordered](k int, key func(T) K) *Bag[T] {
	return topK(b, here("topk"), k, key)
}

func topK[T any, K cmp.Ordered](b *Bag[T], st *stage, k int, key func(T) K) *Bag[T] {
	b = b.checked(st.op, key == nil)
	if b.err == nil && k < 0 {
		return Fail[T](fmt.Errorf("bag: topk at %s: k is %d", st.at, k))
	}
	return gathered(b, st, reducer[T, leaders[T, K], []T]{
		open: func(ps *pass) (func(T) bool, func() (leaders[T, K], error)) {
			id, top := ps.mark(st), list[keyed[T, K]]{m: ps.meter}
			full, least := false, *new(K) // the k-th key so far, which a later element must exceed
			push := func(x T) bool {
				ps.at = id
				kx := key(x)
				if full && cmp.Compare(kx, least) <= 0 {
					return true
				}
				if err := top.push(keyed[T, K]{x, kx}); err != nil {
					return ps.stop(err)
				}
				if len(top.items)-k >= k {
					if err := top.cut(leaders[T, K](top.items).cut(k)); err != nil {
						return ps.stop(err)
					}
					if full = k > 0; full {
						least = top.items[k-1].key
					}
				}
				return k > 0
			}
			return push, func() (leaders[T, K], error) { return leaders[T, K](top.items).cut(k), nil }
		},
		mergeTold: func(m *meter, a, b leaders[T, K]) (leaders[T, K], error) {
			// The longer list of both, as it is moved to a place for all.
			if err := m.grow(int64(len(a)+len(b)) * pack.Of[keyed[T, K]]().Size()); err != nil {
				return nil, err
			}
			return append(slices.Grow(a, len(b)), b...).cut(k), nil
		},
		finish: func(top leaders[T, K]) ([]T, error) {
			out := make([]T, len(top))
			for i, e := range top {
				out[i] = e.x
			}
			return out, nil
		},
		guess: func(p int) int64 { return min(b.size.thinned().guess(p), int64(k)*pack.Of[keyed[T, K]]().Size()) },
		bytes: func(top leaders[T, K]) int64 { return pack.SizeOf(top) },
	})
}

// leaders are elements in order of appearance, or, after cut, in descending order of keys.
type leaders[T any, K cmp.Ordered] []keyed[T, K]

// cut keeps the first k by descending key. Sorting 2k every k elements costs log k comparisons an element, as a heap
// does, and keeps equal keys in order without numbering them.
func (l leaders[T, K]) cut(k int) leaders[T, K] {
	slices.SortStableFunc(l, func(x, y keyed[T, K]) int { return cmp.Compare(y.key, x.key) })
	return l[:min(k, len(l))]
}
