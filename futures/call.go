package futures

import (
	"context"
	"fmt"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// caller is a function with its inputs, which gives an R: what a delayed value owns, and what a task runs. It is
// immutable; a task that begins as a future has a copy, whose inputs it lets go when it has succeeded.
type caller[R any] interface {
	// run calls the function. in are the results of the inputs that are no plain values, in order; if there are none,
	// the inputs are futures.
	run(t *sched.Task, in []any) (R, error)
	// port returns the i-th input, or nil after the last.
	port(i int) anyPort
	function() any
	// begin begins a copy of the call as a task, and makes h stand for it.
	begin(ctx context.Context, h *handle, spec sched.Spec)
}

// operand is an input that is no plain value: a future or a delayed value.
type operand interface {
	// fault returns why it cannot be used at all, or nil.
	fault() error
	// label names it in errors.
	label() string
	// key stands for it in the key of a call under Pure. It does not hold it.
	key() any
	// node returns the delayed value to lower, or nil if it is a future, which lowers to an external.
	node() node
	external() sched.External
}

// port is an input of a call: a plain value, which gets no task, or an operand.
type port[T any] struct {
	v T
	x operand // nil: v
}

// anyPort is a port of any type.
type anyPort interface {
	operand() operand
	value() any
}

func (p *port[T]) operand() operand { return p.x }
func (p *port[T]) value() any       { return p.v }

// take returns the port of an input.
func take[T any](x Input[T]) port[T] {
	switch x := x.(type) {
	case value[T]:
		return port[T]{v: x.v}
	case *Future[T]:
		if x != nil {
			return port[T]{x: &x.handle}
		}
	case nil:
	default:
		if d := x.Delayed(); d != nil {
			return port[T]{x: d.unwrap()}
		}
	}
	return port[T]{x: missing{}}
}

// missing is a nil input.
type missing struct{}

func (missing) fault() error             { return errNilInput }
func (missing) label() string            { return "" }
func (missing) key() any                 { return nil }
func (missing) node() node               { return nil }
func (missing) external() sched.External { return nil }

// source is where the ports of a running call find their values, one after the other.
type source struct {
	in   []any // nil: in the futures themselves
	next int   // of in
	n    int   // the input's position
}

// get returns the value of the next input. A future has ended by then, and well, or the engine would not have begun the
// task; but it may have been released since.
func (p *port[T]) get(s *source) (T, error) {
	n := s.n
	s.n++
	if p.x == nil {
		return p.v, nil
	}
	if s.in != nil {
		s.next++
		return cast[T](s.in[s.next-1]), nil
	}
	h, ok := p.x.(*handle)
	if !ok {
		var zero T
		return zero, sched.ErrReleased // the call has been let go
	}
	c := h.current()
	v, err := h.poll(c)
	if err != nil {
		err = &InputError{N: n, Key: c.Key(), Err: err}
	}
	return cast[T](v), err
}

// made is a delayed value and its call in one allocation.
type made[R, C any] struct {
	Delayed[R]
	c C
}

// delay returns the delayed result of a call, made at the given place.
func delay[R, C any, P interface {
	*C
	caller[R]
}](call C, at site.Site) *Delayed[R] {
	m := &made[R, C]{c: call}
	d := &m.Delayed
	d.call, d.site = P(&m.c), at
	var ok bool
	if d.name, ok = nameOf(d.call.function()); !ok {
		d.err = errNilFunc
	}
	for i := 0; ; i++ {
		p := d.call.port(i)
		if p == nil {
			return d
		}
		x := p.operand()
		if x == nil {
			continue
		}
		if err := x.fault(); err != nil && d.err == nil {
			if in, ok := err.(*InputError); ok {
				err = in.Err // where it began: a chain of calls must not become a chain of errors
			}
			d.err = &InputError{Name: d.name, N: i, Key: x.label(), Err: err}
		}
		d.lazy = d.lazy || x.node() != nil
	}
}

// named gives d the name of the collection's or the package's operation that it is.
func (d *Delayed[T]) named(name string) *Delayed[T] {
	d.name = name
	return d
}

// add adds the task of a call, whose inputs' tasks are in.
func (d *Delayed[T]) add(p *sched.Plan, in []sched.TaskID) (sched.TaskID, error) {
	if d.call == nil {
		return d.other.lower(p)
	}
	var args []any
	inputs := 0
	for i := 0; ; i++ {
		port := d.call.port(i)
		if port == nil {
			break
		}
		if port.operand() == nil {
			args = append(args, port.value())
			continue
		}
		args = append(args, sched.InputAt(inputs))
		inputs++
	}
	call := d.call
	op := p.Op(sched.Op{Name: d.name, Site: d.site, Args: args, Run: func(t *sched.Task, in []any) (any, error) {
		v, err := call.run(t, in)
		out := any(v)
		if n := sizeOf(out); n >= leastHeld {
			t.SetBytes(n)
		}
		return out, err
	}})
	return p.Add(op, 0, in...), nil
}

// key builds the key of a call under Pure: its function, and its inputs as links.
func (d *Delayed[T]) pureKey() (key any, err error) {
	if key, err = functionKey(d.name, d.call.function()); err != nil {
		return nil, err
	}
	for i := 0; ; i++ {
		p := d.call.port(i)
		if p == nil {
			return key, nil
		}
		part := p.value()
		if x := p.operand(); x != nil {
			part = x.key()
		}
		if key, err = addKey(key, part); err != nil {
			return nil, fmt.Errorf("futures: Pure: input %d of %s, %w; give the call a key", i, d.name, err)
		}
	}
}

func (d *Delayed[T]) fault() error             { return d.Err() }
func (d *Delayed[T]) label() string            { return d.name }
func (d *Delayed[T]) key() any                 { return weak.Make(d) }
func (d *Delayed[T]) node() node               { return d }
func (d *Delayed[T]) external() sched.External { return nil }

func (h *handle) fault() error             { return nil }
func (h *handle) label() string            { return h.current().Key() }
func (h *handle) key() any                 { return weak.Make(h) }
func (h *handle) node() node               { return nil }
func (h *handle) external() sched.External { return h.current().external() }
