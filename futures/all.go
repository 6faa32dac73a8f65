package futures

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// Pair is two values, as [All2] computes them and as a function with two results returns them; see [Split2].
type Pair[A, B any] struct {
	First  A
	Second B
}

// Triple is three values; see [All3] and [Split3].
type Triple[A, B, C any] struct {
	First  A
	Second B
	Third  C
}

// All returns the delayed slice of all inputs, in their order. Computing it computes them in one pass, with the parts
// they have in common computed once.
func All[T any, I Input[T]](in ...I) *Delayed[[]T] {
	c := newCall(nil, 1)
	c.name = "all"
	all := bindAll[T](&c, in)
	return delay(c, func(_ *sched.Task, in []any) ([]T, error) { return gathered(all, in), nil })
}

// All2 returns the delayed pair of its inputs: both are computed in one pass, with common parts computed once.
func All2[A, B any](a Input[A], b Input[B]) *Delayed[Pair[A, B]] {
	c := newCall(nil, 1)
	c.name = "all"
	x, y := bind(&c, a), bind(&c, b)
	return delay(c, func(_ *sched.Task, in []any) (Pair[A, B], error) {
		return Pair[A, B]{x.in(in), y.in(in)}, nil
	})
}

// All3 returns the delayed triple of its inputs: they are computed in one pass, with common parts computed once.
func All3[A, B, C any](a Input[A], b Input[B], c Input[C]) *Delayed[Triple[A, B, C]] {
	k := newCall(nil, 1)
	k.name = "all"
	x, y, z := bind(&k, a), bind(&k, b), bind(&k, c)
	return delay(k, func(_ *sched.Task, in []any) (Triple[A, B, C], error) {
		return Triple[A, B, C]{x.in(in), y.in(in), z.in(in)}, nil
	})
}

// Compute2 computes two values now, in one pass, with the parts they have in common computed once.
func Compute2[A, B any](ctx context.Context, a Input[A], b Input[B], opts ...sched.Option) (A, B, error) {
	v, err := All2(a, b).Compute(ctx, opts...)
	return v.First, v.Second, err
}

// Compute3 computes three values now, in one pass, with the parts they have in common computed once.
func Compute3[A, B, C any](ctx context.Context, a Input[A], b Input[B], c Input[C], opts ...sched.Option) (A, B, C,
	error) {
	v, err := All3(a, b, c).Compute(ctx, opts...)
	return v.First, v.Second, v.Third, err
}

// Split2 returns the parts of a pair, for a function with two results: f runs once, whichever parts are used.
func Split2[A, B any](p Input[Pair[A, B]]) (*Delayed[A], *Delayed[B]) {
	return part("first", p, func(p Pair[A, B]) A { return p.First }),
		part("second", p, func(p Pair[A, B]) B { return p.Second })
}

// Split3 returns the parts of a triple, as [Split2] does for a pair.
func Split3[A, B, C any](p Input[Triple[A, B, C]]) (*Delayed[A], *Delayed[B], *Delayed[C]) {
	return part("first", p, func(p Triple[A, B, C]) A { return p.First }),
		part("second", p, func(p Triple[A, B, C]) B { return p.Second }),
		part("third", p, func(p Triple[A, B, C]) C { return p.Third })
}

func part[P, R any](name string, p Input[P], f func(P) R) *Delayed[R] {
	c := newCall(nil, 2)
	c.name = name
	x := bind(&c, p)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in)), nil })
}
