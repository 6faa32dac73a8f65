package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Start begins computing a delayed value in the background and returns its future at once. When ctx ends, so does the
// computation.
func Start[T any](ctx context.Context, x Input[T], opts ...sched.Option) *Future[T] {
	f := &Future[T]{}
	if same, ok := x.(*Future[T]); ok && same != nil {
		return same
	}
	var d *Delayed[T]
	if x != nil {
		d = x.Delayed()
	}
	if d == nil {
		f.core = newReady("start", nil, &InputError{Name: "start", Err: errNilInput})
		return f
	}
	if d.err != nil {
		f.core = newReady(d.String(), nil, d.err)
		return f
	}
	b := &computation{lazy: d, opts: opts, meta: task{spec: sched.Spec{Name: d.name, Site: site.Caller(1)}}}
	f.body = b
	f.core = b.start(ctx, nil)
	b.watch(&f.handle, f.core)
	return f
}

// computation is the body of a future made by Start.
type computation struct {
	meta task
	lazy sched.Lazy
	opts []sched.Option
}

func (b *computation) task() *task              { return &b.meta }
func (b *computation) visit(func(int, *handle)) {}
func (b *computation) again() body              { return b }
func (b *computation) forget()                  {}
func (b *computation) watch(h *handle, c core)  { h.cancelWhenDropped(c, b) }

func (b *computation) start(ctx context.Context, _ []sched.External) core {
	run := sched.Start(ctx, []sched.Lazy{b.lazy}, b.opts...)
	return &started{External: run.Output(0, 0), run: run, ctx: ctx}
}

// Scatter returns finished futures of values that are already there, so that they can be inputs, be shared, and be
// released as others are. The values are not copied.
func Scatter[T any](values []T) []*Future[T] {
	fs := make([]*Future[T], len(values))
	for i, v := range values {
		fs[i] = &Future[T]{}
		fs[i].core = newReady("scatter", v, nil)
	}
	return fs
}
