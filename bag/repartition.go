package bag

import (
	"fmt"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Repartition returns the same elements in the same order in n partitions.
//
// Fewer partitions are neighbours read one after the other, and hold nothing. For more, each partition is computed,
// held whole, and cut into pieces of nearly equal length, some of them empty if it is short; n pieces are dealt evenly
// to the partitions without a look at their lengths. Fewer than one is an error, kept in the bag.
// Dask: Bag.repartition.
func (b *Bag[T]) Repartition(n int) *Bag[T] {
	b = b.checked("repartition")
	st := &stage{"repartition", site.User()}
	parts := b.root.parts
	switch {
	case b.err != nil || n == parts:
		return b
	case n < 1:
		return Fail[T](fmt.Errorf("bag: repartition at %s: %d partitions: at least 1 is needed", st.at, n))
	case parts == 0:
		return fromSlice([]T{}, n, st.op)
	case n < parts:
		return joined(st, n, parts/n+1, b.root.needs != nil, func(i int) (*Bag[T], int, int) {
			lo, hi := cut(parts, n, i)
			return b, lo, hi
		}, b)
	}
	return b.split(st, n)
}

// split returns b in n partitions, more than it has.
func (b *Bag[T]) split(st *stage, n int) *Bag[T] {
	parts := b.root.parts
	// from returns the partition that new partition i is cut from, and which of how many pieces it is.
	from := func(i int) (p, piece, pieces int) {
		p = int((uint64(i)*uint64(parts) + uint64(parts) - 1) / uint64(n))
		for {
			switch lo, hi := cut(n, parts, p); {
			case i < lo:
				p--
			case i >= hi:
				p++
			default:
				return p, i - lo, hi - lo
			}
		}
	}
	r := &root{stage: st, parts: n, width: one, apart: true}
	if b.root.label != nil {
		r.label = func(i int) string { p, _, _ := from(i); return b.root.label(p) }
	}
	r.needs = func(plan *sched.Plan, i int) ([]sched.TaskID, error) {
		p, _, _ := from(i)
		return b.partition(plan, p)
	}
	size := extent{}
	if b.size.bytes != nil {
		size.bytes = func(i int) int64 {
			p, _, pieces := from(i)
			return b.size.bytes(p) / int64(pieces)
		}
		size = size.after(1, b.size)
	}
	return newRoot(r, size, func(ps *pass, push func() func(T) bool) {
		ps.walk = func() error {
			items := ps.in[0].([]T)
			_, piece, pieces := from(ps.part)
			lo, hi := cut(len(items), pieces, piece)
			return eachOf(ps.ctx, items[lo:hi], push())
		}
	}, b)
}
