package bag

import (
	"context"
	"unsafe"

	"github.com/gomagpie/magpie/sched"
)

// Lower implements sched.Lazy: one task a partition, whose result is the partition's elements, a []T.
func (b *Bag[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	if b.err != nil {
		return nil, b.err
	}
	return sched.Share(p, b, func() ([]sched.TaskID, error) { return b.lower(p, 0, b.root.parts, -1) })
}

// lower adds the tasks that hold partitions lo up to hi, or the first limit elements of each if limit is not
// negative.
func (b *Bag[T]) lower(p *sched.Plan, lo, hi, limit int) ([]sched.TaskID, error) {
	sw, err := sweepOf(p, b.root)
	if err != nil {
		return nil, err
	}
	k := sw.add(func(ps *pass) func() (any, int64, error) {
		var items []T
		b.demand(ps, func() func(T) bool {
			return func(x T) bool {
				items = append(items, x)
				return len(items) != limit
			}
		})
		return func() (any, int64, error) { return items, sliceBytes(items), nil }
	})
	take := p.Op(sched.Op{
		Name: b.stage.op, Site: b.stage.at, Label: b.root.name, Cheap: true,
		Run: func(t *sched.Task, in []any) (any, error) {
			items := in[0].([]any)[k].([]T)
			t.SetBytes(sliceBytes(items))
			return items, nil
		},
	})
	var out []sched.TaskID
	for q := lo; q < hi; q++ {
		id, err := sw.task(q)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Add(take, q, id))
	}
	return out, nil
}

// sliceBytes is the memory of a slice itself, not of what its elements point to: walking those would cost more than
// the number is worth.
func sliceBytes[T any](items []T) int64 {
	var zero T
	return int64(cap(items)) * int64(unsafe.Sizeof(zero))
}

// Compute reads the bag now and returns all its elements in order.
//
// It holds every element, and for a moment twice the memory of the elements' own words. The result of an empty bag is
// nil. The first failure in partition order is returned, as a *sched.TaskError; no part of the elements comes with
// it.
func (b *Bag[T]) Compute(ctx context.Context, opts ...sched.Option) ([]T, error) {
	parts, err := sched.Compute(ctx, []sched.Lazy{b}, opts...)
	if err != nil {
		return nil, err
	}
	return join[T](parts[0]), nil
}

// join returns the elements of partitions in one slice.
func join[T any](parts []any) []T {
	n := 0
	for _, p := range parts {
		n += len(p.([]T))
	}
	if n == 0 {
		return nil
	}
	out := make([]T, 0, n)
	for _, p := range parts {
		out = append(out, p.([]T)...)
	}
	return out
}

// lazyFunc is a sched.Lazy of one function.
type lazyFunc func(p *sched.Plan) ([]sched.TaskID, error)

func (f lazyFunc) Lower(p *sched.Plan) ([]sched.TaskID, error) { return f(p) }

// Take returns the first k elements, fewer if the bag has fewer, and reads no more than it needs: partition after
// partition, and of the last only as far as the k-th element.
//
// So it does not use several workers; to search a large bag for something rare, filter and compute. A negative k
// takes none. Dask: Bag.take, which looks at the first partition alone.
func (b *Bag[T]) Take(ctx context.Context, k int, opts ...sched.Option) ([]T, error) {
	if b.err != nil {
		return nil, b.err
	}
	var out []T
	for q := 0; q < b.root.parts && len(out) < k; q++ {
		part := lazyFunc(func(p *sched.Plan) ([]sched.TaskID, error) { return b.lower(p, q, q+1, k-len(out)) })
		r, err := sched.Compute(ctx, []sched.Lazy{part}, opts...)
		if err != nil {
			return nil, err
		}
		out = append(out, r[0][0].([]T)...)
	}
	return out, nil
}
