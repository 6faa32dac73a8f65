package futures

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Elements is what Map goes over: a slice, a sequence, or futures of the elements.
type Elements[A any] interface {
	~[]A | ~func(yield func(A) bool) | []*Future[A]
}

// ErrLengths is the cause of the last future of a Map over sequences of different lengths.
var ErrLengths = errors.New("futures: sequences of different lengths")

// Map starts f on every element of xs and returns the futures at once, in the order of xs, in which they also start. xs
// is a slice, a sequence, which is run through before Map returns, or the futures of another Map: each call then begins when
// its own input has ended. A nil f, and a nil future among xs, are futures that have failed.
//
// Map costs less than as many calls of [Delayed.Start]; still, make elements of work that is worth a microsecond: a batch
// rather than a sample.
//
//go:noinline
func Map[A, R any, XS Elements[A]](ctx context.Context, f func(A) R, xs XS, opts ...sched.Option) []*Future[R] {
	return map1(ctx, call1[A, R]{f: f}, ports[A](xs), site.Return(), opts)
}

// TryMap is [Map] for a function that can fail: its error is that element's future's.
//
//go:noinline
func TryMap[A, R any, XS Elements[A]](ctx context.Context, f func(A) (R, error), xs XS, opts ...sched.Option) []*Future[R] {
	return map1(ctx, call1[A, R]{f: f}, ports[A](xs), site.Return(), opts)
}

// CtxMap is [TryMap] for a function that wants the context of its task.
//
//go:noinline
func CtxMap[A, R any, XS Elements[A]](ctx context.Context, f func(context.Context, A) (R, error), xs XS, opts ...sched.Option) []*Future[R] {
	return map1(ctx, call1[A, R]{f: f}, ports[A](xs), site.Return(), opts)
}

// Map2 starts f on the first elements of 2 sequences, on the second ones, and so on, as [Map] does for one. If they are
// not of one length, the last future is one that has failed with [ErrLengths], after those of the shortest.
//
//go:noinline
func Map2[A, B, R any, XS Elements[A], YS Elements[B]](ctx context.Context, f func(A, B) R, xs XS, ys YS, opts ...sched.Option) []*Future[R] {
	return map2(ctx, call2[A, B, R]{f: f}, ports[A](xs), ports[B](ys), site.Return(), opts)
}

// TryMap2 is [Map2] for a function that can fail: its error is that element's future's.
//
//go:noinline
func TryMap2[A, B, R any, XS Elements[A], YS Elements[B]](ctx context.Context, f func(A, B) (R, error), xs XS, ys YS, opts ...sched.Option) []*Future[R] {
	return map2(ctx, call2[A, B, R]{f: f}, ports[A](xs), ports[B](ys), site.Return(), opts)
}

// CtxMap2 is [TryMap2] for a function that wants the context of its task.
//
//go:noinline
func CtxMap2[A, B, R any, XS Elements[A], YS Elements[B]](ctx context.Context, f func(context.Context, A, B) (R, error), xs XS, ys YS, opts ...sched.Option) []*Future[R] {
	return map2(ctx, call2[A, B, R]{f: f}, ports[A](xs), ports[B](ys), site.Return(), opts)
}

// Map3 starts f on the first elements of 3 sequences, on the second ones, and so on, as [Map] does for one. If they are
// not of one length, the last future is one that has failed with [ErrLengths], after those of the shortest.
//
//go:noinline
func Map3[A, B, C, R any, XS Elements[A], YS Elements[B], ZS Elements[C]](ctx context.Context, f func(A, B, C) R, xs XS, ys YS, zs ZS, opts ...sched.Option) []*Future[R] {
	return map3(ctx, call3[A, B, C, R]{f: f}, ports[A](xs), ports[B](ys), ports[C](zs), site.Return(), opts)
}

// TryMap3 is [Map3] for a function that can fail: its error is that element's future's.
//
//go:noinline
func TryMap3[A, B, C, R any, XS Elements[A], YS Elements[B], ZS Elements[C]](ctx context.Context, f func(A, B, C) (R, error), xs XS, ys YS, zs ZS, opts ...sched.Option) []*Future[R] {
	return map3(ctx, call3[A, B, C, R]{f: f}, ports[A](xs), ports[B](ys), ports[C](zs), site.Return(), opts)
}

// CtxMap3 is [TryMap3] for a function that wants the context of its task.
//
//go:noinline
func CtxMap3[A, B, C, R any, XS Elements[A], YS Elements[B], ZS Elements[C]](ctx context.Context, f func(context.Context, A, B, C) (R, error), xs XS, ys YS, zs ZS, opts ...sched.Option) []*Future[R] {
	return map3(ctx, call3[A, B, C, R]{f: f}, ports[A](xs), ports[B](ys), ports[C](zs), site.Return(), opts)
}

