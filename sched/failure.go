package sched

import (
	"context"
	"runtime/debug"
	"sync"
)

// newPanicError takes the stack of the panic that is being recovered.
func newPanicError(p any) *PanicError { return &PanicError{Value: p, Stack: debug.Stack()} }

// failureLog keeps descriptions of the last failures of an engine, for Tasks.
type failureLog struct {
	mu   sync.Mutex
	last []*TaskError // by told; nobody changes them
}

const maxFailures = 1000

// told returns te without what it takes to run the task again, and without the values that its cause may hold.
func (e *TaskError) told() *TaskError {
	t := *e
	t.graph, t.task, t.future = nil, 0, nil
	t.Err = described(e.Err)
	return &t
}

func (e *Engine) noteFailure(te *TaskError) {
	te = te.told()
	l := &e.failures
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) == maxFailures {
		l.last = append(l.last[:0:0], l.last[maxFailures/2:]...)
	}
	l.last = append(l.last, te)
}

// fail records that the task at t (or all, with t = -1) failed with err, unless an earlier one has.
func (r *Run) fail(t int64, err error) {
	r.mu.Lock()
	if r.over() || t >= r.last.Load() {
		r.mu.Unlock()
		return
	}
	r.last.Store(t)
	r.mu.err = err
	var late []*frame
	for f, task := range r.mu.frames {
		if int64(task) > t {
			late = append(late, f)
		}
	}
	r.mu.Unlock()
	cause := errSkipped
	if t < 0 {
		cause = err // of the cancellation
	}
	for _, f := range late {
		f.cancelCause(cause)
	}
	if t < 0 && r.stop != nil {
		r.stop(err)
	}
	// External inputs that come later are no longer waited for.
	if r.graph == nil {
		return
	}
	for i := range r.fired {
		switch {
		case int64(r.graph.ext[i].task) <= t:
		case r.book != nil:
			r.fireBooked(i)
		default:
			r.fire(i)
		}
	}
	r.skipLimited(t)
	if r.book != nil {
		r.e.memory.forceAdmit(r)
		r.pump()
	}
}

// addFrame lets a failure or the end of the run reach the context of a running task.
func (r *Run) addFrame(f *frame, t uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.frames == nil {
		r.mu.frames = map[*frame]uint32{}
	}
	r.mu.frames[f] = t
	if int64(t) > r.last.Load() {
		f.cancelCause(errSkipped)
	}
}

func (r *Run) removeFrame(f *frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.mu.frames, f)
}

// afterTask is the slow path after a task's function: it failed, or reported something. It returns the result.
func (r *Run) afterTask(ln *lane, in []any, v any, err error) any {
	task := &ln.task
	task.leave()
	for try := 0; err != nil && !task.noRetry && try < r.set.retries && task.Err() == nil && r.ctx.Err() == nil; try++ {
		task.ungrow()
		task.bytes, task.op = 0, "" // what the call before has said is not true of this one
		task.enter()
		v, err = r.graph.code[r.graph.op(task.id)](task, in)
		task.leave()
	}
	if ln.x.spawned { // the executor looks after them before it goes on
		ln.tick = 0
	}
	if task.bytes != 0 && r.graph.kept(task.id) {
		r.bytes.Add(task.bytes)
	}
	task.endPermit()
	op, at := task.op, task.site
	task.bytes, task.grown, task.op, task.noRetry = 0, 0, "", false
	if err == nil {
		return v
	}
	task.failed = true
	if cause := context.Cause(r.ctx); cause != nil {
		// The failure may be a consequence (a context that ended, a retry not made), and the watch on the caller's
		// context may be late: the cancellation is the reason.
		r.fail(-1, cause)
		return nil
	}
	err = r.graph.taskError(task.id, in, err)
	te, ok := err.(*TaskError)
	if ok && op != "" {
		te.Op, te.Site = op, at
	}
	if ok && int64(task.id) <= r.last.Load() {
		r.e.noteFailure(te)
	}
	r.fail(int64(task.id), err)
	return nil
}

// taskError says which task failed, with its inputs described.
func (g *Graph) taskError(t uint32, in []any, err error) error {
	op := &g.ops[g.op(t)]
	if _, ok := g.external(t); ok {
		return err // the input's own error says more than "external" could
	}
	return &TaskError{Key: g.Key(TaskID(t)), Op: op.Name, Site: op.Site, Piece: g.label(t), Err: err,
		Inputs: g.arguments(t, in), graph: g, task: t}
}
