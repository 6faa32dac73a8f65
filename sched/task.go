package sched

import "context"

// Task is what a running task knows about itself. It is valid during the call of its [Func] only, on the goroutine
// of that call.
type Task struct {
	run    *Run
	future *Future
	ctx    context.Context
	id     uint32
	arg    uint32
	worker int
	bytes  int64
}

// Arg returns the arg given to [Plan.Add].
func (t *Task) Arg() int { return int(t.arg) }

// Worker returns the number of the worker that runs the task, from 0. Sync mode is worker 0.
func (t *Task) Worker() int { return t.worker }

// Context returns the context of the computation; it ends when the computation is cancelled or has failed. Work
// submitted and waited for under this context shares the engine's workers without deadlock.
func (t *Task) Context() context.Context { return t.ctx }

// Err returns nil while the computation wants the task's result, else why it does not. It costs one atomic load:
// long tasks call it every block.
func (t *Task) Err() error { return context.Cause(t.ctx) }

// SetBytes reports the size of the task's result, where the operation's estimate is not exact.
func (t *Task) SetBytes(n int64) { t.bytes = n }
