// Package futures computes single values: Delayed is one that will be computed when asked for, Future one that is
// being computed.
//
// A call is made once and run in either way: Delay2(f, a, b) is the delayed result of f(a, b); its Compute computes it
// now, its Start in the background, as a [Future], which other calls take as an input. Inputs are values, delayed values
// and futures in any mix ([Input]); a plain value is written futures.Value(x), or futures.Value[float64](1) where the
// type must be said.
//
// One rule names the functions: what stands before the verb says what the user's function is, what stands after it how
// much it takes.
//
//	Delay2(f func(A, B) R, …)                              a plain function
//	TryDelay2(f func(A, B) (R, error), …)                  one that can fail
//	CtxDelay2(f func(context.Context, A, B) (R, error), …) one that can fail and wants the context of its task
//	Delay0, Delay1, Delay2, Delay3                         of so many inputs
//	DelaySlice                                             of any number of inputs of one type, as a slice
//	Map, Map2, Map3                                        started for each element of one, two or three sequences
//
// The context ends when the computation is cancelled; what is submitted and waited for under it, from inside a task,
// shares the workers without deadlock. [Submit] alone takes a closure, with all that it needs.
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
	call  caller[T] // a function and its inputs, or nil
	other *origin   // what it is if it is no call
	name  string
	site  site.Site
	err   error // a mistake made while building it
	lazy  bool  // some input is a delayed value: it runs as a graph
}

// origin is where a delayed value comes from that is not a call of a user's function.
type origin struct {
	lower  func(p *sched.Plan) (sched.TaskID, error)
	from   sched.Sketcher   // a collection's value: what it is made from
	p      *sched.Persisted // of a persisted value
	future *handle          // what it waits for
	value  any              // of a constant
}

var errNilFunc = errors.New("futures: the function is nil")

// Lowered returns the delayed value that the task added by lower produces; its result must be a T. It is how
// collections make their reductions: op is the operation, at the user's line, and from what it was applied to, for
// Sketch, or nil. lower is called at most once a plan. A value that could not be built has err: Err and every use
// return it.
func Lowered[T any](op string, at site.Site, from sched.Sketcher, err error,
	lower func(p *sched.Plan) (sched.TaskID, error)) *Delayed[T] {
	return &Delayed[T]{name: op, site: at, err: err, other: &origin{lower: lower, from: from}}
}

// constant returns v as a delayed value.
func constant[T any](v T) *Delayed[T] {
	return &Delayed[T]{name: "value", other: &origin{value: v, lower: func(p *sched.Plan) (sched.TaskID, error) {
		op := sched.Op{Name: "value", Cheap: true, Run: func(*sched.Task, []any) (any, error) { return v, nil }}
		return p.Add(p.Op(op), 0), nil
	}}}
}

// unwrap returns d, or the future that it does nothing but wait for.
func (d *Delayed[T]) unwrap() operand {
	if d.other != nil && d.other.future != nil {
		return d.other.future
	}
	return d
}

// persisted returns the computation behind a persisted value, or nil.
func (d *Delayed[T]) persisted() *sched.Persisted {
	if d == nil || d.other == nil {
		return nil
	}
	return d.other.p
}

// Err returns the error made while building the value, or, once the computation of a persisted value has ended, why it
// failed; else nil. It does not wait.
func (d *Delayed[T]) Err() error {
	if p := d.persisted(); p != nil {
		return p.Err()
	}
	if d.isNothing() {
		return errNilInput
	}
	return d.err
}

// Name returns the same value under another name, which the keys of its tasks begin with.
func (d *Delayed[T]) Name(name string) *Delayed[T] {
	if d == nil {
		return nil
	}
	named := *d
	named.name = name
	return &named
}

// isNothing reports whether d is nil, or a zero Delayed that no function of this package has made.
func (d *Delayed[T]) isNothing() bool {
	return d == nil || d.call == nil && d.other == nil && d.err == nil
}

// Then returns the delayed result of f of the value, as [Delay1] of f and d does.
//
//go:noinline
func (d *Delayed[T]) Then[R any](f func(T) R) *Delayed[R] {
	return delay[R](call1[T, R]{f: f, a: take[T](d)}, site.Return())
}

// Delayed returns d: a delayed value is an [Input].
func (d *Delayed[T]) Delayed() *Delayed[T] { return d }

// String returns what d is without computing it, as "inc at main.go:12".
func (d *Delayed[T]) String() string {
	if d == nil {
		return "nil"
	}
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
	if err := d.fault(); err != nil && d.persisted() == nil {
		return nil, err
	}
	id, err := lower(p, d)
	if err != nil {
		return nil, err
	}
	return []sched.TaskID{id}, nil
}

// Compute computes the value now and returns it.
//
// Errors: the first failure in the order of building, as a *[sched.TaskError]; the cause of ctx's end; or what Err
// returns. Concurrency: two calls of Compute compute twice; see Persist.
func (d *Delayed[T]) Compute(ctx context.Context, opts ...sched.Option) (T, error) {
	var zero T
	if d.isNothing() {
		return zero, &InputError{Name: "compute", Err: errNilInput}
	}
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
	if d.isNothing() {
		return &Delayed[T]{err: &InputError{Name: "persist", Err: errNilInput}}
	}
	if d.err != nil {
		return d
	}
	p := sched.Persist(ctx, d.word(), d.site, []sched.Lazy{d}, opts...)
	return d.backed(p, 0)
}

// backed returns d as a persisted value, the i-th of a computation.
func (d *Delayed[T]) backed(p *sched.Persisted, i int) *Delayed[T] {
	return &Delayed[T]{name: d.name, site: d.site, other: &origin{p: p, lower: func(plan *sched.Plan) (sched.TaskID, error) {
		return plan.AddExternal(p.Output(i, 0)), nil
	}}}
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
	case d.isNothing() || d.err != nil:
		return d.Err()
	case d.persisted() == nil:
		return errNotPersisted
	}
	return d.persisted().Wait(ctx)
}

// Done returns a channel that is closed when a persisted value has been computed or has failed, and is closed already
// if the value is not persisted: when Wait would return at once.
func (d *Delayed[T]) Done() <-chan struct{} {
	if d.persisted() == nil {
		return closed
	}
	return d.persisted().Done()
}

// Progress returns how many tasks of a persisted value have been run, and how many there are; 0, 0 if it is not
// persisted.
func (d *Delayed[T]) Progress() (done, total int) {
	if d.persisted() == nil {
		return 0, 0
	}
	return d.persisted().Progress()
}

// Bytes returns the size of the result that a persisted value holds in memory; 0 if there is none, or if its size is
// not known (see [Sizer]).
func (d *Delayed[T]) Bytes() int64 {
	if d.persisted() == nil {
		return 0
	}
	return d.persisted().Bytes()
}

// Release ends the computation of a persisted value if it still runs, and forgets its result. Later uses fail with
// [sched.ErrReleased].
func (d *Delayed[T]) Release() {
	if d.persisted() != nil {
		d.persisted().Release()
	}
}
