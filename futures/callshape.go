package futures

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// A callN is a submitted function of N inputs in one of its three shapes, with the inputs. One struct for the three
// keeps a Submit at two allocations beside the engine's own: an adapter from one shape to another would be a third.

type call0[R any] struct {
	plain   func() R
	try     func() (R, error)
	withCtx func(context.Context) (R, error)
}

func (k *call0[R]) run(t *sched.Task) (r R, err error) {
	switch {
	case k.plain != nil:
		return k.plain(), nil
	case k.try != nil:
		return k.try()
	}
	return k.withCtx(t.Context())
}

func (k *call0[R]) visit(f func(int, *handle)) {
}

type call1[A, R any] struct {
	plain   func(A) R
	try     func(A) (R, error)
	withCtx func(context.Context, A) (R, error)
	a       port[A]
}

func (k *call1[A, R]) run(t *sched.Task) (r R, err error) {
	a, err := k.a.get(0)
	if err != nil {
		return r, err
	}
	switch {
	case k.plain != nil:
		return k.plain(a), nil
	case k.try != nil:
		return k.try(a)
	}
	return k.withCtx(t.Context(), a)
}

func (k *call1[A, R]) visit(f func(int, *handle)) {
	k.a.visit(0, f)
}

type call2[A, B, R any] struct {
	plain   func(A, B) R
	try     func(A, B) (R, error)
	withCtx func(context.Context, A, B) (R, error)
	a       port[A]
	b       port[B]
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
	switch {
	case k.plain != nil:
		return k.plain(a, b), nil
	case k.try != nil:
		return k.try(a, b)
	}
	return k.withCtx(t.Context(), a, b)
}

func (k *call2[A, B, R]) visit(f func(int, *handle)) {
	k.a.visit(0, f)
	k.b.visit(1, f)
}

type call3[A, B, C, R any] struct {
	plain   func(A, B, C) R
	try     func(A, B, C) (R, error)
	withCtx func(context.Context, A, B, C) (R, error)
	a       port[A]
	b       port[B]
	c       port[C]
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
	switch {
	case k.plain != nil:
		return k.plain(a, b, c), nil
	case k.try != nil:
		return k.try(a, b, c)
	}
	return k.withCtx(t.Context(), a, b, c)
}

func (k *call3[A, B, C, R]) visit(f func(int, *handle)) {
	k.a.visit(0, f)
	k.b.visit(1, f)
	k.c.visit(2, f)
}

type call4[A, B, C, D, R any] struct {
	plain   func(A, B, C, D) R
	try     func(A, B, C, D) (R, error)
	withCtx func(context.Context, A, B, C, D) (R, error)
	a       port[A]
	b       port[B]
	c       port[C]
	d       port[D]
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
	switch {
	case k.plain != nil:
		return k.plain(a, b, c, d), nil
	case k.try != nil:
		return k.try(a, b, c, d)
	}
	return k.withCtx(t.Context(), a, b, c, d)
}

func (k *call4[A, B, C, D, R]) visit(f func(int, *handle)) {
	k.a.visit(0, f)
	k.b.visit(1, f)
	k.c.visit(2, f)
	k.d.visit(3, f)
}

type callSlice[A, R any] struct {
	plain   func([]A) R
	try     func([]A) (R, error)
	withCtx func(context.Context, []A) (R, error)
	all     []port[A]
}

func (k *callSlice[A, R]) run(t *sched.Task) (r R, err error) {
	all := make([]A, len(k.all))
	for i := range k.all {
		if all[i], err = k.all[i].get(i); err != nil {
			return r, err
		}
	}
	switch {
	case k.plain != nil:
		return k.plain(all), nil
	case k.try != nil:
		return k.try(all)
	}
	return k.withCtx(t.Context(), all)
}

func (k *callSlice[A, R]) visit(f func(int, *handle)) {
	for i := range k.all {
		k.all[i].visit(i, f)
	}
}
