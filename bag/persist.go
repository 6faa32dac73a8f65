package bag

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Persist starts to compute the bag in the background and returns at once with a bag of the same elements and
// partitions that reads them from memory.
//
// The new bag can be used while it is computed: what uses a partition waits for that partition. [Bag.Wait] blocks
// until all are there and returns the error that also everything computed from the bag returns. The elements are held
// until [Bag.Release], or until the bag is garbage; their own words are counted as memory, what they point to is not.
// When ctx ends before the computation has, the computation is cancelled. Persisting a persisted bag gives it back.
func (b *Bag[T]) Persist(ctx context.Context, opts ...sched.Option) *Bag[T] {
	if b.err != nil || b.run != nil {
		return b
	}
	run := sched.Start(ctx, []sched.Lazy{b}, opts...)
	r := &root{
		stage: &stage{"persist", site.User()}, parts: b.root.parts, label: b.root.label,
		needs: func(plan *sched.Plan, p int) ([]sched.TaskID, error) {
			return []sched.TaskID{plan.AddExternal(run.Output(0, p))}, nil
		},
		width: one,
	}
	out := held[T](r)
	out.run = run
	return out
}

// one is the width of roots that read one task's result a partition.
func one(int) int { return 1 }

// held returns the bag of a root each of whose partitions is the []T that its one input task gave.
func held[T any](r *root) *Bag[T] {
	return newRoot(r, func(ps *pass, push func() func(T) bool) {
		ps.walk = func() error { return eachOf(ps.ctx, ps.in[0].([]T), push()) }
	})
}

// Wait blocks until a persisted bag is in memory, and returns the error of its computation. If ctx ends first, the
// computation is cancelled and the cause of ctx's end returned. A bag that is not persisted has nothing to wait for.
func (b *Bag[T]) Wait(ctx context.Context) error {
	if b.run == nil {
		return b.err
	}
	return b.run.Wait(ctx)
}

// Progress returns how many of the tasks that persist the bag have run, and how many there are; 0 and 0 for a bag that
// is not persisted.
func (b *Bag[T]) Progress() (done, total int) {
	if b.run == nil {
		return 0, 0
	}
	return b.run.Progress()
}

// Bytes returns the memory that the elements of a persisted bag hold, without what they point to; 0 for one that is
// not persisted.
func (b *Bag[T]) Bytes() int64 {
	if b.run == nil {
		return 0
	}
	return b.run.Bytes()
}

// Release frees the elements of a persisted bag, cancelling its computation if that is under way. What uses the bag
// afterwards fails with [sched.ErrReleased]. It does nothing to a bag that is not persisted.
func (b *Bag[T]) Release() {
	if b.run != nil {
		b.run.Cancel(sched.ErrReleased)
		b.run.Release()
	}
}
