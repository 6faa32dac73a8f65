package bag

import (
	"fmt"
	"io"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// Pair is a key and what belongs to it.
type Pair[K, V any] struct {
	Key   K
	Value V
}

// String returns "key: value".
func (p Pair[K, V]) String() string { return fmt.Sprintf("%v: %v", p.Key, p.Value) }

// FoldBy folds the elements of every key into an accumulator of its own, and returns the bag of the keys with their
// accumulators, in order of the keys' first appearance, in one partition.
//
// Lazy. A key's accumulator starts from zero() in every partition, takes the elements in order with add, and the
// partitions' accumulators are combined in order with merge; zero must give an identity of merge. add and merge may
// change their first argument and return it. One accumulator a key and partition under way is held, no elements:
// prefer it to [GroupBy] wherever the groups are only passed through. Keys are compared with ==, so every NaN is a key
// of its own. key, zero, add and merge may be called on several workers at once. Dask: Bag.foldby, which applies its
// initial value once a node of the tree.
func (b *Bag[T]) FoldBy[K comparable, A any](key func(T) K, zero func() A, add func(A, T) A,
	merge func(A, A) A) *Bag[Pair[K, A]] {
	st := here("foldby")
	return gathered(b, st, tableOf(st, key, zero, add, merge))
}

// table is accumulators by key, in order of first appearance.
type table[K comparable, A any] struct {
	at    map[K]int
	pairs []Pair[K, A]
}

func newTable[K comparable, A any]() *table[K, A] { return &table[K, A]{at: map[K]int{}} }

// tableOf is the reducer to a table.
func tableOf[T any, K comparable, A any](st *stage, key func(T) K, zero func() A, add func(A, T) A,
	merge func(A, A) A) reducer[T, *table[K, A], []Pair[K, A]] {
	return reducer[T, *table[K, A], []Pair[K, A]]{
		open: func(ps *pass) (func(T) bool, func() (*table[K, A], error)) {
			id, t := ps.mark(st), newTable[K, A]()
			push := func(x T) bool {
				ps.at = id
				k := key(x)
				i, ok := t.at[k]
				if !ok {
					i = t.insert(Pair[K, A]{k, zero()})
				}
				t.pairs[i].Value = add(t.pairs[i].Value, x)
				return true
			}
			return push, func() (*table[K, A], error) { return t, nil }
		},
		merge: func(a, b *table[K, A]) (*table[K, A], error) {
			for _, p := range b.pairs {
				if i, ok := a.at[p.Key]; ok {
					a.pairs[i].Value = merge(a.pairs[i].Value, p.Value)
				} else {
					a.insert(p)
				}
			}
			return a, nil
		},
		finish: func(t *table[K, A]) ([]Pair[K, A], error) { return t.pairs, nil },
		bytes:  (*table[K, A]).bytes,
		codec:  tableCodecOf[K, A](),
	}
}

// tableCodec writes the pairs of a table; the places of its keys are found anew.
type tableCodec[K comparable, A any] struct{}

func tableCodecOf[K comparable, A any]() sched.Codec {
	if !pack.Of[Pair[K, A]]().CanWrite() {
		return nil
	}
	return tableCodec[K, A]{}
}

// Encode implements sched.Codec.
func (tableCodec[K, A]) Encode(w io.Writer, v any) error {
	return pack.Write(w, v.(*table[K, A]).pairs)
}

// Decode implements sched.Codec.
func (tableCodec[K, A]) Decode(r io.Reader) (any, error) {
	pairs, err := pack.Read[Pair[K, A]](r)
	if err != nil {
		return nil, err
	}
	t := &table[K, A]{make(map[K]int, len(pairs)), pairs}
	for i, p := range pairs {
		t.at[p.Key] = i
	}
	return t, nil
}

// insert adds a key that is not there, and returns its place.
func (t *table[K, A]) insert(p Pair[K, A]) int {
	t.at[p.Key] = len(t.pairs)
	t.pairs = append(t.pairs, p)
	return len(t.pairs) - 1
}

// bytes estimates the table's own memory: the pairs, and the map, whose slots are three quarters full on average.
func (t *table[K, A]) bytes() int64 {
	return pack.SizeOf(t.pairs) + t.placesBytes()
}

// placesBytes estimates the memory of the map.
func (t *table[K, A]) placesBytes() int64 {
	return int64(len(t.at)) * (pack.Of[K]().Size() + 9) * 4 / 3
}
