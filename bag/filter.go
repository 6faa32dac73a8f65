package bag

// Filter returns the bag of the elements for which keep is true.
//
// Lazy; runs within the pass that consumes it and holds no element. Order is kept, and so is the number of
// partitions, of which some may become empty. keep may be called on several workers at once. Dask: Bag.filter.
func (b *Bag[T]) Filter(keep func(T) bool) *Bag[T] {
	b = b.checked("filter", keep == nil)
	var out *Bag[T]
	out = derive(b, "filter", b.size.thinned(), func(ps *pass, push func() func(T) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			return func(x T) bool {
				ps.at = id
				return !keep(x) || yield(x)
			}
		})
	})
	return out
}

// Remove returns the bag of the elements for which drop is false: [Bag.Filter] the other way round. Dask: Bag.remove.
func (b *Bag[T]) Remove(drop func(T) bool) *Bag[T] {
	b = b.checked("remove", drop == nil)
	var out *Bag[T]
	out = derive(b, "remove", b.size.thinned(), func(ps *pass, push func() func(T) bool) {
		id := ps.mark(out.stage)
		b.demand(ps, func() func(T) bool {
			yield := push()
			return func(x T) bool {
				ps.at = id
				return drop(x) || yield(x)
			}
		})
	})
	return out
}
