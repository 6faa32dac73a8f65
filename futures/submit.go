package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Submit0 runs f() in the background and returns its future at once. When ctx ends the task is cancelled.
//
//go:noinline
func Submit0[R any](ctx context.Context, f func() R,
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call0[R]{f: f})
}

// Submit1 runs f(a) in the background, as soon as a is there, and returns its future at once. If a fails, so does the
// future, and f is not run. When ctx ends the task is cancelled.
//
//go:noinline
func Submit1[A, R any](ctx context.Context, f func(A) R, a Input[A],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call1[A, R]{f: f, a: hold(&s, a)})
}

// Submit2 runs f(a, b) in the background, as [Submit1] does for one input.
//
//go:noinline
func Submit2[A, B, R any](ctx context.Context, f func(A, B) R, a Input[A], b Input[B],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call2[A, B, R]{f: f, a: hold(&s, a), b: hold(&s, b)})
}

// Submit3 runs f(a, b, c) in the background, as [Submit1] does for one input.
//
//go:noinline
func Submit3[A, B, C, R any](ctx context.Context, f func(A, B, C) R, a Input[A], b Input[B], c Input[C],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call3[A, B, C, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c)})
}

// Submit4 runs f(a, b, c, d) in the background, as [Submit1] does for one input.
//
//go:noinline
func Submit4[A, B, C, D, R any](ctx context.Context, f func(A, B, C, D) R, a Input[A], b Input[B], c Input[C], d Input[D],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call4[A, B, C, D, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c), d: hold(&s, d)})
}

// SubmitSlice runs f with all of in, in their order, in the background, as [Submit1] does for one input. The slice that
// f gets is its own.
//
//go:noinline
func SubmitSlice[A, R any, I Input[A]](ctx context.Context, f func([]A) R, in []I,
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, callSlice[A, R]{f: f, all: holdAll[A](&s, in)})
}

func holdAll[A any, I Input[A]](s *submission, in []I) []port[A] {
	all := make([]port[A], len(in))
	for i, x := range in {
		all[i] = hold[A](s, x)
	}
	return all
}
