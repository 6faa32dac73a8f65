package bag

import (
	"context"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// Lower implements sched.Lazy: one task a partition, whose result is the partition's elements, a []T.
func (b *Bag[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	b = b.checked("lower")
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
		got := list[T]{m: ps.meter}
		b.demand(ps, func() func(T) bool {
			if n := b.size.count(ps.part); n > 0 && limit < 0 {
				got.ahead(min(n, aheadMax))
			}
			return func(x T) bool {
				if err := got.push(x); err != nil {
					return ps.stop(err)
				}
				return len(got.items) != limit
			}
		})
		return func() (any, int64, error) { return got.items, pack.SizeOf(got.items), nil }
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
// It holds every element, and for a moment twice the memory of the elements' own words: under a memory limit, more than
// that allows is a [sched.MemoryError]. The result of an empty bag is nil. The first failure in partition order is returned, as a *sched.TaskError; no part of the elements comes with
// it.
func (b *Bag[T]) Compute(ctx context.Context, opts ...sched.Option) ([]T, error) {
	b = b.checked("compute")
	out, err := sched.Compute(ctx, []sched.Lazy{lazyFunc(b.lowerJoined)}, opts...)
	if err != nil {
		return nil, err
	}
	return out[0][0].([]T), nil
}

// lowerJoined adds the task whose result is all elements.
func (b *Bag[T]) lowerJoined(p *sched.Plan) ([]sched.TaskID, error) {
	parts, err := b.Lower(p)
	if err != nil {
		return nil, err
	}
	codec, guess := listCodecOf[T](), func(int) (total int64) {
		for q := range b.root.parts {
			total += b.size.guess(q)
		}
		return total
	}
	op := p.Op(sched.Op{Name: "compute", Site: b.stage.at, Bytes: guess, Codec: codec, Run: func(t *sched.Task, in []any) (any, error) {
		n := 0
		for _, part := range in {
			n += len(part.([]T))
		}
		m := meter{t: t, booked: guess(0)}
		if err := m.grow(int64(n) * pack.Of[T]().Size()); err != nil {
			return nil, err
		}
		all := join[T](in)
		t.SetBytes(pack.SizeOf(all))
		return all, nil
	}})
	return []sched.TaskID{p.Add(op, 0, parts...)}, nil
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
