package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// All returns the delayed slice of all inputs, in their order. Computing it computes them in one pass, with the parts
// they have in common computed once. Plain values are given as futures.Value[float64](1).
//
//go:noinline
func All[T any, I Input[T]](in ...I) *Delayed[[]T] {
	return delay[[]T](callSlice[T, []T]{f: func(all []T) []T { return all }, all: takeAll[T](in)}, site.Return()).named("all")
}

// Compute2 computes two values now, in one pass, with the parts they have in common computed once. A plain value is
// given as futures.Value[float64](1).
//
//go:noinline
func Compute2[A, B any](ctx context.Context, a Input[A], b Input[B], opts ...sched.Option) (A, B, error) {
	type pair struct {
		a A
		b B
	}
	both := func(a A, b B) pair { return pair{a, b} }
	d := delay[pair](call2[A, B, pair]{f: both, a: take(a), b: take(b)}, site.Return()).named("all")
	v, err := d.Compute(ctx, opts...)
	return v.a, v.b, err
}

// Compute3 computes three values now, in one pass, as [Compute2] does two. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func Compute3[A, B, C any](ctx context.Context, a Input[A], b Input[B], c Input[C], opts ...sched.Option) (A, B, C,
	error) {
	type triple struct {
		a A
		b B
		c C
	}
	all := func(a A, b B, c C) triple { return triple{a, b, c} }
	d := delay[triple](call3[A, B, C, triple]{f: all, a: take(a), b: take(b), c: take(c)}, site.Return()).named("all")
	v, err := d.Compute(ctx, opts...)
	return v.a, v.b, v.c, err
}

// Persist starts computing several values in the background, in one pass, with the parts they have in common computed
// once, and returns the same values, now backed by that computation, as [Delayed.Persist] does for one.
//
// Memory: all results are held until none of the returned values is reachable. Errors: a value that could not be built
// is returned as it is; a failure of one is the error of all.
func Persist[T any](ctx context.Context, ds []*Delayed[T], opts ...sched.Option) []*Delayed[T] {
	out := make([]*Delayed[T], len(ds))
	var lazy []sched.Lazy
	for i, d := range ds {
		switch {
		case d == nil:
			out[i] = &Delayed[T]{name: "persist", err: &InputError{Name: "persist", N: i, Err: errNilInput}}
		case d.err != nil:
			out[i] = d
		default:
			lazy = append(lazy, d)
		}
	}
	if len(lazy) == 0 {
		return out
	}
	p := sched.Persist(ctx, "persist", site.User(), lazy, opts...)
	n := 0
	for i, d := range ds {
		if out[i] == nil {
			out[i] = d.backed(p, n)
			n++
		}
	}
	return out
}
