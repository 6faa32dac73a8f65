package bag

import (
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Concat returns the bag of b's elements followed by those of others, with all their partitions in that order.
//
// Lazy, and nothing is held. A bag may appear more than once; it is then read more than once. Dask: bag.concat.
func (b *Bag[T]) Concat(others ...*Bag[T]) *Bag[T] {
	type piece struct {
		b *Bag[T]
		p int
	}
	var pieces []piece
	var from []*Bag[T]
	held := false
	for _, o := range append([]*Bag[T]{b}, others...) {
		if o = o.checked("concat"); o.err != nil {
			return Fail[T](o.err)
		}
		from = append(from, o)
		held = held || o.root.needs != nil
		for p := range o.root.parts {
			pieces = append(pieces, piece{o, p})
		}
	}
	st := &stage{"concat", site.User()}
	return joined(st, len(pieces), 1, held, func(i int) (*Bag[T], int, int) {
		return pieces[i].b, pieces[i].p, pieces[i].p + 1
	}, from...)
}

// joined returns the bag whose partition i is partitions lo up to hi of another, at most so many, which of names. held
// says that any of the bags reads the results of tasks.
func joined[T any](st *stage, parts, most int, held bool, of func(i int) (b *Bag[T], lo, hi int),
	from ...*Bag[T]) *Bag[T] {
	r := &root{stage: st, parts: parts}
	r.label = func(i int) string {
		b, lo, _ := of(i)
		if b.root.label == nil {
			return ""
		}
		return b.root.label(lo)
	}
	if held {
		r.needs, r.width = joinedNeeds(of)
	}
	size, up := joinedExtent(of), make([]upstream, len(from))
	for i, b := range from {
		up[i] = b
		size = size.after(most, b.size)
	}
	return newRoot(r, size, func(ps *pass, push func() func(T) bool) {
		ps.walk = func() error {
			yield, more := push(), true
			b, lo, hi := of(ps.part)
			in := ps.in
			for p := lo; p < hi && more; p++ {
				n := b.root.inputs(p)
				err := b.stream(ps, p, in[:n], func(x T) bool {
					more = yield(x)
					return more
				})
				if err != nil {
					return err
				}
				in = in[n:]
			}
			return nil
		}
	}, up...)
}

// joinedExtent returns the extent of a joined bag. What is not known of one partition counts as nothing.
func joinedExtent[T any](of func(i int) (b *Bag[T], lo, hi int)) extent {
	return extent{bytes: func(i int) (total int64) {
		b, lo, hi := of(i)
		for p := lo; p < hi; p++ {
			total += b.size.guess(p)
		}
		return total
	}}
}

// joinedNeeds returns the needs and the width of a joined root.
func joinedNeeds[T any](of func(i int) (b *Bag[T], lo, hi int)) (
	needs func(plan *sched.Plan, i int) ([]sched.TaskID, error), width func(i int) int) {
	needs = func(plan *sched.Plan, i int) ([]sched.TaskID, error) {
		var all []sched.TaskID
		b, lo, hi := of(i)
		for p := lo; p < hi && b.root.needs != nil; p++ {
			in, err := b.root.needs(plan, p)
			if err != nil {
				return nil, err
			}
			all = append(all, in...)
		}
		return all, nil
	}
	width = func(i int) int {
		n := 0
		b, lo, hi := of(i)
		for p := lo; p < hi; p++ {
			n += b.root.inputs(p)
		}
		return n
	}
	return needs, width
}
