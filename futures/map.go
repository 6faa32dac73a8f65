package futures

import (
	"context"
	"iter"
	"slices"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Map runs f on every element of xs in the background and returns the futures at once, in the order of xs. Elements
// start in that order. Map costs less than as many calls of [Submit1]; still, make elements of work that is worth a
// microsecond: a batch rather than a sample.
//
//go:noinline
func Map[A, R any](ctx context.Context, f func(A) R, xs []A, opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, slices.Values(xs), len(xs), call1[A, R]{f: f})
}

// TryMap is [Map] for a function that can fail: its error is that element's future's.
//
//go:noinline
func TryMap[A, R any](ctx context.Context, f func(A) (R, error), xs []A, opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, slices.Values(xs), len(xs), call1[A, R]{f: f})
}

// MapCtx is [TryMap] for a function that wants the context of its task.
//
//go:noinline
func MapCtx[A, R any](ctx context.Context, f func(context.Context, A) (R, error), xs []A, opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, slices.Values(xs), len(xs), call1[A, R]{f: f})
}

// MapSeq is [Map] over a sequence, which it runs through before it returns.
//
//go:noinline
func MapSeq[A, R any](ctx context.Context, f func(A) R, xs iter.Seq[A], opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, xs, 0, call1[A, R]{f: f})
}

// TryMapSeq is [TryMap] over a sequence, which it runs through before it returns.
//
//go:noinline
func TryMapSeq[A, R any](ctx context.Context, f func(A) (R, error), xs iter.Seq[A], opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, xs, 0, call1[A, R]{f: f})
}

// MapSeqCtx is [MapCtx] over a sequence, which it runs through before it returns.
//
//go:noinline
func MapSeqCtx[A, R any](ctx context.Context, f func(context.Context, A) (R, error), xs iter.Seq[A],
	opts ...sched.Option) []*Future[R] {
	s := newSubmission(f, opts, site.Return())
	return mapAll(ctx, &s, xs, 0, call1[A, R]{f: f})
}

func mapAll[A, R any](ctx context.Context, s *submission, xs iter.Seq[A], n int, call call1[A, R]) []*Future[R] {
	fs := make([]*Future[R], 0, n)
	key := s.key
	for x := range xs {
		call.a.v = x
		if s.keyed {
			s.keyElement(key, len(fs), x)
		}
		fs = append(fs, submit[R](ctx, s, call))
	}
	return fs
}
