package futures

import (
	"context"
	"runtime"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// submission is a Submit under construction.
type submission struct {
	spec  sched.Spec
	first [2]sched.External // what it waits for, the first few without an allocation
	count int               // of first
	after []sched.External  // the others
	lazy  []sched.Lazy      // delayed inputs, computed in one pass
	fresh []*handle         // their futures
	err   error
	n     int // inputs held so far

	keyed    bool // under Pure or Key
	explicit bool // under Key
	key      any
}

// newSubmission begins a Submit of f, which the user called at the given place.
func newSubmission(f any, opts []sched.Option, at site.Site) submission {
	s := submission{spec: sched.Spec{Name: nameOf(f), Site: at}}
	if len(opts) > 0 {
		s.spec = sched.SpecOf(s.spec.Name, at, opts...)
		s.beginKey(f)
	}
	return s
}

// port is where a task finds one input: a plain value in the port itself, or a future.
type port[T any] struct {
	v T
	h *handle
}

// get returns the value of the n-th input; a future has ended by then. It has ended well too, or the engine would not
// have begun the task, but it may have been released since.
func (p *port[T]) get(n int) (T, error) {
	if p.h == nil {
		return p.v, nil
	}
	c := p.h.current()
	v, err := p.h.poll(c)
	if err != nil {
		err = &InputError{N: n, Key: c.Key(), Err: err}
	}
	return cast[T](v), err
}

// anyPort is a port of any type.
type anyPort interface {
	future() *handle // nil for a plain value
	argument() sched.Argument
}

func (p *port[T]) future() *handle { return p.h }

func (p *port[T]) argument() sched.Argument {
	if p.h == nil {
		return sched.Argument{Value: p.v}
	}
	c := p.h.current()
	v, _, _ := c.Poll()
	return sched.Argument{Key: c.Key(), Value: v}
}

// hold adds x to the inputs of the task.
func hold[T any](s *submission, x Input[T]) port[T] {
	n := s.n
	s.n++
	switch x := x.(type) {
	case value[T]:
		if s.keyed {
			s.addKey(x.v)
		}
		return port[T]{v: x.v}
	case *Future[T]:
		if x != nil {
			if s.keyed {
				s.addKey(weak.Make(x))
			}
			s.await(x.current().external())
			return port[T]{h: &x.handle}
		}
	case nil:
	default:
		d := x.Delayed()
		if d == nil {
			break
		}
		if d.err != nil {
			s.fail(&InputError{Name: s.spec.Name, N: n, Key: d.name, Err: d.err})
			return port[T]{}
		}
		if s.keyed {
			s.addKey(weak.Make(d))
		}
		h := &handle{}
		s.lazy, s.fresh = append(s.lazy, d), append(s.fresh, h)
		return port[T]{h: h}
	}
	s.fail(&InputError{Name: s.spec.Name, N: n, Err: errNilInput})
	return port[T]{}
}

// await adds x to what the task waits for.
func (s *submission) await(x sched.External) {
	if s.count < len(s.first) {
		s.first[s.count] = x
		s.count++
		return
	}
	s.after = append(s.after, x)
}

// inputs returns all that the task waits for.
func (s *submission) inputs() []sched.External {
	if s.after == nil {
		return s.first[:s.count]
	}
	return append(s.first[:len(s.first):len(s.first)], s.after...)
}

func (s *submission) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// submit hands the call to the engine, unless an equal one is known.
func submit[R, C any, P caller[R, C]](ctx context.Context, s *submission, call C) *Future[R] {
	if s.err != nil {
		f := &Future[R]{}
		f.core = newReady(s.spec.Name, nil, s.err)
		return f
	}
	build := func() *Future[R] {
		if len(s.lazy) > 0 {
			startInputs(ctx, s)
		}
		f := &Future[R]{}
		begin[R, C, P](ctx, &f.handle, s.spec, call, s.inputs())
		return f
	}
	if s.keyed {
		return share(ctx, s, build)
	}
	return build()
}

// begin hands a call to the engine and makes h stand for it.
func begin[R, C any, P caller[R, C]](ctx context.Context, h *handle, spec sched.Spec, call C, after []sched.External) {
	j := &job[R, C, P]{call: call}
	h.core = j
	j.hold = keep(h)
	j.Begin(ctx, spec, j, after...)
	runtime.KeepAlive(h)
}

// startInputs starts the delayed inputs of a task, all in one pass.
func startInputs(ctx context.Context, s *submission) {
	var opts []sched.Option
	if s.spec.Engine != nil {
		opts = append(opts, sched.On(s.spec.Engine))
	}
	if s.spec.Sync {
		opts = append(opts, sched.Sync())
	}
	if s.spec.Retries > 0 {
		opts = append(opts, sched.Retries(s.spec.Retries))
	}
	p := sched.Persist(ctx, s.spec.Name+".in", s.spec.Site, s.lazy, opts...)
	for i, h := range s.fresh {
		h.core = &started{External: p.Output(i, 0), p: p, n: i, opts: opts, op: s.spec.Name}
		h.cancelWhenDropped(h.core)
		s.await(h.core)
	}
}
