package futures

import (
	"context"
	"errors"

	"github.com/gomagpie/magpie/sched"
)

// A callN is a function of N inputs in one of its three shapes, with the inputs. The shape is told from the type of f: a
// struct or an adapter for each of them would be an allocation or 16 bytes a task.

var errShape = errors.New("futures: not a function of one of the three shapes") // cannot happen: Delay's type says so

type call0[R any] struct {
	f any
}

func (k *call0[R]) run(t *sched.Task, in []any) (r R, err error) {
	switch f := k.f.(type) {
	case func() R:
		return f(), nil
	case func() (R, error):
		return f()
	case func(context.Context) (R, error):
		return f(t.Context())
	}
	return r, errShape
}

func (k *call0[R]) port(i int) anyPort {
	return nil
}

func (k *call0[R]) function() any                                         { return k.f }
func (k *call0[R]) begin(ctx context.Context, h *handle, spec sched.Spec) { begin[R](ctx, h, spec, *k) }

type call1[A, R any] struct {
	f any
	a port[A]
}

func (k *call1[A, R]) run(t *sched.Task, in []any) (r R, err error) {
	s := source{in: in}
	a, err := k.a.get(&s)
	if err != nil {
		return r, err
	}
	switch f := k.f.(type) {
	case func(A) R:
		return f(a), nil
	case func(A) (R, error):
		return f(a)
	case func(context.Context, A) (R, error):
		return f(t.Context(), a)
	}
	return r, errShape
}

func (k *call1[A, R]) port(i int) anyPort {
	switch i {
	case 0:
		return &k.a
	}
	return nil
}

func (k *call1[A, R]) function() any { return k.f }
func (k *call1[A, R]) begin(ctx context.Context, h *handle, spec sched.Spec) {
	begin[R](ctx, h, spec, *k)
}

type call2[A, B, R any] struct {
	f any
	a port[A]
	b port[B]
}

func (k *call2[A, B, R]) run(t *sched.Task, in []any) (r R, err error) {
	s := source{in: in}
	a, err := k.a.get(&s)
	if err != nil {
		return r, err
	}
	b, err := k.b.get(&s)
	if err != nil {
		return r, err
	}
	switch f := k.f.(type) {
	case func(A, B) R:
		return f(a, b), nil
	case func(A, B) (R, error):
		return f(a, b)
	case func(context.Context, A, B) (R, error):
		return f(t.Context(), a, b)
	}
	return r, errShape
}

func (k *call2[A, B, R]) port(i int) anyPort {
	switch i {
	case 0:
		return &k.a
	case 1:
		return &k.b
	}
	return nil
}

func (k *call2[A, B, R]) function() any { return k.f }
func (k *call2[A, B, R]) begin(ctx context.Context, h *handle, spec sched.Spec) {
	begin[R](ctx, h, spec, *k)
}

type call3[A, B, C, R any] struct {
	f any
	a port[A]
	b port[B]
	c port[C]
}

func (k *call3[A, B, C, R]) run(t *sched.Task, in []any) (r R, err error) {
	s := source{in: in}
	a, err := k.a.get(&s)
	if err != nil {
		return r, err
	}
	b, err := k.b.get(&s)
	if err != nil {
		return r, err
	}
	c, err := k.c.get(&s)
	if err != nil {
		return r, err
	}
	switch f := k.f.(type) {
	case func(A, B, C) R:
		return f(a, b, c), nil
	case func(A, B, C) (R, error):
		return f(a, b, c)
	case func(context.Context, A, B, C) (R, error):
		return f(t.Context(), a, b, c)
	}
	return r, errShape
}

func (k *call3[A, B, C, R]) port(i int) anyPort {
	switch i {
	case 0:
		return &k.a
	case 1:
		return &k.b
	case 2:
		return &k.c
	}
	return nil
}

func (k *call3[A, B, C, R]) function() any { return k.f }
func (k *call3[A, B, C, R]) begin(ctx context.Context, h *handle, spec sched.Spec) {
	begin[R](ctx, h, spec, *k)
}

type callSlice[A, R any] struct {
	f   any
	all []port[A]
}

func (k *callSlice[A, R]) run(t *sched.Task, in []any) (r R, err error) {
	s := source{in: in}
	all := make([]A, len(k.all))
	for i := range k.all {
		if all[i], err = k.all[i].get(&s); err != nil {
			return r, err
		}
	}
	switch f := k.f.(type) {
	case func([]A) R:
		return f(all), nil
	case func([]A) (R, error):
		return f(all)
	case func(context.Context, []A) (R, error):
		return f(t.Context(), all)
	}
	return r, errShape
}

func (k *callSlice[A, R]) port(i int) anyPort {
	if i < len(k.all) {
		return &k.all[i]
	}
	return nil
}

func (k *callSlice[A, R]) function() any { return k.f }
func (k *callSlice[A, R]) begin(ctx context.Context, h *handle, spec sched.Spec) {
	begin[R](ctx, h, spec, *k)
}
