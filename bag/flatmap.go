package bag

import (
	"context"
	"iter"
)

// FlatMap returns the bag of the elements of f(x), in order, for every element x: one level is flattened.
//
// Lazy; runs within the pass that consumes it and holds only the slice of the element at hand, which f may reuse for
// no other call. Partitions are those of b. f may be called on several workers at once. Dask: Bag.map and
// Bag.flatten.
func (b *Bag[T]) FlatMap[U any](f func(T) []U) *Bag[U] {
	b = b.checked("flatmap", f == nil)
	var out *Bag[U]
	out = derive(b, "flatmap", b.size.thinned(), func(ps *pass, push func() func(U) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			return func(x T) bool {
				ps.at = id
				for _, y := range f(x) {
					if !yield(y) {
						return false
					}
				}
				return true
			}
		})
	})
	return out
}

// FlatMapSeq returns the bag of the values of the sequence f(x), in order, for every element x.
//
// As [Bag.FlatMap], without a slice: f's sequence may be long, since the computation's context is looked at while it
// runs. It is iterated once a pass, on one goroutine.
func (b *Bag[T]) FlatMapSeq[U any](f func(T) iter.Seq[U]) *Bag[U] {
	b = b.checked("flatmap", f == nil)
	var out *Bag[U]
	out = derive(b, "flatmap", b.size.thinned(), func(ps *pass, push func() func(U) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			n := 0
			return func(x T) bool {
				ps.at = id
				for y := range f(x) {
					if n++; n%pollEvery == 0 && ps.ctx.Err() != nil {
						return ps.stop(context.Cause(ps.ctx))
					}
					if !yield(y) {
						return false
					}
					ps.at = id
				}
				return true
			}
		})
	})
	return out
}
