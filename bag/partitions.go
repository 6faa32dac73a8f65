package bag

import (
	"context"
	"iter"

	"github.com/gomagpie/magpie/internal/site"
)

// MapPartitions returns the bag of what f makes of each partition as a whole: f ranges over the elements and calls
// yield for every element of the result, until yield returns false.
//
// Lazy; the elements stream through f, which holds what it keeps. f is called once a pass for every partition, also
// for empty ones, on several workers at once; its ctx ends when the computation does. If reading the partition fails,
// the sequence ends early and the failure is reported whatever f returns. An error of f ends the computation, which
// returns it wrapped in the line of this call. Dask: Bag.map_partitions.
func (b *Bag[T]) MapPartitions[U any](f func(ctx context.Context, part iter.Seq[T], yield func(U) bool) error) *Bag[U] {
	b = b.checked("map partitions", f == nil)
	st := &stage{"map partitions", site.User()}
	if b.err != nil {
		return Fail[U](b.err)
	}
	r := &root{stage: st, parts: b.root.parts, label: b.root.label, needs: b.root.needs, width: b.root.width}
	return newRoot(r, b.size.thinned(), func(ps *pass, push func() func(U) bool) {
		ps.walk = func() error {
			var failed error
			part := func(yield func(T) bool) {
				if err := b.stream(ps, ps.part, ps.in, yield); err != nil && failed == nil {
					failed = err
				}
			}
			yield, more := within(ps, push()), true
			err := f(ps.ctx, part, func(y U) bool {
				more = more && yield(y)
				return more
			})
			if failed != nil {
				return failed
			}
			return err
		}
	}, b)
}

// Partitions returns the bag whose elements are b's partitions, each as a slice: for work that needs one whole.
//
// Lazy; a partition is held while the function that consumes the bag runs on it.
func Partitions[T any](b *Bag[T]) *Bag[[]T] {
	b = b.checked("partitions")
	if b.err != nil {
		return Fail[[]T](b.err)
	}
	st := &stage{"partitions", site.User()}
	r := &root{stage: st, parts: b.root.parts, label: b.root.label, needs: b.partition, width: one, apart: true}
	return newRoot(r, extent{bytes: b.size.bytes}.after(1, b.size), func(ps *pass, push func() func([]T) bool) {
		ps.walk = func() error { push()(ps.in[0].([]T)); return nil }
	}, b)
}
