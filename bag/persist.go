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
// until [Bag.Release], or until the bag and all that is made of it are unreachable; futures.Held lists them. A bag that is
// dropped before it has been computed is not computed any further. When ctx ends before the computation has, the
// computation is cancelled. Persisting a persisted bag gives it back.
//
// Memory: a partition is counted with what its elements point to, exactly if that is nothing, else by an estimate from
// 64 of them. Under a memory limit, partitions that do not fit wait on disk, and each use reads them back, if the
// elements are made of numbers, booleans, strings, arrays, slices, maps, structs (whatever fields are exported) and
// time.Time alone. Elements with pointers, interfaces, functions or channels in them are counted too, but stay in
// memory: what came back would be other pointers.
func (b *Bag[T]) Persist(ctx context.Context, opts ...sched.Option) *Bag[T] {
	b = b.checked("persist")
	if b.err != nil || b.p != nil {
		return b
	}
	at := site.User()
	kept := sched.Persist(ctx, b.stage.op, at, []sched.Lazy{b}, opts...)
	r := &root{
		stage: &stage{"persist", at}, parts: b.root.parts, label: b.root.label,
		needs: func(plan *sched.Plan, p int) ([]sched.TaskID, error) {
			return []sched.TaskID{plan.AddExternal(kept.Output(0, p))}, nil
		},
		width: one,
	}
	out := held[T](r, b.size)
	out.p = kept
	return out
}

// one is the width of roots that read one task's result a partition.
func one(int) int { return 1 }

// held returns the bag of a root each of whose partitions is the []T that its one input task gave.
func held[T any](r *root, size extent, from ...upstream) *Bag[T] {
	r.apart = true
	return newRoot(r, size, func(ps *pass, push func() func(T) bool) {
		ps.walk = func() error { return eachOf(ps.ctx, ps.in[0].([]T), push()) }
	}, from...)
}

// Wait blocks until a persisted bag is in memory, and returns the error of its computation, or until ctx ends, and
// returns the cause of that; the computation goes on. A bag that is not persisted has nothing to wait for: Wait returns
// its Err.
func (b *Bag[T]) Wait(ctx context.Context) error {
	b = b.checked("wait")
	if b.p == nil {
		return b.err
	}
	return b.p.Wait(ctx)
}

// Done returns a channel that is closed when a persisted bag is in memory or has failed, and is closed already if the
// bag is not persisted: when [Bag.Wait] would return at once.
func (b *Bag[T]) Done() <-chan struct{} {
	b = b.checked("done")
	if b.p == nil {
		return closed
	}
	return b.p.Done()
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// Progress returns how many of the tasks that persist the bag have run, and how many there are; 0 and 0 for a bag that
// is not persisted.
func (b *Bag[T]) Progress() (done, total int) {
	b = b.checked("progress")
	if b.p == nil {
		return 0, 0
	}
	return b.p.Progress()
}

// Bytes returns the memory that the elements of a persisted bag hold by now, as [Bag.Persist] counts it and without what a
// memory limit has sent to disk; 0 for one that is not persisted.
func (b *Bag[T]) Bytes() int64 {
	b = b.checked("bytes")
	if b.p == nil {
		return 0
	}
	return b.p.Bytes()
}

// Release frees the elements of a persisted bag, cancelling its computation if that is under way. What uses the bag
// afterwards fails with [sched.ErrReleased]. It does nothing to a bag that is not persisted.
func (b *Bag[T]) Release() {
	b = b.checked("release")
	if b.p != nil {
		b.p.Release()
	}
}
