package bag

import (
	"context"
	"fmt"

	"github.com/gomagpie/magpie/internal/site"
)

// Source produces the elements of a bag, for packages that read files and for anyone who has data of their own shape.
// It is safe for concurrent use: partitions are read at once, and one may be read again.
type Source[T any] interface {
	// NumPartitions returns the number of partitions. It is asked once, when the bag is built.
	NumPartitions() int
	// Each calls yield for every element of partition p in order until yield returns false, which is not an error.
	// It looks at ctx every block of input or few thousand elements, and returns context.Cause(ctx) when it has
	// ended. An error says where in the input it happened.
	Each(ctx context.Context, p int, yield func(T) bool) error
	// Label names partition p in errors, as the file's name; "" if it has none.
	Label(p int) string
}

// FromSource returns the bag of what s produces.
//
// Nothing is read until a computation asks, and then no more than it needs; a source is read once for all
// computations that are made together. The order is that of the source. An error of the source is the cause of a
// *sched.TaskError that names the partition and the line that called.
func FromSource[T any](s Source[T]) *Bag[T] { return fromSource(s, "read") }

func fromSource[T any](s Source[T], op string) *Bag[T] {
	st := &stage{op, site.User()}
	if s == nil {
		return Fail[T](fmt.Errorf("bag: %s at %s: the source is nil", op, st.at))
	}
	n := s.NumPartitions()
	if n < 0 {
		return Fail[T](fmt.Errorf("bag: %s at %s: %d partitions", op, st.at, n))
	}
	var size extent
	if sz, ok := s.(Sizer); ok {
		size.bytes = sz.Bytes
	}
	r := &root{stage: st, parts: n, label: s.Label}
	if sc, ok := s.(Scratcher); ok {
		r.scratch = sc.Scratch
	}
	return newRoot(r, size, func(ps *pass, push func() func(T) bool) {
		ps.walk = func() error {
			return s.Each(ps.ctx, ps.part, within(ps, push()))
		}
	})
}

// pollEvery is how many elements from memory are pushed between two looks at the context. A look costs 2 ns, and an
// element may cost the user's functions a second.
const pollEvery = 64

// Of returns the bag of the given items, in at most 100 partitions of nearly equal length.
func Of[T any](items ...T) *Bag[T] { return fromSlice(items, max(1, min(len(items), 100)), "of") }

// FromSlice returns the bag of items, split into partitions runs of nearly equal length: partition i begins at item
// i*len(items)/partitions, so some are empty if there are more partitions than items.
//
// The items are not copied and must not be changed while the bag is in use. Nothing they point to is looked at but by the
// functions that are given them: under a memory limit, what a partition takes is estimated by the size of T alone, or, if T
// has a method Bytes() int64, by what that says of 64 of the items, and measured when made. Fewer than one partition is an
// error, kept in the bag.
func FromSlice[T any](items []T, partitions int) *Bag[T] {
	return fromSlice(items, partitions, "from slice")
}

func fromSlice[T any](items []T, partitions int, op string) *Bag[T] {
	st := &stage{op, site.User()}
	if partitions < 1 {
		return Fail[T](fmt.Errorf("bag: %s at %s: %d partitions: at least 1 is needed", op, st.at, partitions))
	}
	size := sliceExtent(items, partitions)
	return newRoot(&root{stage: st, parts: partitions}, size, func(ps *pass, push func() func(T) bool) {
		lo, hi := cut(len(items), partitions, ps.part)
		ps.walk = func() error { return eachOf(ps.ctx, items[lo:hi], push()) }
	})
}

// cut returns the bounds of run i of n items in parts runs.
func cut(n, parts, i int) (lo, hi int) {
	size, more := n/parts, n%parts
	return i*size + i*more/parts, (i+1)*size + (i+1)*more/parts
}

// eachOf pushes items.
func eachOf[T any](ctx context.Context, items []T, yield func(T) bool) error {
	for len(items) > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n := min(len(items), pollEvery)
		for _, x := range items[:n] {
			if !yield(x) {
				return nil
			}
		}
		items = items[n:]
	}
	return nil
}

// Range returns the bag of the integers from 0 up to, not including, n, in partitions runs of nearly equal length.
// A negative n or fewer than one partition is an error, kept in the bag.
func Range(n, partitions int) *Bag[int] {
	st := &stage{"range", site.User()}
	if n < 0 || partitions < 1 {
		return Fail[int](fmt.Errorf("bag: range at %s: %d elements in %d partitions", st.at, n, partitions))
	}
	return newRoot(&root{stage: st, parts: partitions}, cutExtent[int](n, partitions), func(ps *pass, push func() func(int) bool) {
		lo, hi := cut(n, partitions, ps.part)
		ps.walk = func() error {
			yield := push()
			for ; lo < hi; lo += pollEvery {
				if ps.ctx.Err() != nil {
					return context.Cause(ps.ctx)
				}
				for i := lo; i < min(hi, lo+pollEvery); i++ {
					if !yield(i) {
						return nil
					}
				}
			}
			return nil
		}
	})
}
