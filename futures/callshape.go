package futures

import (
	"context"
	"errors"

	"github.com/gomagpie/magpie/sched"
)

// A callN is a submitted function of N inputs in one of its three shapes, with the inputs. The shape is told from the
// type of f: a struct or an adapter for each of them would be an allocation or 16 bytes a task.

var errShape = errors.New("futures: not a function of one of the three shapes") // cannot happen: Submit's type says so

type call0[R any] struct {
	f any
}

func (k *call0[R]) run(t *sched.Task) (r R, err error) {
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

func (k *call0[R]) each(f func(port anyPort)) {
}

type call1[A, R any] struct {
	f any
	a port[A]
}

func (k *call1[A, R]) run(t *sched.Task) (r R, err error) {
	a, err := k.a.get(0)
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

func (k *call1[A, R]) each(f func(port anyPort)) {
	f(&k.a)
}

type call2[A, B, R any] struct {
	f any
	a port[A]
	b port[B]
}

func (k *call2[A, B, R]) run(t *sched.Task) (r R, err error) {
	a, err := k.a.get(0)
	if err != nil {
		return r, err
	}
	b, err := k.b.get(1)
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

func (k *call2[A, B, R]) each(f func(port anyPort)) {
	f(&k.a)
	f(&k.b)
}

type call3[A, B, C, R any] struct {
	f any
	a port[A]
	b port[B]
	c port[C]
}

func (k *call3[A, B, C, R]) run(t *sched.Task) (r R, err error) {
	a, err := k.a.get(0)
	if err != nil {
		return r, err
	}
	b, err := k.b.get(1)
	if err != nil {
		return r, err
	}
	c, err := k.c.get(2)
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

func (k *call3[A, B, C, R]) each(f func(port anyPort)) {
	f(&k.a)
	f(&k.b)
	f(&k.c)
}

type call4[A, B, C, D, R any] struct {
	f any
	a port[A]
	b port[B]
	c port[C]
	d port[D]
}

func (k *call4[A, B, C, D, R]) run(t *sched.Task) (r R, err error) {
	a, err := k.a.get(0)
	if err != nil {
		return r, err
	}
	b, err := k.b.get(1)
	if err != nil {
		return r, err
	}
	c, err := k.c.get(2)
	if err != nil {
		return r, err
	}
	d, err := k.d.get(3)
	if err != nil {
		return r, err
	}
	switch f := k.f.(type) {
	case func(A, B, C, D) R:
		return f(a, b, c, d), nil
	case func(A, B, C, D) (R, error):
		return f(a, b, c, d)
	case func(context.Context, A, B, C, D) (R, error):
		return f(t.Context(), a, b, c, d)
	}
	return r, errShape
}

func (k *call4[A, B, C, D, R]) each(f func(port anyPort)) {
	f(&k.a)
	f(&k.b)
	f(&k.c)
	f(&k.d)
}

type callSlice[A, R any] struct {
	f   any
	all []port[A]
}

func (k *callSlice[A, R]) run(t *sched.Task) (r R, err error) {
	all := make([]A, len(k.all))
	for i := range k.all {
		if all[i], err = k.all[i].get(i); err != nil {
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

func (k *callSlice[A, R]) each(f func(port anyPort)) {
	for i := range k.all {
		f(&k.all[i])
	}
}
