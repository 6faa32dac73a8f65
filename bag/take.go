package bag

import (
	"context"

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
