package bag

import (
	"context"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// lazyFunc is a sched.Lazy of one function.
type lazyFunc func(p *sched.Plan) ([]sched.TaskID, error)

func (f lazyFunc) Lower(p *sched.Plan) ([]sched.TaskID, error) { return f(p) }

// Take returns the first k elements, fewer if the bag has fewer, and reads no more than it needs: partition after
// partition, and of the last only as far as the k-th element.
//
// So it does not use several workers; to search a large bag for something rare, filter and compute. A negative k
// takes none. Dask: Bag.take, which looks at the first partition alone.
func (b *Bag[T]) Take(ctx context.Context, k int, opts ...sched.Option) ([]T, error) {
	b = b.checked("take")
	if b.err != nil {
		return nil, b.err
	}
	var out []T
	for q := 0; q < b.root.parts && len(out) < k; q++ {
		r, err := sched.Compute(ctx, []sched.Lazy{lazyFunc(func(p *sched.Plan) ([]sched.TaskID, error) {
			h, err := b.hold(p, k-len(out))
			if err != nil {
				return nil, err
			}
			// What was taken before is in memory too, and is booked as long as the partition is read and added to it.
			had := p.Add(p.Op(sched.Op{Name: "taken", Site: b.stage.at, Run: noResult,
				Bytes: func(int) int64 { return 2 * pack.SizeOf(out) }}), 0)
			p.Keep(had)
			id, err := h.task(q)
			return []sched.TaskID{id}, err
		})}, opts...)
		if err != nil {
			return nil, err
		}
		out = append(out, r[0][0].([]T)...)
	}
	return out, nil
}

// noResult is the code of a task that stands for memory which is there already.
func noResult(*sched.Task, []any) (any, error) { return nil, nil }
