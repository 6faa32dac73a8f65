package bag

import (
	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// gathered returns the bag of one partition that holds what r, whose result is the bag's elements, makes of b.
func gathered[T, A, U any](b *Bag[T], st *stage, r reducer[T, A, []U]) *Bag[U] {
	b = b.checked(st.op)
	if b.err != nil {
		return Fail[U](b.err)
	}
	if r.guess == nil {
		r.guess = b.size.thinned().guess
	}
	r.list = &listing[[]U]{pack.SizeOf[U], listCodecOf[U]()}
	out := &root{stage: st, parts: 1, width: one}
	out.needs = func(plan *sched.Plan, _ int) ([]sched.TaskID, error) {
		// Several roots may need this one's elements, and only roots are shared by themselves.
		id, err := sched.Share(plan, gatheredKey{out}, func() (sched.TaskID, error) {
			return lowerReduce(plan, b, st, r)
		})
		return []sched.TaskID{id}, err
	}
	return held[U](out, extent{}, b)
}

type gatheredKey struct{ r *root }
