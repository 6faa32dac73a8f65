package sched

import (
	"context"
	"errors"
)

// runSync runs the graph on the calling goroutine in plan order. Panics pass through, so that a debugger stops where
// they happen.
func (r *Run) runSync() {
	defer func() { // also while a panic passes through
		r.remaining.Store(0)
		r.finish()
	}()
	task := &Task{run: r}
	for t := range uint32(r.graph.Len()) {
		if err := context.Cause(r.ctx); err != nil {
			r.fail(-1, err)
			return
		}
		if !r.stepSync(task, t) {
			return
		}
	}
}

// stepSync runs one task, whose inputs are there, and reports whether it succeeded.
func (r *Run) stepSync(task *Task, t uint32) bool {
	g := r.graph
	if x, ok := g.external(t); ok {
		if err := x.Wait(r.ctx); err != nil {
			r.fail(int64(t), err)
			return false
		}
	}
	in := make([]any, 0, len(g.inputs(t)))
	for _, q := range g.inputs(t) {
		in = append(in, r.value(q))
	}
	task.id, task.arg = t, g.recs[t].arg
	v, err := g.code[g.op(t)](task, in)
	if err != nil || task.special {
		v = r.afterTask(task, in, v, err)
	}
	r.setValue(t, v)
	r.remaining.Add(-1)
	if int64(t) >= r.last.Load() {
		return false
	}
	for _, q := range g.inputs(t) {
		if r.cells[q].count++; uint32(r.cells[q].count) == g.fanout(q) && !g.kept(q) {
			r.release(nil, q)
		}
	}
	if g.kept(t) {
		r.outputReady(t)
	} else if g.fanout(t) == 0 {
		r.release(nil, t) // nobody wants it
	}
	return true
}

// rerun is TaskError.Rerun.
func rerun(ctx context.Context, e *TaskError) error {
	if f := e.future; f != nil {
		again := &Future{body: f.body, ctx: ctx, name: f.name, site: f.site}
		again.runSync(nil)
		_, err, _ := again.Poll()
		return err
	}
	if e.graph == nil {
		return errors.New("sched: rerun: this error is a description only: use the one that the computation or the future returned")
	}
	g := e.graph
	r := &Run{graph: g, done: make(chan struct{}), cells: make([]cell, g.Len())}
	r.fixSlots()
	r.last.Store(int64(g.Len()))
	r.ctx, r.stop = context.WithCancelCause(ctx)
	defer r.stop(errRunOver)
	need := make([]bool, e.task+1)
	need[e.task] = true
	for t := int(e.task); t >= 0; t-- {
		if need[t] {
			for _, q := range g.inputs(uint32(t)) {
				need[q] = true
			}
		}
	}
	task := &Task{run: r}
	for t := range uint32(len(need)) {
		if err := context.Cause(r.ctx); err != nil {
			return err
		}
		if need[t] && !r.stepSync(task, t) {
			return r.Err()
		}
	}
	return nil
}
