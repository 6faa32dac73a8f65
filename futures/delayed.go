// Package futures computes single values: Delayed is one that will be computed when asked for, Future one that is
// being computed.
package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Delayed is a value that is computed when asked for. It is immutable and safe for concurrent use.
type Delayed[T any] struct {
	lower func(p *sched.Plan) (sched.TaskID, error)
	site  site.Site
	err   error
}

// Lowered returns the delayed value that the task added by lower produces; its result must be a T. It is how
// collections make their reductions; lower is called at most once a plan.
func Lowered[T any](lower func(p *sched.Plan) (sched.TaskID, error)) *Delayed[T] {
	return &Delayed[T]{lower: lower, site: site.User()}
}

// Fail returns a delayed value that could not be built: Err and every use return err.
func Fail[T any](err error) *Delayed[T] { return &Delayed[T]{err: err, site: site.User()} }

// Err returns the error made while building the value, or nil.
func (d *Delayed[T]) Err() error { return d.err }

// Lower implements sched.Lazy.
func (d *Delayed[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	if d.err != nil {
		return nil, d.err
	}
	id, err := sched.Share(p, d, func() (sched.TaskID, error) { return d.lower(p) })
	if err != nil {
		return nil, err
	}
	return []sched.TaskID{id}, nil
}

// Compute computes the value now.
func (d *Delayed[T]) Compute(ctx context.Context, opts ...sched.Option) (T, error) {
	var zero T
	r, err := sched.Compute(ctx, []sched.Lazy{d}, opts...)
	if err != nil {
		return zero, err
	}
	return r[0][0].(T), nil
}
