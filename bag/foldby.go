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
	b = b.checked("foldby", key == nil, zero == nil, add == nil, merge == nil)
	st := here("foldby")
	return gathered(b, st, tableOf(st, key, zero, add, merge, (*table[K, A]).bytes))
}

// table is accumulators by key, in order of first appearance. The list is told as it grows; what keys and accumulators
// point to, by the gauge.
type table[K comparable, A any] struct {
	at map[K]int
	list[Pair[K, A]]
}

func newTable[K comparable, A any](m *meter) *table[K, A] {
	return &table[K, A]{map[K]int{}, list[Pair[K, A]]{m: m, aside: placeBytes[K](), bare: true}}
}

// tableOf is the reducer to a table. weigh estimates the table's memory.
func tableOf[T any, K comparable, A any](st *stage, key func(T) K, zero func() A, add func(A, T) A,
	merge func(A, A) A, weigh func(*table[K, A]) int64) reducer[T, *table[K, A], []Pair[K, A]] {
	flat := pack.Of[Pair[K, A]]().Flat()
	// told measures what the table's elements point to, when that is due.
	told := func(size *gauge, t *table[K, A]) error {
		if flat || !size.due() {
			return nil
		}
		return size.measured(weigh(t) - t.place())
	}
	return reducer[T, *table[K, A], []Pair[K, A]]{
		open: func(ps *pass) (func(T) bool, func() (*table[K, A], error)) {
			id, t := ps.mark(st), newTable[K, A](ps.meter)
			size := gauge{m: ps.meter}
			push := func(x T) bool {
				ps.at = id
				k := key(x)
				i, ok := t.at[k]
				if !ok {
					var err error
					if i, err = t.insert(Pair[K, A]{k, zero()}); err != nil {
						return ps.stop(err)
					}
				}
				t.items[i].Value = add(t.items[i].Value, x)
				if err := told(&size, t); err != nil {
					return ps.stop(err)
				}
				return true
			}
			return push, func() (*table[K, A], error) { return t, nil }
		},
		mergeTold: func(m *meter, a, b *table[K, A]) (*table[K, A], error) {
			a.m = m
			size := gaugeFrom(m, len(a.items), 0)
			if !flat {
				size.last = weigh(a) - a.place()
			}
			for _, p := range b.items {
				var err error
				if i, ok := a.at[p.Key]; ok {
					a.items[i].Value = merge(a.items[i].Value, p.Value)
				} else {
					_, err = a.insert(p)
				}
				if err == nil {
					err = told(&size, a)
				}
				if err != nil {
					return nil, err
				}
			}
			return a, nil
		},
		finish: func(t *table[K, A]) ([]Pair[K, A], error) { return t.items, nil },
		bytes:  weigh,
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
	return pack.Write(w, v.(*table[K, A]).items)
}

// Decode implements sched.Codec.
func (tableCodec[K, A]) Decode(r io.Reader) (any, error) {
	pairs, err := pack.Read[Pair[K, A]](r)
	if err != nil {
		return nil, err
	}
	t := newTable[K, A](nil)
	t.at, t.items = make(map[K]int, len(pairs)), pairs
	for i, p := range pairs {
		t.at[p.Key] = i
	}
	return t, nil
}

// insert adds a key that is not there, and returns its place.
func (t *table[K, A]) insert(p Pair[K, A]) (int, error) {
	n := len(t.items)
	if err := t.push(p); err != nil {
		return 0, err
	}
	t.at[p.Key] = n
	return n, nil
}

// bytes estimates the table's own memory.
func (t *table[K, A]) bytes() int64 { return pack.SizeOf(t.items) + int64(cap(t.items))*t.aside }

// place is the part of a table's memory that its list tells.
func (t *table[K, A]) place() int64 {
	return int64(cap(t.items)) * (pack.Of[Pair[K, A]]().Size() + t.aside)
}

// placeBytes estimates the memory of a key in the map of places, whose slots are two thirds full on average.
func placeBytes[K any]() int64 { return (pack.Of[K]().Size() + 9) * 3 / 2 }
