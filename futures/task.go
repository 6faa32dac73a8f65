package futures

import (
	"context"
	"runtime"
	"sync/atomic"

	"github.com/gomagpie/magpie/sched"
)

// body is a core that can be computed again, by Retry.
type body interface {
	core
	// name returns the name of the function.
	name() string
	// visit calls f for every input that is a future, with its position.
	visit(f func(n int, in *handle))
	// again returns what begins one more attempt, or nil if what this one needed has been dropped.
	again() starter
	// forget drops what an attempt that will not begin any more would have needed.
	forget()
}

// starter begins a computation and makes h stand for it.
type starter func(ctx context.Context, h *handle)

// job is a call under way: the engine's future, the call of type C, and nothing beside, in one allocation.
type job[R, C any, P callOf[R, C]] struct {
	sched.Future
	phase atomic.Uint32
	hold  *place // of the handle, while the task has not ended
	call  C
}

type callOf[R, C any] interface {
	*C
	caller[R]
}

// begin hands a copy of a call to the engine and makes h stand for it. Its inputs that are no plain values are futures.
func begin[R, C any, P callOf[R, C]](ctx context.Context, h *handle, spec sched.Spec, call C) {
	j := &job[R, C, P]{call: call}
	h.core = j
	j.hold = keep(h)
	var few [3]sched.External
	after := few[:0]
	for i := 0; ; i++ {
		p := P(&j.call).port(i)
		if p == nil {
			break
		}
		if x := p.operand(); x != nil {
			after = append(after, x.external())
		}
	}
	j.Begin(ctx, spec, j, after...)
	runtime.KeepAlive(h)
}

// The phases of a job. It is dropped, and its inputs are let go, when its function has succeeded or will never be
// called; it is superseded when another attempt has been made from it. Only one of the two happens, so an attempt that
// was cancelled and still runs never touches what a later one reads.
const (
	fresh = iota
	begun
	dropped
	superseded
)

func (j *job[R, C, P]) external() sched.External { return &j.Future }
func (j *job[R, C, P]) name() string             { return j.Spec().Name }
func (j *job[R, C, P]) runsHere() bool           { return j.Spec().Sync }

func (j *job[R, C, P]) visit(f func(n int, in *handle)) {
	for n := 0; ; n++ {
		p := P(&j.call).port(n)
		if p == nil {
			return
		}
		if h, ok := p.operand().(*handle); ok {
			f(n, h)
		}
	}
}

// Args tells the engine what a call that failed was given. It is called right after the call.
func (j *job[R, C, P]) Args() (args []sched.Argument) {
	for n := 0; ; n++ {
		p := P(&j.call).port(n)
		if p == nil {
			return args
		}
		h, ok := p.operand().(*handle)
		if !ok {
			args = append(args, sched.Argument{Value: p.value()})
			continue
		}
		c := h.current()
		v, _, _ := c.Poll()
		args = append(args, sched.Argument{Key: c.Key(), Value: v})
	}
}

func (j *job[R, C, P]) again() starter {
	if p := &j.phase; !p.CompareAndSwap(fresh, superseded) && !p.CompareAndSwap(begun, superseded) {
		return nil
	}
	return func(ctx context.Context, h *handle) { begin[R, C, P](ctx, h, j.Spec(), j.call) }
}

// Run runs the call. The inputs of one that succeeded are let go at once: a chain of futures holds the results that
// somebody holds, not all that ever were.
func (j *job[R, C, P]) Run(t *sched.Task) (any, error) {
	p := &j.phase
	if j.State() >= sched.Finished {
		return j.rerun(t)
	}
	if !p.CompareAndSwap(fresh, begun) && p.Load() != begun { // begun: the engine's own retry
		return nil, sched.ErrCancelled
	}
	v, err := P(&j.call).run(t, nil)
	if j.hold != nil {
		j.hold.leave()
		j.hold = nil
	}
	if err != nil {
		if in, ok := err.(*InputError); ok && in.Name == "" { // from port.get, which does not know it
			in.Name = j.name()
		}
		return nil, err
	}
	if p.CompareAndSwap(begun, dropped) {
		j.drop()
	}
	out := any(v)
	n := sizeOf(out)
	t.SetBytes(n)
	if n >= leastHeld {
		note(&j.Future)
	}
	return out, nil
}

// rerun runs the call of a task that has failed once more, for [sched.TaskError.Rerun]. Everything stays as it is, also
// if the call succeeds: it may be run again, and Retry may take it up.
func (j *job[R, C, P]) rerun(t *sched.Task) (any, error) {
	if j.phase.Load() == dropped {
		return nil, sched.ErrReleased
	}
	v, err := P(&j.call).run(t, nil)
	return v, err
}

func (j *job[R, C, P]) forget() {
	if j.phase.CompareAndSwap(fresh, dropped) {
		j.drop()
	}
}

func (j *job[R, C, P]) drop() {
	var none C
	j.call = none
}
