package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// TrySubmit0 is [Submit0] for a function that can fail: its error is the future's.
//
//go:noinline
func TrySubmit0[R any](ctx context.Context, f func() (R, error),
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call0[R]{f: f})
}

// TrySubmit1 is [Submit1] for a function that can fail: its error is the future's.
//
//go:noinline
func TrySubmit1[A, R any](ctx context.Context, f func(A) (R, error), a Input[A],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call1[A, R]{f: f, a: hold(&s, a)})
}

// TrySubmit2 is [Submit2] for a function that can fail.
//
//go:noinline
func TrySubmit2[A, B, R any](ctx context.Context, f func(A, B) (R, error), a Input[A], b Input[B],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call2[A, B, R]{f: f, a: hold(&s, a), b: hold(&s, b)})
}

// TrySubmit3 is [Submit3] for a function that can fail.
//
//go:noinline
func TrySubmit3[A, B, C, R any](ctx context.Context, f func(A, B, C) (R, error), a Input[A], b Input[B], c Input[C],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call3[A, B, C, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c)})
}

// TrySubmit4 is [Submit4] for a function that can fail.
//
//go:noinline
func TrySubmit4[A, B, C, D, R any](ctx context.Context, f func(A, B, C, D) (R, error), a Input[A], b Input[B], c Input[C], d Input[D],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call4[A, B, C, D, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c), d: hold(&s, d)})
}

// TrySubmitSlice is [SubmitSlice] for a function that can fail.
//
//go:noinline
func TrySubmitSlice[A, R any, I Input[A]](ctx context.Context, f func([]A) (R, error), in []I,
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, callSlice[A, R]{f: f, all: holdAll[A](&s, in)})
}
