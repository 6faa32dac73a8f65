package sched

import (
	"context"
	"sync"
	"time"
)

// claim makes the caller the one who runs f.
func (f *Future) claim() bool {
	return f.missing.Load() == 0 && f.state.CompareAndSwap(uint32(Pending), uint32(Running))
}

// execute runs f on w (nil: the goroutine of somebody who waits for it, in a task with the frame outer or outside)
// unless somebody else does. It returns a future that became ready, if any, for w to run next.
func (f *Future) execute(w *worker, outer *frame) (next *Future) {
	if !f.claim() {
		return nil
	}
	if f.ctx.Err() != nil {
		return f.finish(w, Cancelled, nil, context.Cause(f.ctx))
	}
	if f.e.closed.Load() {
		return f.finish(w, Cancelled, nil, ErrClosed)
	}
	if f.poisoned.Load() {
		_, err := f.result()
		return f.finish(w, Failed, nil, err)
	}
	observed := f.e.set.observer != nil
	var began time.Duration
	if observed {
		began = f.e.now()
	}
	v, err := f.call(w, outer)
	state := Finished
	switch cause := f.cancelCause(); {
	case cause != nil:
		state, v, err = Cancelled, nil, cause
	case err != nil:
		state, v = Failed, nil
		te := f.failed(err)
		f.e.noteFailure(te)
		err = te
	}
	if w != nil {
		w.ran++
	} else {
		f.e.counts.futures.Add(1)
	}
	if observed {
		f.observe(w, state, began)
	}
	return f.finish(w, state, v, err)
}

// taskPool is for goroutines that are not workers; a worker has a Task of its own.
var taskPool = sync.Pool{New: func() any { return new(Task) }}

// call runs the function, again if it may be retried, and turns a panic into an error.
func (f *Future) call(w *worker, outer *frame) (v any, err error) {
	var t *Task
	if w != nil {
		t = &w.task
		t.future, t.w, t.worker = f, w, w.id
	} else {
		t = taskPool.Get().(*Task)
		t.future, t.worker, t.outer = f, -1, outer
	}
	returned := false
	defer func() {
		t.close()
		if !returned {
			p := recover()
			if p == nil { // runtime.Goexit: this goroutine is lost
				f.finish(nil, Failed, nil, f.failed(errGoexit))
				if w != nil {
					w.flush()
					f.e.abandon(w)
				}
				return
			}
			v, err = nil, newPanicError(p)
		}
		*t = Task{}
		if w == nil {
			taskPool.Put(t)
		}
	}()
	for try := 0; ; try++ {
		if w != nil && len(w.priv) > 0 {
			t.lend(w)
		}
		v, err = f.body.Run(t)
		if err == nil || try >= int(f.retries) || t.Err() != nil {
			break
		}
		t.close()
	}
	returned = true
	return v, err
}

// finish sets the result and tells everybody who waits for it.
func (f *Future) finish(w *worker, state State, v any, err error) (next *Future) {
	if err != nil {
		v = &failure{err}
	}
	f.mu.Lock()
	f.out = v
	f.mu.Unlock()
	f.state.Store(uint32(state))
	if m := f.more.Load(); m != nil {
		m.end()
	}
	ed := f.succ.Swap(closed)
	for ed = reversed(ed); ed != nil; {
		after := ed.next.Load()
		switch {
		case ed.fut != nil:
			s := ed.fut
			if state != Finished {
				s.inputReady(f)
			}
			if s.missing.Add(-1) != 0 {
				break
			}
			if w == nil || s.e != f.e || s.priority != 0 {
				s.e.submit(s)
				break
			}
			if next != nil {
				w.priv = append(w.priv, next)
			}
			next = s
		case ed.fn != nil:
			ed.fn()
		default:
			ed.ch <- struct{}{}
		}
		ed = after
	}
	// Kept for Rerun while the future failed; a value needs its function no more.
	if state == Finished {
		f.body = nil
	}
	return next
}

// reversed puts the list in the order of registration.
func reversed(ed *edge) *edge {
	var out *edge
	for ed != nil {
		next := ed.next.Load()
		ed.next.Store(out)
		out, ed = ed, next
	}
	return out
}
