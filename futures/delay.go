package futures

import "github.com/gomagpie/magpie/sched"

// Delay0 returns the delayed result of f(). Nothing runs until Compute, Start or Persist; a nil f fails then, as a
// panic of a user's function does.
func Delay0[R any](f func() R) *Delayed[R] {
	return delay(newCall(f, 1), func(*sched.Task, []any) (R, error) { return f(), nil })
}

// Delay1 returns the delayed result of f(a). Nothing runs until Compute, Start or Persist; if a fails, so does the
// result.
func Delay1[A, R any](f func(A) R, a Input[A]) *Delayed[R] {
	c := newCall(f, 1)
	x := bind(&c, a)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in)), nil })
}

// Delay2 returns the delayed result of f(a, b), as [Delay1] does for one input.
func Delay2[A, B, R any](f func(A, B) R, a Input[A], b Input[B]) *Delayed[R] {
	c := newCall(f, 1)
	x, y := bind(&c, a), bind(&c, b)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in), y.in(in)), nil })
}

// Delay3 returns the delayed result of f(a, b, d), as [Delay1] does for one input.
func Delay3[A, B, D, R any](f func(A, B, D) R, a Input[A], b Input[B], d Input[D]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z := bind(&c, a), bind(&c, b), bind(&c, d)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in), y.in(in), z.in(in)), nil })
}

// Delay4 returns the delayed result of f(a, b, d, e), as [Delay1] does for one input.
func Delay4[A, B, D, E, R any](f func(A, B, D, E) R, a Input[A], b Input[B], d Input[D], e Input[E]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z, w := bind(&c, a), bind(&c, b), bind(&c, d), bind(&c, e)
	return delay(c, func(_ *sched.Task, in []any) (R, error) {
		return f(x.in(in), y.in(in), z.in(in), w.in(in)), nil
	})
}

// DelaySlice returns the delayed result of f called with all of in, in their order. The slice that f gets is its own.
func DelaySlice[A, R any, I Input[A]](f func([]A) R, in []I) *Delayed[R] {
	c := newCall(f, 1)
	all := bindAll[A](&c, in)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(gathered(all, in)), nil })
}

func bindAll[A any, I Input[A]](c *call, in []I) []slot[A] {
	all := make([]slot[A], len(in))
	for i, x := range in {
		all[i] = bind[A](c, x)
	}
	return all
}

func gathered[A any](all []slot[A], in []any) []A {
	vs := make([]A, len(all))
	for i := range all {
		vs[i] = all[i].in(in)
	}
	return vs
}
