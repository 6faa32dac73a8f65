package sched

import (
	"context"
	"sync"
	"time"
)

// execute runs f on x unless somebody else does, or has ended it. It returns a future that became ready, if any, for x
// to run next.
func (f *Future) execute(x *executor) (next *Future) {
	if f.missing.Load() != 0 {
		return nil
	}
	var p *permit
	if f.e.limits.Load() != nil {
		var ok bool
		if p, ok = f.permit(); !ok {
			return nil
		}
	}
	if !f.state.CompareAndSwap(uint32(Pending), uint32(Running)) {
		return nil
	}
	x.current.Store(f)
	if err := f.refused(); err != nil { // by now it may be cancelled, too, and then this settles nothing
		f.settle(x, Cancelled, nil, err)
		p.leave()
		if f.e.limits.Load() != nil { // it may have had a permit before it was refused
			f.leaveLimit()
		}
		f.body = nil
		f.unrun(Cancelled, err)
		return nil
	}
	observed := f.e.set.observer != nil
	var began time.Duration
	if observed {
		began = f.e.now()
	}
	x.ran++
	v, err := f.call(x, p)
	state := Finished
	if err != nil {
		state = Failed
		if f.ctx.Err() != nil {
			state, err = Cancelled, context.Cause(f.ctx)
		}
	} else if f.ctx.Err() != nil {
		state, v, err = Cancelled, nil, context.Cause(f.ctx)
	}
	if observed {
		f.observe(x, state, began)
	}
	if next = f.end(x, state, v, err); f.e.memory != nil {
		x.current.Store(nil) // else the value would be held, and counted, until the executor runs another
	}
	return next
}

// refused returns why f must not begin, or nil.
func (f *Future) refused() error {
	switch {
	case f.ctx.Err() != nil:
		return context.Cause(f.ctx)
	case f.e.closed.Load():
		return ErrClosed
	}
	return nil
}

// end settles f with what its function returned, if nobody has settled it meanwhile: then that is dropped.
func (f *Future) end(x *executor, state State, v any, err error) (next *Future) {
	if state == Failed && State(f.state.Load()) == Running {
		te := f.failed(err)
		f.e.noteFailure(te)
		err = te
	}
	next, first := f.settle(x, state, v, err)
	if !first || state != Failed { // else it is kept for Rerun
		f.body = nil
	}
	if first && state == Finished {
		x.finished(f)
	}
	return next
}

// taskPool is for calls inside other calls; an executor has a Task of its own for the outermost.
var taskPool = sync.Pool{New: func() any { return new(Task) }}

// call runs the function, again if it may be retried, and turns a panic into an error. In sync mode panics pass through.
func (f *Future) call(x *executor, p *permit) (v any, err error) {
	t := &x.task
	outermost := x.cur.Load() == nil
	if outermost {
		x.cur.Store(t)
	} else {
		t = taskPool.Get().(*Task)
	}
	t.future, t.x, t.worker = f, x, 0
	if s := x.seat.Load(); s != nil {
		t.worker = s.id
	}
	if m := f.e.memory; m != nil {
		m.workBegins()
		defer m.workEnds()
	}
	if p != nil {
		t.permit, x.permit = p, p
	}
	returned := false
	defer func() {
		t.endPermit()
		t.leave()
		if outermost {
			x.cur.Store(nil)
		}
		t.forget()
		if !outermost {
			taskPool.Put(t)
		}
		if returned {
			return
		}
		err = errUnwound
		if !f.e.set.sync {
			if p := recover(); p != nil {
				v, err = nil, newPanicError(p)
				return
			}
			err = errGoexit
		}
		// This goroutine is lost, or the caller's panics. What waited for f is for others.
		f.end(nil, Failed, nil, err)
	}()
	for try := 0; ; try++ {
		t.bytes, t.op = 0, "" // what the call before has said is not true of this one
		t.enter()
		v, err = f.body.Run(t)
		t.leave()
		if err == nil || try >= int(f.retries) || t.Err() != nil {
			break
		}
	}
	t.endPermit()
	if err == nil {
		err = f.charge(x, t.bytes)
	}
	returned = true
	return v, err
}

// forget makes t ready for the next call.
func (t *Task) forget() {
	t.run, t.future, t.frame, t.bytes, t.op, t.failed = nil, nil, nil, 0, "", false
	t.special.Store(false)
}
