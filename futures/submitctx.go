package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// SubmitCtx0 is [TrySubmit0] for a function that wants the context of its task: it ends when the future is cancelled, and
// work submitted and waited for under it shares the workers without deadlock.
//
//go:noinline
func SubmitCtx0[R any](ctx context.Context, f func(context.Context) (R, error),
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call0[R]{f: f})
}

// SubmitCtx1 is [TrySubmit1] for a function that wants the context of its task: it ends when the future is cancelled, and
// work submitted and waited for under it shares the workers without deadlock.
//
//go:noinline
func SubmitCtx1[A, R any](ctx context.Context, f func(context.Context, A) (R, error), a Input[A],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call1[A, R]{f: f, a: hold(&s, a)})
}

// SubmitCtx2 is [TrySubmit2] for a function that wants the context of its task.
//
//go:noinline
func SubmitCtx2[A, B, R any](ctx context.Context, f func(context.Context, A, B) (R, error), a Input[A], b Input[B],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call2[A, B, R]{f: f, a: hold(&s, a), b: hold(&s, b)})
}

// SubmitCtx3 is [TrySubmit3] for a function that wants the context of its task.
//
//go:noinline
func SubmitCtx3[A, B, C, R any](ctx context.Context, f func(context.Context, A, B, C) (R, error), a Input[A], b Input[B], c Input[C],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call3[A, B, C, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c)})
}

// SubmitCtx4 is [TrySubmit4] for a function that wants the context of its task.
//
//go:noinline
func SubmitCtx4[A, B, C, D, R any](ctx context.Context, f func(context.Context, A, B, C, D) (R, error), a Input[A], b Input[B], c Input[C], d Input[D],
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, call4[A, B, C, D, R]{f: f, a: hold(&s, a), b: hold(&s, b), c: hold(&s, c), d: hold(&s, d)})
}

// SubmitCtxSlice is [TrySubmitSlice] for a function that wants the context of its task.
//
//go:noinline
func SubmitCtxSlice[A, R any, I Input[A]](ctx context.Context, f func(context.Context, []A) (R, error), in []I,
	opts ...sched.Option) *Future[R] {
	s := newSubmission(f, opts, site.Return())
	return submit[R](ctx, &s, callSlice[A, R]{f: f, all: holdAll[A](&s, in)})
}
