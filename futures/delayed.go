// Package futures computes single values: Delayed is one that will be computed when asked for, Future one that is
// being computed.
//
// Delay1, Delay2, … make a delayed value from a function and its inputs; Submit1, Submit2, … run the function in the
// background and return a future. The digit is the number of inputs. Inputs are values, delayed values and futures in
// any mix ([Input]). There is one name for each shape of function:
//
//	Delay2(f func(A, B) R, …)                              a plain function
//	TryDelay2(f func(A, B) (R, error), …)                  one that can fail
//	DelayCtx2(f func(context.Context, A, B) (R, error), …) one that can fail and wants the context
//
// and so for Submit and Map. The context ends when the computation is cancelled; what is submitted and waited for
// under it, from inside a task, shares the workers without deadlock.
package futures

import (
	"context"
	"errors"
	"fmt"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Delayed is a value that is computed when asked for.
//
// Laziness: building one runs nothing and never fails; a mistake stays in the value and is returned by Err and by
// every use. Order: what it needs is computed once a computation, in the order of building where one worker runs it.
// Concurrency: immutable and safe for concurrent use.
type Delayed[T any] struct {
	lower func(p *sched.Plan) (sched.TaskID, error)
	name  string
	site  site.Site
	err   error
	p     *sched.Persisted // of a persisted value
	from  []sched.Sketcher // what it is made from, for Sketch
}

// Lowered returns the delayed value that the task added by lower produces; its result must be a T. It is how
// collections make their reductions; lower is called at most once a plan.
func Lowered[T any](lower func(p *sched.Plan) (sched.TaskID, error)) *Delayed[T] {
	return &Delayed[T]{lower: lower, site: site.User()}
}

// Fail returns a delayed value that could not be built: Err and every use return err.
func Fail[T any](err error) *Delayed[T] { return &Delayed[T]{err: err, site: site.User()} }

// constant returns v as a delayed value.
func constant[T any](v T) *Delayed[T] {
	return &Delayed[T]{name: "value", lower: func(p *sched.Plan) (sched.TaskID, error) {
		op := sched.Op{Name: "value", Cheap: true, Run: func(*sched.Task, []any) (any, error) { return v, nil }}
		return p.Add(p.Op(op), 0), nil
	}}
}

// Err returns the error made while building the value, or, once the computation of a persisted value has ended, why it
// failed; else nil. It does not wait.
func (d *Delayed[T]) Err() error {
	if d.p != nil {
		return d.p.Err()
	}
	return d.err
}

// Then returns the delayed result of f of the value, as [Delay1] of f and d does.
func (d *Delayed[T]) Then[R any](f func(T) R) *Delayed[R] {
	c := newCall(f, 1)
	x := bind(&c, Input[T](d))
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in)), nil })
}

// Delayed returns d: a delayed value is an [Input].
func (d *Delayed[T]) Delayed() *Delayed[T] { return d }

// String returns what d is without computing it, as "inc at main.go:12".
func (d *Delayed[T]) String() string {
	name := d.name
	if name == "" {
		name = fmt.Sprintf("delayed %T", *new(T))
	}
	if !d.site.IsZero() {
		name += " at " + d.site.String()
	}
	return name
}

// Lower implements sched.Lazy.
func (d *Delayed[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	id, err := d.task(p)
	if err != nil {
		return nil, err
	}
	return []sched.TaskID{id}, nil
}

// task adds d to the plan, once.
func (d *Delayed[T]) task(p *sched.Plan) (sched.TaskID, error) {
	if d.err != nil {
		return 0, d.err
	}
	return sched.Share(p, d, func() (sched.TaskID, error) { return d.lower(p) })
}

// Compute computes the value now and returns it.
//
// Errors: the first failure in the order of building, as a *[sched.TaskError]; the cause of ctx's end; or what Err
// returns. Concurrency: two calls of Compute compute twice; see Persist.
func (d *Delayed[T]) Compute(ctx context.Context, opts ...sched.Option) (T, error) {
	var zero T
	r, err := sched.Compute(ctx, []sched.Lazy{d}, opts...)
	if err != nil {
		return zero, err
	}
	return cast[T](r[0][0]), nil
}

// Persist starts computing the value in the background and returns at once the same value, now backed by that
// computation: every later use waits for it if it must, and nothing is computed twice.
//
// Memory: the result is held until the returned value and all that is made of it are no longer reachable, or Release;
// [Held] lists it. Errors: a failure is returned by Wait and by every use. When ctx ends before the computation has, it is
// cancelled.
func (d *Delayed[T]) Persist(ctx context.Context, opts ...sched.Option) *Delayed[T] {
	if d.err != nil {
		return d
	}
	p := sched.Persist(ctx, d.word(), d.site, []sched.Lazy{d}, opts...)
	return &Delayed[T]{name: d.name, site: d.site, p: p, lower: func(plan *sched.Plan) (sched.TaskID, error) {
		return plan.AddExternal(p.Output(0, 0)), nil
	}}
}

// word returns what a key of the value begins with.
func (d *Delayed[T]) word() string {
	if d.name == "" { // a collection's
		return "value"
	}
	return d.name
}

var errNotPersisted = errors.New("futures: Wait on a value that is not persisted")

// Wait blocks until a persisted value has been computed, and returns the error of that. Of a value that is not
// persisted it returns an error at once. The end of ctx ends the waiting, not the computation.
func (d *Delayed[T]) Wait(ctx context.Context) error {
	switch {
	case d.err != nil:
		return d.err
	case d.p == nil:
		return errNotPersisted
	}
	return d.p.Wait(ctx)
}

// Done returns a channel that is closed when a persisted value has been computed or has failed, and is closed already
// if the value is not persisted: when Wait would return at once.
func (d *Delayed[T]) Done() <-chan struct{} {
	if d.p == nil {
		return closed
	}
	return d.p.Done()
}

// Progress returns how many tasks of a persisted value have been run, and how many there are; 0, 0 if it is not
// persisted.
func (d *Delayed[T]) Progress() (done, total int) {
	if d.p == nil {
		return 0, 0
	}
	return d.p.Progress()
}

// Bytes returns the size of the result that a persisted value holds in memory; 0 if there is none, or if its size is
// not known (see [Sizer]).
func (d *Delayed[T]) Bytes() int64 {
	if d.p == nil {
		return 0
	}
	return d.p.Bytes()
}

// Release ends the computation of a persisted value if it still runs, and forgets its result. Later uses fail with
// [sched.ErrReleased].
func (d *Delayed[T]) Release() {
	if d.p != nil {
		d.p.Release()
	}
}
