package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
)

// The constructors are not inlined: site.Return reads their caller from their frame.

// Delay0 returns the delayed result of f(). Nothing runs until it is computed or started. A nil f is an error that stays in
// the value: Err and every use return it.
//
//go:noinline
func Delay0[R any](f func() R) *Delayed[R] {
	return delay[R](call0[R]{f: f}, site.Return())
}

// Delay1 returns the delayed result of f(a). Nothing runs until it is computed or started. If a fails, so does the result.
// A plain value is given as futures.Value(x), or futures.Value[float64](1) where the type must be said: a constant 1
// alone is an int. A nil f, and a nil input, are errors that stay in the value: Err and every use return them.
//
//go:noinline
func Delay1[A, R any](f func(A) R, a Input[A]) *Delayed[R] {
	return delay[R](call1[A, R]{f: f, a: take(a)}, site.Return())
}

// Delay2 returns the delayed result of f(a, b), as [Delay1] does for one input. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func Delay2[A, B, R any](f func(A, B) R, a Input[A], b Input[B]) *Delayed[R] {
	return delay[R](call2[A, B, R]{f: f, a: take(a), b: take(b)}, site.Return())
}

// Delay3 returns the delayed result of f(a, b, c), as [Delay1] does for one input. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func Delay3[A, B, C, R any](f func(A, B, C) R, a Input[A], b Input[B], c Input[C]) *Delayed[R] {
	return delay[R](call3[A, B, C, R]{f: f, a: take(a), b: take(b), c: take(c)}, site.Return())
}

// DelaySlice returns the delayed result of f called with all of in, in their order, as [Delay1] does for one input. The
// slice that f gets is its own. Plain values are given as futures.Value[float64](1).
//
//go:noinline
func DelaySlice[A, R any, I Input[A]](f func([]A) R, in []I) *Delayed[R] {
	return delay[R](callSlice[A, R]{f: f, all: takeAll[A](in)}, site.Return())
}

// TryDelay0 is [Delay0] for a function that can fail: its error is the error of every use of the result.
//
//go:noinline
func TryDelay0[R any](f func() (R, error)) *Delayed[R] {
	return delay[R](call0[R]{f: f}, site.Return())
}

// TryDelay1 is [Delay1] for a function that can fail: its error is the error of every use of the result. A plain value is given
// as futures.Value[float64](1).
//
//go:noinline
func TryDelay1[A, R any](f func(A) (R, error), a Input[A]) *Delayed[R] {
	return delay[R](call1[A, R]{f: f, a: take(a)}, site.Return())
}

// TryDelay2 is [Delay2] for a function that can fail: its error is the error of every use of the result. A plain value is given
// as futures.Value[float64](1).
//
//go:noinline
func TryDelay2[A, B, R any](f func(A, B) (R, error), a Input[A], b Input[B]) *Delayed[R] {
	return delay[R](call2[A, B, R]{f: f, a: take(a), b: take(b)}, site.Return())
}

// TryDelay3 is [Delay3] for a function that can fail: its error is the error of every use of the result. A plain value is given
// as futures.Value[float64](1).
//
//go:noinline
func TryDelay3[A, B, C, R any](f func(A, B, C) (R, error), a Input[A], b Input[B], c Input[C]) *Delayed[R] {
	return delay[R](call3[A, B, C, R]{f: f, a: take(a), b: take(b), c: take(c)}, site.Return())
}

// TryDelaySlice is [DelaySlice] for a function that can fail. Plain values are given as futures.Value[float64](1).
//
//go:noinline
func TryDelaySlice[A, R any, I Input[A]](f func([]A) (R, error), in []I) *Delayed[R] {
	return delay[R](callSlice[A, R]{f: f, all: takeAll[A](in)}, site.Return())
}

// CtxDelay0 is [TryDelay0] for a function that wants the context of its task, which ends when nobody wants the result any
// more: what is submitted and waited for under it shares the workers without deadlock.
//
//go:noinline
func CtxDelay0[R any](f func(context.Context) (R, error)) *Delayed[R] {
	return delay[R](call0[R]{f: f}, site.Return())
}

// CtxDelay1 is [TryDelay1] for a function that wants the context of its task, which ends when nobody wants the result any
// more: what is submitted and waited for under it shares the workers without deadlock. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func CtxDelay1[A, R any](f func(context.Context, A) (R, error), a Input[A]) *Delayed[R] {
	return delay[R](call1[A, R]{f: f, a: take(a)}, site.Return())
}

// CtxDelay2 is [TryDelay2] for a function that wants the context of its task, which ends when nobody wants the result any
// more: what is submitted and waited for under it shares the workers without deadlock. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func CtxDelay2[A, B, R any](f func(context.Context, A, B) (R, error), a Input[A], b Input[B]) *Delayed[R] {
	return delay[R](call2[A, B, R]{f: f, a: take(a), b: take(b)}, site.Return())
}

// CtxDelay3 is [TryDelay3] for a function that wants the context of its task, which ends when nobody wants the result any
// more: what is submitted and waited for under it shares the workers without deadlock. A plain value is given as
// futures.Value[float64](1).
//
//go:noinline
func CtxDelay3[A, B, C, R any](f func(context.Context, A, B, C) (R, error), a Input[A], b Input[B], c Input[C]) *Delayed[R] {
	return delay[R](call3[A, B, C, R]{f: f, a: take(a), b: take(b), c: take(c)}, site.Return())
}

// CtxDelaySlice is [TryDelaySlice] for a function that wants the context of its task. Plain values are given as
// futures.Value[float64](1).
//
//go:noinline
func CtxDelaySlice[A, R any, I Input[A]](f func(context.Context, []A) (R, error), in []I) *Delayed[R] {
	return delay[R](callSlice[A, R]{f: f, all: takeAll[A](in)}, site.Return())
}

func takeAll[A any, I Input[A]](in []I) []port[A] {
	all := make([]port[A], len(in))
	for i, x := range in {
		all[i] = take[A](x)
	}
	return all
}
