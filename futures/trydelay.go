package futures

import "github.com/gomagpie/magpie/sched"

// TryDelay0 is [Delay0] for a function that can fail: its error is the error of every use of the result.
func TryDelay0[R any](f func() (R, error)) *Delayed[R] {
	return delay(newCall(f, 1), func(*sched.Task, []any) (R, error) { return f() })
}

// TryDelay1 is [Delay1] for a function that can fail: its error is the error of every use of the result.
func TryDelay1[A, R any](f func(A) (R, error), a Input[A]) *Delayed[R] {
	c := newCall(f, 1)
	x := bind(&c, a)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in)) })
}

// TryDelay2 is [Delay2] for a function that can fail.
func TryDelay2[A, B, R any](f func(A, B) (R, error), a Input[A], b Input[B]) *Delayed[R] {
	c := newCall(f, 1)
	x, y := bind(&c, a), bind(&c, b)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in), y.in(in)) })
}

// TryDelay3 is [Delay3] for a function that can fail.
func TryDelay3[A, B, D, R any](f func(A, B, D) (R, error), a Input[A], b Input[B], d Input[D]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z := bind(&c, a), bind(&c, b), bind(&c, d)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(x.in(in), y.in(in), z.in(in)) })
}

// TryDelay4 is [Delay4] for a function that can fail.
func TryDelay4[A, B, D, E, R any](f func(A, B, D, E) (R, error), a Input[A], b Input[B], d Input[D],
	e Input[E]) *Delayed[R] {
	c := newCall(f, 1)
	x, y, z, w := bind(&c, a), bind(&c, b), bind(&c, d), bind(&c, e)
	return delay(c, func(_ *sched.Task, in []any) (R, error) {
		return f(x.in(in), y.in(in), z.in(in), w.in(in))
	})
}

// TryDelaySlice is [DelaySlice] for a function that can fail.
func TryDelaySlice[A, R any, I Input[A]](f func([]A) (R, error), in []I) *Delayed[R] {
	c := newCall(f, 1)
	all := bindAll[A](&c, in)
	return delay(c, func(_ *sched.Task, in []any) (R, error) { return f(gathered(all, in)) })
}