// ports returns the elements as inputs.
func ports[A any, X Elements[A]](xs X) iter.Seq[port[A]] {
	plain := func(yield func(port[A]) bool, xs []A) {
		for _, x := range xs {
			if !yield(port[A]{v: x}) {
				return
			}
		}
	}
	return func(yield func(port[A]) bool) {
		switch xs := any(xs).(type) {
		case []A:
			plain(yield, xs)
		case []*Future[A]:
			for _, x := range xs {
				if !yield(take[A](x)) {
					return
				}
			}
		default:
			v := reflect.ValueOf(xs)
			if v.Kind() == reflect.Slice {
				plain(yield, v.Convert(reflect.TypeFor[[]A]()).Interface().([]A))
				return
			}
			if v.IsNil() {
				return
			}
			for x := range v.Convert(reflect.TypeFor[iter.Seq[A]]()).Interface().(iter.Seq[A]) {
				if !yield(port[A]{v: x}) {
					return
				}
			}
		}
	}
}

// mapping is a Map under way.
type mapping[R any] struct {
	ctx   context.Context
	spec  sched.Spec
	proto Delayed[R]
	fs    []*Future[R]
}

func newMapping[R any](ctx context.Context, f any, at site.Site, opts []sched.Option) *mapping[R] {
	m := &mapping[R]{ctx: ctx}
	var ok bool
	if m.proto.name, ok = nameOf(f); !ok {
		m.proto.err = errNilFunc
	}
	m.proto.site = at
	m.spec = sched.Spec{Name: m.proto.name, Site: at}
	if len(opts) > 0 {
		m.spec = sched.SpecOf(m.proto.name, at, opts...)
	}
	return m
}

// start begins the call of the next elements. It is a copy of call that is begun.
func start[R any](m *mapping[R], call caller[R]) {
	f := &Future[R]{}
	for i := 0; m.proto.err == nil; i++ {
		p := call.port(i)
		if p == nil {
			break
		}
		if x := p.operand(); x != nil && x.fault() != nil {
			f.core = newReady(m.spec.Name, nil, &InputError{Name: m.spec.Name, N: i, Err: x.fault()})
			m.fs = append(m.fs, f)
			return
		}
	}
	switch {
	case m.proto.err != nil:
		f.core = newReady(m.spec.Name, nil, m.proto.err)
	case m.spec.Futures.Identity != nil:
		d, spec := m.proto, m.spec
		d.call = call
		if id, ok := spec.Futures.Identity.(explicit); ok {
			spec.Futures.Identity = explicit{link{id.key, len(m.fs)}}
		}
		f = pureStart(m.ctx, &d, spec, func(h *handle) { call.begin(m.ctx, h, spec) })
	default:
		call.begin(m.ctx, &f.handle, m.spec)
	}
	m.fs = append(m.fs, f)
}

// uneven adds a future that says that the sequences have different lengths.
func (m *mapping[R]) uneven() {
	f := &Future[R]{}
	f.core = newReady(m.spec.Name, nil, fmt.Errorf("%w: %s: one ends after %d", ErrLengths, m.spec.Name, len(m.fs)))
	m.fs = append(m.fs, f)
}

func map1[A, R any](ctx context.Context, call call1[A, R], as iter.Seq[port[A]], at site.Site, opts []sched.Option) []*Future[R] {
	m := newMapping[R](ctx, call.f, at, opts)
	for call.a = range as {
		start(m, &call)
	}
	return m.fs
}

func map2[A, B, R any](ctx context.Context, call call2[A, B, R], as iter.Seq[port[A]], bs iter.Seq[port[B]], at site.Site,
	opts []sched.Option) []*Future[R] {
	m := newMapping[R](ctx, call.f, at, opts)
	next, stop := iter.Pull(bs)
	defer stop()
	for call.a = range as {
		var ok bool
		if call.b, ok = next(); !ok {
			m.uneven()
			return m.fs
		}
		start(m, &call)
	}
	if _, more := next(); more {
		m.uneven()
	}
	return m.fs
}

func map3[A, B, C, R any](ctx context.Context, call call3[A, B, C, R], as iter.Seq[port[A]], bs iter.Seq[port[B]],
	cs iter.Seq[port[C]], at site.Site, opts []sched.Option) []*Future[R] {
	m := newMapping[R](ctx, call.f, at, opts)
	nextB, stopB := iter.Pull(bs)
	defer stopB()
	nextC, stopC := iter.Pull(cs)
	defer stopC()
	for call.a = range as {
		var b, c bool
		call.b, b = nextB()
		call.c, c = nextC()
		if !b || !c {
			m.uneven()
			return m.fs
		}
		start(m, &call)
	}
	_, b := nextB()
	_, c := nextC()
	if b || c {
		m.uneven()
	}
	return m.fs
}
