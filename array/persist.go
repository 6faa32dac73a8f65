package array

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// Persist starts to compute all chunks in the background and returns at once an array that holds them in memory.
// Computations with that array, also ones begun before its chunks are there, take chunks as they become ready and
// compute nothing twice; they run at the speed of memory.
//
// [Array.Wait] waits for it. A failure is returned there, by Err, and by every use of the array. Ending ctx cancels what
// has not been computed. The memory is in use until the array and all that is made of it are unreachable, or [Array.Release]
// is called; futures.Held lists it. An array that is dropped before it has been computed is not computed any further. What it
// was computed from is let go as soon as it is there: x = next(x).Persist(ctx) in a loop holds the last x.
//
// Source: Dask persist.
func (x *Array[T]) Persist(ctx context.Context, opts ...sched.Option) *Array[T] {
	return wrap(persist(ctx, x.value(), opts))
}

// Wait blocks until a persisted array is in memory or ctx ends; it returns the computation's failure. An array that
// is not persisted has nothing to wait for: Wait returns its Err.
func (x *Array[T]) Wait(ctx context.Context) error { return x.value().wait(ctx) }

// Release gives up the memory of a persisted array; later uses of it are errors. On an array that is not persisted it does nothing.
func (x *Array[T]) Release() { x.value().release() }

// Progress returns how many tasks of a persisted array have been run and how many there are; 0, 0 for an array that is not persisted.
func (x *Array[T]) Progress() (done, total int) { return x.value().progress() }

// Done returns a channel that is closed when a persisted array is in memory or has failed, and is closed already if the
// array is not persisted: when [Array.Wait] would return at once.
func (x *Array[T]) Done() <-chan struct{} { return x.value().done() }

// Bytes returns the memory that the chunks of a persisted array hold by now, without those that a memory limit has sent
// to disk; 0 for an array that is not persisted. [Array.NBytes] is the size of all elements.
func (x *Array[T]) Bytes() int64 { return x.value().held() }

func persist[T any](ctx context.Context, v *value[T], opts []sched.Option) *value[T] {
	if v.err != nil {
		return failed[T]("persist", v.err)
	}
	return newValue(v.op, v.grid, &persistNode[T]{sched.Persist(ctx, v.op, site.User(), []sched.Lazy{v}, opts...)})
}

type persistNode[T any] struct{ p *sched.Persisted }

func (n *persistNode[T]) chunk(p *sched.Plan, c int) (sched.TaskID, error) {
	return p.AddExternal(n.p.Output(0, c)), nil
}

func (n *persistNode[T]) expr(b *builder, v *value[T]) expr[T] { return newLeaf(b, v) }

func (v *value[T]) persisted() *sched.Persisted {
	if n, ok := v.node.(*persistNode[T]); ok {
		return n.p
	}
	return nil
}

// error returns the mistake made while building the value, or why persisting it failed.
func (v *value[T]) error() error {
	if p := v.persisted(); p != nil {
		return p.Err()
	}
	return v.err
}

func (v *value[T]) wait(ctx context.Context) error {
	if p := v.persisted(); p != nil {
		return p.Wait(ctx)
	}
	return v.err
}

func (v *value[T]) release() {
	if p := v.persisted(); p != nil {
		p.Release()
	}
}

func (v *value[T]) progress() (done, total int) {
	if p := v.persisted(); p != nil {
		return p.Progress()
	}
	return 0, 0
}

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (v *value[T]) done() <-chan struct{} {
	if p := v.persisted(); p != nil {
		return p.Done()
	}
	return closed
}

func (v *value[T]) held() int64 {
	if p := v.persisted(); p != nil {
		return p.Bytes()
	}
	return 0
}
