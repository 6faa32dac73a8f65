package futures

import (
	"context"
	"sync/atomic"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// body is how a future's result is computed: what Submit handed to the engine, kept for Retry until it has succeeded.
type body interface {
	task() *task
	// visit calls f for every input that is a future, with its position.
	visit(f func(n int, in *handle))
	// again returns a body for one more attempt, or nil if what this one needed has been dropped.
	again() body
	// start begins the computation.
	start(ctx context.Context, after []sched.External) core
	// watch has what start returned cancelled when its handle is dropped.
	watch(h *handle, c core)
	// forget drops what an attempt that will not begin any more would have needed.
	forget()
}

// task is what all bodies have.
type task struct {
	spec   sched.Spec
	phase  atomic.Uint32
	holder atomic.Pointer[handle] // see watch
	next   *task                  // in the list of the young
}

// The phases of a body. It is dropped, and its inputs are let go, when its function has succeeded or will never be
// called; it is superseded when another attempt has been made from it. Only one of the two happens, so an attempt that
// was cancelled and still runs never touches what a later one reads.
const (
	fresh = iota
	begun
	dropped
	superseded
)

// job is a body around a call of type C.
type job[R, C any, P caller[R, C]] struct {
	meta task
	call C
}

// caller is a function of some shape with its inputs.
type caller[R, C any] interface {
	*C
	run(t *sched.Task) (R, error)
	visit(f func(n int, in *handle))
}

func (j *job[R, C, P]) task() *task                     { return &j.meta }
func (j *job[R, C, P]) visit(f func(n int, in *handle)) { P(&j.call).visit(f) }

func (j *job[R, C, P]) again() body {
	p := &j.meta.phase
	if !p.CompareAndSwap(fresh, superseded) && !p.CompareAndSwap(begun, superseded) {
		return nil
	}
	return &job[R, C, P]{meta: task{spec: j.meta.spec}, call: j.call}
}

func (j *job[R, C, P]) start(ctx context.Context, after []sched.External) core {
	return sched.Submit(ctx, j.meta.spec, j.run, after...)
}

func (j *job[R, C, P]) watch(h *handle, c core) { j.meta.watch(h, c) }

// run runs the call. The inputs of one that succeeded are let go at once: a chain of futures holds the results that
// somebody holds, not all that ever were.
func (j *job[R, C, P]) run(t *sched.Task) (any, error) {
	p := &j.meta.phase
	if !p.CompareAndSwap(fresh, begun) && p.Load() != begun { // begun: the engine's own retry
		return nil, sched.ErrCancelled
	}
	v, err := P(&j.call).run(t)
	j.meta.unwatch()
	if err != nil {
		if in, ok := err.(*InputError); ok && in.Name == "" { // from port.get, which does not know it
			in.Name = j.meta.spec.Name
		}
		return nil, err
	}
	if p.CompareAndSwap(begun, dropped) {
		j.drop()
	}
	return v, nil
}

func (j *job[R, C, P]) forget() {
	if j.meta.phase.CompareAndSwap(fresh, dropped) {
		j.drop()
	}
}

func (j *job[R, C, P]) drop() {
	var none C
	j.call = none
}

// submission is a Submit under construction.
type submission struct {
	spec  sched.Spec
	after []sched.External
	lazy  []sched.Lazy // delayed inputs, computed in one pass
	fresh []*handle    // their futures
	err   error
	n     int // inputs held so far

	keyed    bool // under Pure or Key
	explicit bool // under Key
	key      any
}

// newSubmission begins a Submit of f, made skip frames above newSubmission's caller.
func newSubmission(f any, opts []Option, skip int) submission {
	s := submission{spec: sched.Spec{Name: nameOf(f), Site: site.Caller(skip + 1)}}
	if len(opts) > 0 {
		o := settle(s.spec, opts)
		s.spec = o.spec
		s.beginKey(f, o)
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

func (p *port[T]) visit(n int, f func(int, *handle)) {
	if p.h != nil {
		f(n, p.h)
	}
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
			s.after = append(s.after, x.current())
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
	if s.keyed {
		return share(s, func() *Future[R] { return begin[R, C, P](ctx, s, call) })
	}
	return begin[R, C, P](ctx, s, call)
}

func begin[R, C any, P caller[R, C]](ctx context.Context, s *submission, call C) *Future[R] {
	if len(s.lazy) > 0 {
		startInputs(ctx, s)
	}
	f := &Future[R]{}
	j := &job[R, C, P]{meta: task{spec: s.spec}, call: call}
	f.body = j
	f.core = j.start(ctx, s.after)
	j.meta.watch(&f.handle, f.core)
	return f
}

// startInputs starts the delayed inputs of a task, all in one pass.
func startInputs(ctx context.Context, s *submission) {
	var opts []sched.Option
	if s.spec.Engine != nil {
		opts = append(opts, sched.On(s.spec.Engine))
	}
	if s.spec.Retries > 0 {
		opts = append(opts, sched.Retries(s.spec.Retries))
	}
	run := sched.Start(ctx, s.lazy, opts...)
	for i, h := range s.fresh {
		h.core = &started{External: run.Output(i, 0), run: run, ctx: ctx}
		h.body = &computation{lazy: s.lazy[i], opts: opts, meta: task{spec: s.spec}}
		h.cancelWhenDropped(h.core, h.body)
		s.after = append(s.after, h.core)
	}
}
