package array

import (
	"context"
	"fmt"
	"sync"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Compute computes all elements and returns them in one piece. Chunks are written to their place as they are
// computed, so the memory in use is the result's and one chunk for each worker.
//
// Errors: what failed to build, and the first failure in plan order as a *[sched.TaskError].
func (x *Array[T]) Compute(ctx context.Context, opts ...sched.Option) (*Dense[T], error) {
	return x.value().compute(ctx, opts)
}

// Item computes an array of one element and returns the element. An array of another size is an error.
//
// Source: NumPy ndarray.item.
func (x *Array[T]) Item(ctx context.Context, opts ...sched.Option) (T, error) {
	return x.value().item(ctx, opts)
}

// Delayed returns the element of an array of one element as a delayed value, to be combined with others.
func (x *Array[T]) Delayed() *futures.Delayed[T] { return x.value().delayed() }

func (v *value[T]) compute(ctx context.Context, opts []sched.Option) (*Dense[T], error) {
	if v.err != nil {
		return nil, v.err
	}
	d := &Dense[T]{shape: v.shape}
	out := sync.OnceFunc(func() { d.data = make([]T, v.size()) })
	if _, err := sched.Compute(ctx, []sched.Lazy{&store[T]{v, d, out}}, opts...); err != nil {
		return nil, err
	}
	out() // for an array without chunks
	return d, nil
}

func (v *value[T]) item(ctx context.Context, opts []sched.Option) (T, error) {
	return v.delayed().Compute(ctx, opts...)
}

func (v *value[T]) delayed() *futures.Delayed[T] {
	err := v.err
	if err == nil && v.size() != 1 {
		err = &Error{"item", v.site, fmt.Errorf("shape %s is not one element", shapeString(v.shape))}
	}
	return futures.Lowered[T]("item", v.site, written{v}, err, func(p *sched.Plan) (sched.TaskID, error) {
		in, err := v.chunk(p, v.soleChunk())
		if err != nil {
			return 0, err
		}
		op := p.Op(sched.Op{Name: "item", Site: v.site, Cheap: true, Run: func(_ *sched.Task, in []any) (any, error) {
			return in[0].([]T)[0], nil
		}})
		return p.Add(op, 0, in), nil
	})
}

// soleChunk returns the chunk that holds the only element of v.
func (v *value[T]) soleChunk() int {
	at := make([]int, len(v.grid))
	for d := range at {
		at[d] = v.grid[d].find(0)
	}
	return v.grid.index(at)
}

// store is the computation of an array into memory that the first of its tasks takes: only then is it certain that there
// is room. Its tasks have no results.
type store[T any] struct {
	v    *value[T]
	out  *Dense[T]
	take func()
}

// Lower implements sched.Lazy.
func (s *store[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	// Chunks that other tasks make, or that many expressions share, are inputs as any: the program of a bare chunker
	// is its leaf.
	v := s.v
	if v.grid.tooMany() {
		return nil, fmt.Errorf("array: %s at %s: more chunks than a plan can hold: use larger ones", v.op, v.site)
	}
	f := newFused(p, v, sched.Op{Name: v.op, Site: v.site}, func(t *sched.Task, m *machine[T]) (any, error) {
		s.take()
		return nil, m.place(s.out)
	})
	if err := p.Reserve(f.op, v.bytes()); err != nil {
		return nil, err
	}
	for c := range v.grid.count() {
		if _, err := f.task(p, c); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// bytes returns the size of all elements, or, where that has no number, a size that nobody has.
func (v *value[T]) bytes() int64 {
	const most = 1 << 60
	if n := int64(v.size()); n <= most/int64(sizeOf[T]()) {
		return n * int64(sizeOf[T]())
	}
	return most
}

// place evaluates the bound region to its place in out.
func (m *machine[T]) place(out *Dense[T]) error {
	strides := stridesOf(out.shape)
	all := view[T]{data: out.data, origin: make([]int, len(strides)), strides: strides}
	if len(out.data) > 0 {
		if dst := all.whole(&m.box); dst != nil {
			return m.store(dst)
		}
	}
	tile := view[T]{origin: make([]int, len(strides)), strides: make([]int, len(strides))}
	return m.run(func(r *region, data []T) error {
		tile.data = data
		stridesInto(tile.strides, r.shape)
		copy(tile.origin, r.start)
		tile.gather(out.data[all.offset(r):], strides, r)
		return nil
	})
}
