package bag

import (
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/pack"
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
	// mergeTold is merge for partial results that may grow large: it tells so as they grow. May be nil.
	mergeTold func(m *meter, a, b A) (A, error)
	// finish turns the whole bag's partial result into the answer.
	finish func(A) (R, error)
	// bytes estimates the size of a partial result; nil: as pack does from the type.
	bytes func(A) int64
	// codec writes partial results; nil: as pack can.
	codec sched.Codec
	// guess says what partition p's partial result may take at most before it is there; nil: nothing to speak of.
	guess func(p int) int64
	// list is set if R is the elements of a bag: how to count and write them.
	list *listing[R]
}

// listing is how a result that is a slice is counted and written.
type listing[R any] struct {
	bytes func(R) int64
	codec sched.Codec
}

// smallPart is the size of a partial result that is not worth counting.
const smallPart = 1 << 10

// complete fills in what r leaves to the type of its partial results.
func (r reducer[T, A, R]) complete() reducer[T, A, R] {
	if t := pack.Of[A](); r.bytes == nil && !(t.Flat() && t.Size() < smallPart) {
		r.bytes = func(a A) int64 { return pack.SizeOf([]A{a}) }
	}
	if r.codec == nil {
		r.codec = partCodecOf[A]()
	}
	if r.guess == nil {
		r.guess = func(int) int64 { return 0 }
	}
	if r.list == nil {
		r.list = &listing[R]{}
	}
	return r
}

// reduce returns the delayed result of r over b.
func reduce[T, A, R any](b *Bag[T], st *stage, r reducer[T, A, R]) *futures.Delayed[R] {
	b = b.checked(st.op)
	return futures.Lowered[R](st.op, st.at, b, b.err, func(p *sched.Plan) (sched.TaskID, error) { return lowerReduce(p, b, st, r) })
}

// here returns a stage at the user's line.
func here(op string) *stage { return &stage{op, site.User()} }

// lowerReduce adds the passes over b's partitions, the tree that combines their results, and the task that finishes.
func lowerReduce[T, A, R any](p *sched.Plan, b *Bag[T], st *stage, r reducer[T, A, R]) (sched.TaskID, error) {
	sw, err := sweepOf(p, b.root)
	if err != nil {
		return 0, err
	}
	r = r.complete()
	k := sw.add(sink{r.codec, r.guess, func(ps *pass) func() (any, int64, error) {
		push, partial := r.open(ps)
		b.demand(ps, func() func(T) bool { return push })
		return func() (any, int64, error) {
			a, err := partial()
			if err != nil || r.bytes == nil {
				return a, 0, err
			}
			return a, r.bytes(a), nil
		}
	}})
	combining := func(slot int) sched.OpID {
		return p.Op(sched.Op{
			Name: st.op, Site: st.at, Codec: codecFor(r.codec),
			Run: func(t *sched.Task, in []any) (any, error) { return r.combine(t, in, slot) },
		})
	}
	top, err := tree{p, sw, combining(k), combining(0)}.add(0, b.root.parts)
	if err != nil {
		return 0, err
	}
	return p.Add(p.Op(sched.Op{Name: st.op, Site: st.at, Run: r.last, Codec: r.list.codec}), 0, top), nil
}

// combine merges the partial results in the given slot of outcomes.
func (r reducer[T, A, R]) combine(t *sched.Task, in []any, slot int) (any, error) {
	if len(in) == 0 {
		_, partial := r.open(newPass(t.Context(), 0, nil))
		a, err := partial()
		return outcomeOf(a, r.codec), err
	}
	acc := as[A](in[0].(*outcome).take(slot))
	m := &meter{t: t}
	size := gaugeFrom(m, 0, 0)
	if r.bytes != nil {
		size.last = r.bytes(acc) // it is charged where it came from
	}
	for _, x := range in[1:] {
		if err := t.Err(); err != nil {
			return nil, err
		}
		more := as[A](x.(*outcome).take(slot))
		var err error
		if r.mergeTold != nil {
			acc, err = r.mergeTold(m, acc, more)
		} else {
			acc, err = r.mergeWeighed(m, &size, acc, more)
		}
		if err != nil {
			return nil, err
		}
	}
	if r.bytes != nil {
		t.SetBytes(r.bytes(acc))
	}
	return outcomeOf(acc, r.codec), nil
}

// mergeWeighed merges. What comes of large partial results may lie beside both, so that much is asked for before.
func (r reducer[T, A, R]) mergeWeighed(m *meter, size *gauge, a, b A) (A, error) {
	if r.bytes == nil {
		return r.merge(a, b)
	}
	both := r.bytes(a) + r.bytes(b)
	if err := m.grow(both); err != nil {
		return a, err
	}
	a, err := r.merge(a, b)
	if err == nil {
		err = size.measured(r.bytes(a))
	}
	if err == nil {
		err = m.grow(-both)
	}
	return a, err
}

// last is the task that finishes.
func (r reducer[T, A, R]) last(t *sched.Task, in []any) (any, error) {
	o := in[0].(*outcome)
	a := as[A](o.take(0))
	out, err := r.finish(a)
	switch {
	case err != nil:
		o.back(0, a)
	case r.list.bytes != nil:
		t.SetBytes(r.list.bytes(out))
	}
	return out, err
}

// as returns v as an A. If A is an interface, its nil has lost the type on the way.
func as[A any](v any) A {
	a, _ := v.(A)
	return a
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
