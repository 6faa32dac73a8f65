package futures

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// DelayCtx0 is [TryDelay0] for a function that wants the context of the computation: it ends when nobody wants the
// result any more.
func DelayCtx0[R any](f func(context.Context) (R, error)) *Delayed[R] {
	return delay(newCall(f, 1), func(t *sched.Task, _ []any) (R, error) { return f(t.Context()) })
}

// DelayCtx1 is [TryDelay1] for a function that wants the context of the computation: it ends when nobody wants the
// result any more.
func DelayCtx1[A, R any](f func(context.Context, A) (R, error), a Input[A]) *Delayed[R] {
	c := newCall(f, 1)
	x := bind(&c, a)
	return delay(c, func(t *sched.Task, in []any) (R, error) { return f(t.Context(), x.in(in)) })
}

// DelayCtx2 is [TryDelay2] for a function that wants the context.
func DelayCtx2[A, B, R any](f func(context.Context, A, B) (R, error), a Input[A], b Input[B]) *Delayed[R] {
	c := newCall(f, 1)
	x, y := bind(&c, a), bind(&c, b)
	return delay(c, func(t *sched.Task, in []any) (R, error) { return f(t.Context(), x.in(in), y.in(in)) })
}

// DelayCtx3 is [TryDelay3] for a function that wants the context.
func DelayCtx3[A, B, D, R any](f func(context.Context, A, B, D) (R, error), a Input[A], b Input[B],
	d Input[D]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z := bind(&c, a), bind(&c, b), bind(&c, d)
	return delay(c, func(t *sched.Task, in []any) (R, error) { return f(t.Context(), x.in(in), y.in(in), z.in(in)) })
}

// DelayCtx4 is [TryDelay4] for a function that wants the context.
func DelayCtx4[A, B, D, E, R any](f func(context.Context, A, B, D, E) (R, error), a Input[A], b Input[B],
	d Input[D], e Input[E]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z, w := bind(&c, a), bind(&c, b), bind(&c, d), bind(&c, e)
	return delay(c, func(t *sched.Task, in []any) (R, error) {
		return f(t.Context(), x.in(in), y.in(in), z.in(in), w.in(in))
	})
}

// DelayCtxSlice is [TryDelaySlice] for a function that wants the context.
func DelayCtxSlice[A, R any, I Input[A]](f func(context.Context, []A) (R, error), in []I) *Delayed[R] {
	c := newCall(f, 1)
	all := bindAll[A](&c, in)
	return delay(c, func(t *sched.Task, in []any) (R, error) { return f(t.Context(), gathered(all, in)) })
}
