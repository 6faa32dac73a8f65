package bag

import (
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// fanIn is how many partial results one task combines. Dask's split_every is 8 too; partial results are small, and a
// wider tree is a flatter one.
const fanIn = 8

// reducer is a reduction of elements T by way of partial results A to a result R.
type reducer[T, A, R any] struct {
	// open begins a partition: push takes its elements, and partial gives its result at the end.
	open func(ps *pass) (push func(T) bool, partial func() (A, error))
	// merge combines the partial results of neighbours, the left one first. It may change and return a.
	merge func(a, b A) (A, error)
	// finish turns the whole bag's partial result into the answer.
	finish func(A) (R, error)
	// bytes estimates the size of a partial result; nil: nothing to speak of.
	bytes func(A) int64
}

// reduce returns the delayed result of r over b.
func reduce[T, A, R any](b *Bag[T], st *stage, r reducer[T, A, R]) *futures.Delayed[R] {
	if b.err != nil {
		return futures.Fail[R](b.err)
	}
	return futures.Lowered[R](func(p *sched.Plan) (sched.TaskID, error) { return lowerReduce(p, b, st, r) })
}

// here returns a stage at the user's line.
func here(op string) *stage { return &stage{op, site.User()} }

// lowerReduce adds the passes over b's partitions, the tree that combines their results, and the task that finishes.
func lowerReduce[T, A, R any](p *sched.Plan, b *Bag[T], st *stage, r reducer[T, A, R]) (sched.TaskID, error) {
	sw, err := sweepOf(p, b.root)
	if err != nil {
		return 0, err
	}
	k := sw.add(func(ps *pass) func() (any, int64, error) {
		push, partial := r.open(ps)
		b.demand(ps, func() func(T) bool { return push })
		return func() (any, int64, error) {
			a, err := partial()
			if err != nil || r.bytes == nil {
				return a, 0, err
			}
			return a, r.bytes(a), nil
		}
	})
	combine := func(t *sched.Task, in []any, get func(any) A) (any, error) {
		if len(in) == 0 {
			_, partial := r.open(newPass(t.Context(), 0, nil))
			return partial()
		}
		acc := get(in[0])
		for _, x := range in[1:] {
			if err := t.Err(); err != nil {
				return nil, err
			}
			var err error
			if acc, err = r.merge(acc, get(x)); err != nil {
				return nil, err
			}
		}
		if r.bytes != nil {
			t.SetBytes(r.bytes(acc))
		}
		return acc, nil
	}
	leaf := p.Op(sched.Op{Name: st.op, Site: st.at, Run: func(t *sched.Task, in []any) (any, error) {
		return combine(t, in, func(v any) A { return v.([]any)[k].(A) })
	}})
	inner := p.Op(sched.Op{Name: st.op, Site: st.at, Run: func(t *sched.Task, in []any) (any, error) {
		return combine(t, in, func(v any) A { return v.(A) })
	}})
	top, err := tree{p, sw, leaf, inner}.add(0, b.root.parts)
	if err != nil {
		return 0, err
	}
	return p.Add(p.Op(sched.Op{Name: st.op, Site: st.at, Run: func(_ *sched.Task, in []any) (any, error) {
		return r.finish(in[0].(A))
	}}), 0, top), nil
}

// tree adds combining tasks depth first, so that few partial results are alive at once.
type tree struct {
	plan        *sched.Plan
	sw          *sweep
	leaf, inner sched.OpID
}

// add returns the task that combines partitions lo up to hi. Its shape depends on their number alone.
func (t tree) add(lo, hi int) (sched.TaskID, error) {
	var in []sched.TaskID
	if hi-lo <= fanIn {
		for p := lo; p < hi; p++ {
			id, err := t.sw.task(p)
			if err != nil {
				return 0, err
			}
			in = append(in, id)
		}
		return t.plan.Add(t.leaf, lo, in...), nil
	}
	span := fanIn
	for span*fanIn < hi-lo {
		span *= fanIn
	}
	for p := lo; p < hi; p += span {
		id, err := t.add(p, min(hi, p+span))
		if err != nil {
			return 0, err
		}
		in = append(in, id)
	}
	return t.plan.Add(t.inner, lo, in...), nil
}
