package bag

// Map returns the bag of f(x) for every element x.
//
// Lazy; runs within the pass that consumes it and holds no element. Order and partitions are those of b. f may be
// called on several workers at once. A panic in f is an error that names the partition and the line of this call.
// Dask: Bag.map.
func (b *Bag[T]) Map[U any](f func(T) U) *Bag[U] {
	b = b.checked("map", f == nil)
	var out *Bag[U]
	out = derive(b, "map", mapped[T, U](b.size), func(ps *pass, push func() func(U) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			return func(x T) bool {
				ps.at = id
				return yield(f(x))
			}
		})
	})
	return out
}

// TryMap returns the bag of f(x) for every element x, where f may fail.
//
// As [Bag.Map]; the first error in input order within a partition ends the computation, which returns it wrapped in the
// line of this call and in a *sched.TaskError that names the partition.
func (b *Bag[T]) TryMap[U any](f func(T) (U, error)) *Bag[U] {
	b = b.checked("map", f == nil)
	var out *Bag[U]
	out = derive(b, "map", mapped[T, U](b.size), func(ps *pass, push func() func(U) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			return func(x T) bool {
				ps.at = id
				y, err := f(x)
				if err != nil {
					return ps.fail(out.stage, err)
				}
				return yield(y)
			}
		})
	})
	return out
}
