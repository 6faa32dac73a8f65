package futures

import (
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// call is a delayed call under construction: what it runs and the inputs that are not plain values.
type call struct {
	name string
	site site.Site
	deps []dep
	from []sched.Sketcher // what deps stand for
	args []any            // plain values, and a sched.InputAt for each of deps
	err  error
	n    int // inputs bound so far
}

// dep adds an input's task to a plan.
type dep func(p *sched.Plan) (sched.TaskID, error)

// newCall begins a delayed call of f, made skip frames above newCall's caller.
func newCall(f any, skip int) call {
	return call{name: nameOf(f), site: site.Caller(skip + 1)}
}

// slot is where a running call finds one input: a plain value in the slot itself, another's result among the results
// that the engine hands over. Plain values get no task of their own.
type slot[T any] struct {
	v  T
	at int // position among the results; -1: v
}

func (s *slot[T]) in(results []any) T {
	if s.at < 0 {
		return s.v
	}
	return cast[T](results[s.at])
}

// bind adds x to the call's inputs and returns where its value will be.
func bind[T any](c *call, x Input[T]) slot[T] {
	n := c.n
	c.n++
	if v, ok := x.(value[T]); ok {
		c.args = append(c.args, v.v)
		return slot[T]{v.v, -1}
	}
	var d *Delayed[T]
	if x != nil {
		d = x.Delayed()
	}
	switch {
	case d == nil:
		c.fail(&InputError{Name: c.name, N: n, Err: errNilInput})
		return slot[T]{at: -1}
	case d.err != nil:
		c.fail(&InputError{Name: c.name, N: n, Key: d.name, Err: d.err})
		return slot[T]{at: -1}
	}
	c.args = append(c.args, sched.InputAt(len(c.deps)))
	c.deps = append(c.deps, d.task)
	c.from = append(c.from, d)
	return slot[T]{at: len(c.deps) - 1}
}

func (c *call) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// delay ends the construction: run is the call itself, given the results of the inputs.
func delay[R any](c call, run func(t *sched.Task, results []any) (R, error)) *Delayed[R] {
	d := &Delayed[R]{name: c.name, site: c.site, err: c.err, from: c.from}
	if c.err != nil {
		return d
	}
	d.lower = func(p *sched.Plan) (sched.TaskID, error) {
		in := make([]sched.TaskID, len(c.deps))
		for i, dep := range c.deps {
			var err error
			if in[i], err = dep(p); err != nil {
				return 0, err
			}
		}
		op := p.Op(sched.Op{Name: c.name, Site: c.site, Args: c.args, Run: func(t *sched.Task, in []any) (any, error) {
			v, err := run(t, in)
			out := any(v)
			if n := sizeOf(out); n >= leastHeld {
				t.SetBytes(n)
			}
			return out, err
		}})
		return p.Add(op, 0, in...), nil
	}
	return d
}
