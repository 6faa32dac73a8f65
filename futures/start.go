package futures

import (
	"context"
	"fmt"
	"sync/atomic"

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
	startLazy(ctx, &f.handle, d.word(), site.User(), d, opts)
	return f
}

// scattered numbers the values given to Scatter.
var scattered atomic.Int64

// Scatter returns finished futures of values that are already there, so that they can be inputs, be shared, and be
// released as others are. The values are not copied.
func Scatter[T any](values []T) []*Future[T] {
	fs := make([]*Future[T], len(values))
	for i, v := range values {
		fs[i] = &Future[T]{}
		c := newReady(fmt.Sprint("scatter-", scattered.Add(1)), v, nil)
		fs[i].core = c
		if sizeOf(v) >= leastHeld {
			note(c)
		}
	}
	return fs
}
