package bag

import (
	"context"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// Lower implements sched.Lazy: one task a partition, whose result is the partition's elements, a []T.
func (b *Bag[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	if b.err != nil {
		return nil, b.err
	}
	h, err := b.holder(p)
	if err != nil {
		return nil, err
	}
	out := make([]sched.TaskID, b.root.parts)
	for q := range out {
		if out[q], err = h.task(q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holder adds, for the partitions asked for, the tasks that hold their elements.
type holder struct {
	sw    *sweep
	op    sched.OpID
	tasks map[int]sched.TaskID
}

// holder returns the plan's one holder of b.
func (b *Bag[T]) holder(p *sched.Plan) (*holder, error) {
	return sched.Share(p, b, func() (*holder, error) { return b.hold(p, -1) })
}

// aheadMax bounds the elements that memory is made for before they are there.
const aheadMax = 1 << 20

// hold returns a holder of the first limit elements of each partition, all if limit is negative.
func (b *Bag[T]) hold(p *sched.Plan, limit int) (*holder, error) {
	sw, err := sweepOf(p, b.root)
	if err != nil {
		return nil, err
	}
	codec, guess := listCodecOf[T](), b.size.guess
	if limit >= 0 {
		guess = func(int) int64 { return 0 }
	}
	k := sw.add(sink{codec, guess, func(ps *pass) func() (any, int64, error) {
		var items []T
		if n := b.size.count(ps.part); n > 0 && limit < 0 {
			items = make([]T, 0, min(n, aheadMax))
		}
		b.demand(ps, func() func(T) bool {
			return func(x T) bool {
				items = append(items, x)
				return len(items) != limit
			}
		})
		return func() (any, int64, error) { return items, pack.SizeOf(items), nil }
	}})
	op := p.Op(sched.Op{
		Name: b.stage.op, Site: b.stage.at, Label: b.root.name, Bytes: guess, Codec: codec,
		Run: func(t *sched.Task, in []any) (any, error) {
			items := in[0].(*outcome).take(k).([]T)
			t.SetBytes(pack.SizeOf(items))
			return items, nil
		},
	})
	return &holder{sw, op, map[int]sched.TaskID{}}, nil
}

// task returns the task that holds partition q.
func (h *holder) task(q int) (sched.TaskID, error) {
	if id, ok := h.tasks[q]; ok {
		return id, nil
	}
	id, err := h.sw.task(q)
	if err != nil {
		return 0, err
	}
	id = h.sw.plan.Add(h.op, q, id)
	h.tasks[q] = id
	return id, nil
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
