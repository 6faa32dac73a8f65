package bag

import (
	"fmt"
	"iter"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Zip returns the bag of pairs of the elements of a and b that stand at the same place.
//
// Lazy; both stream side by side and nothing is held. Partitions are paired, so the two must have the same number of
// them, else the error is kept in the bag, and each pair of partitions the same length, else computing fails. Dask:
// bag.zip, which drops what is left over.
func Zip[T, U any](a *Bag[T], b *Bag[U]) *Bag[Pair[T, U]] {
	a, b = a.checked("zip"), b.checked("zip")
	st := &stage{"zip", site.User()}
	switch {
	case a.err != nil:
		return Fail[Pair[T, U]](a.err)
	case b.err != nil:
		return Fail[Pair[T, U]](b.err)
	case a.root.parts != b.root.parts:
		return Fail[Pair[T, U]](fmt.Errorf("bag: zip at %s: %d partitions and %d", st.at, a.root.parts, b.root.parts))
	}
	r := &root{stage: st, parts: a.root.parts, label: a.root.label}
	if a.root.needs != nil || b.root.needs != nil {
		r.needs = func(plan *sched.Plan, p int) (all []sched.TaskID, err error) {
			for _, o := range []*root{a.root, b.root} {
				if o.needs == nil {
					continue
				}
				in, err := o.needs(plan, p)
				if err != nil {
					return nil, err
				}
				all = append(all, in...)
			}
			return all, nil
		}
		r.width = func(p int) int { return a.root.inputs(p) + b.root.inputs(p) }
	}
	size := extent{rows: a.size.rows}
	if a.size.bytes != nil && b.size.bytes != nil {
		size.bytes = func(p int) int64 { return a.size.bytes(p) + b.size.bytes(p) }
		size = size.after(2, a.size, b.size)
	}
	return newRoot(r, size, func(ps *pass, push func() func(Pair[T, U]) bool) {
		ps.walk = func() error { return walkPairs(ps, a, b, push()) }
	}, a, b)
}

// walkPairs pushes the elements of a, and pulls one of b for each: two loops cannot both push.
func walkPairs[T, U any](ps *pass, a *Bag[T], b *Bag[U], yield func(Pair[T, U]) bool) error {
	n := a.root.inputs(ps.part)
	var failed error
	next, stop := iter.Pull(func(yield func(U) bool) {
		other := newPass(ps.ctx, ps.part, nil)
		other.meter = ps.meter
		failed = b.stream(other, ps.part, ps.in[n:], yield)
	})
	defer stop()
	count, short, more := 0, false, true
	err := a.stream(ps, ps.part, ps.in[:n], func(x T) bool {
		y, ok := next()
		if !ok {
			short = true
			return false
		}
		count++
		more = yield(Pair[T, U]{x, y})
		return more
	})
	switch {
	case err != nil || failed != nil:
		if err == nil {
			err = failed
		}
		return err
	case !more:
		return nil
	case short:
		return fmt.Errorf("bag: the second bag has %d elements here, the first has more", count)
	}
	if _, ok := next(); ok {
		return fmt.Errorf("bag: the first bag has %d elements here, the second has more", count)
	}
	return failed
}
