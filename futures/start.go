package futures

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Start begins computing the value in the background and returns its future at once. When ctx ends, so does the
// computation. Started twice, it is computed twice.
//
// A call of plain values and futures is one task, which begins when the futures have ended; it costs a few hundred
// nanoseconds. A call with delayed inputs is computed with them in one pass, as Compute does. A nil d gives a future
// that has failed.
func (d *Delayed[T]) Start(ctx context.Context, opts ...sched.Option) *Future[T] {
	f := &Future[T]{}
	switch {
	case d.isNothing():
		f.core = newReady("start", nil, &InputError{Name: "start", Err: errNilInput})
	case d.err != nil:
		f.core = newReady(d.name, nil, d.err)
	case d.call != nil:
		spec := sched.Spec{Name: d.name, Site: d.site}
		if len(opts) > 0 {
			spec = sched.SpecOf(d.name, d.site, opts...)
		}
		if spec.Futures.Identity != nil {
			return pureStart(ctx, d, spec, func(h *handle) { d.begin(ctx, h, spec, opts) })
		}
		d.begin(ctx, &f.handle, spec, opts)
	case d.call == nil && d.other.future != nil:
		f.core = d.other.future.current()
		f.pin = d.other.future
	case d.call == nil && d.other.value != nil:
		f.core = newReady(fmt.Sprint("value-", scattered.Add(1)), d.other.value, nil)
	default:
		startLazy(ctx, &f.handle, d.word(), d.site, d, opts)
	}
	return f
}

// begin begins the call as a task, or as a graph if it has delayed inputs.
func (d *Delayed[T]) begin(ctx context.Context, h *handle, spec sched.Spec, opts []sched.Option) {
	if d.lazy {
		startLazy(ctx, h, spec.Name, d.site, d, opts)
		return
	}
	d.call.begin(ctx, h, spec)
}

// Submit runs a closure in the background and returns its future at once. It is CtxDelay0(f).Start(ctx).
//
//go:noinline
func Submit[R any](ctx context.Context, f func(ctx context.Context) (R, error), opts ...sched.Option) *Future[R] {
	return delay[R](call0[R]{f: f}, site.Return()).Start(ctx, opts...)
}

// scattered numbers the values given to Scatter.
var scattered atomic.Int64

// Scatter returns finished futures of values that are already there, so that they can be inputs, be shared, and be
// released as others are. The values are not copied.
//
// Memory: under a memory limit of the engine, the default one unless an option names another, the values count as results
// do, each until its future is released or no longer held: by their size as [Sizer] has it. Errors: from the first value
// for which there is no room all futures have failed, with a [sched.MemoryError].
func Scatter[T any](values []T, opts ...sched.Option) []*Future[T] {
	e := sched.SpecOf("", site.Site{}, opts...).Engine
	if e == nil {
		e = sched.Default()
	}
	var err error
	fs := make([]*Future[T], len(values))
	for i, v := range values {
		c := newReady(fmt.Sprint("scatter-", scattered.Add(1)), v, nil)
		n := sizeOf(v)
		if err == nil {
			c.drop, err = sched.Charge(e, c, "scatter", c.key, n)
		}
		if err != nil {
			c = newReady(c.key, nil, err)
		} else if n >= leastHeld {
			note(c)
		}
		fs[i] = &Future[T]{handle: handle{core: c}}
	}
	return fs
}
