package array

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// Persist starts to compute all chunks in the background and returns at once an array that holds them in memory.
// Computations with that array, also ones begun before its chunks are there, take chunks as they become ready and
// compute nothing twice; they run at the speed of memory.
//
// [Array.Wait] waits for it. A failure is returned there, and by every use of the array. Ending ctx cancels what has
// not been computed. The memory is in use until the array and all that is made of it are unreachable, or [Array.Release] is called.
//
// Source: Dask persist.
func (x *Array[T]) Persist(ctx context.Context, opts ...sched.Option) *Array[T] {
	return wrap(persist(ctx, x.v, opts))
}

// Wait blocks until a persisted array is in memory or ctx ends; it returns the computation's failure. An array that
// is not persisted has nothing to wait for: Wait returns its Err.
func (x *Array[T]) Wait(ctx context.Context) error { return x.v.wait(ctx) }

// Release gives up the memory of a persisted array; later uses of it are errors. On an array that is not persisted it does nothing.
func (x *Array[T]) Release() { x.v.release() }

// Progress returns how many tasks of a persisted array have been run and how many there are; 0, 0 for an array that is not persisted.
func (x *Array[T]) Progress() (done, total int) { return x.v.progress() }

func persist[T any](ctx context.Context, v *value[T], opts []sched.Option) *value[T] {
	if v.err != nil {
		return failed[T]("persist", v.err)
	}
	run := sched.Start(ctx, []sched.Lazy{v}, opts...)
	return newValue(v.op, v.grid, &persistNode[T]{run})
}

type persistNode[T any] struct{ run *sched.Run }

func (n *persistNode[T]) chunk(p *sched.Plan, c int) (sched.TaskID, error) {
	return p.AddExternal(n.run.Output(0, c)), nil
}

func (n *persistNode[T]) expr(b *builder, v *value[T]) expr[T] { return newLeaf(b, v) }

func (v *value[T]) persisted() *sched.Run {
	if n, ok := v.node.(*persistNode[T]); ok {
		return n.run
	}
	return nil
}

func (v *value[T]) wait(ctx context.Context) error {
	if run := v.persisted(); run != nil {
		return run.Wait(ctx)
	}
	return v.err
}

func (v *value[T]) release() {
	if run := v.persisted(); run != nil {
		run.Release()
	}
}

func (v *value[T]) progress() (done, total int) {
	if run := v.persisted(); run != nil {
		return run.Progress()
	}
	return 0, 0
}
