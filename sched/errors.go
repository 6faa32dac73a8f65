package sched

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gomagpie/magpie/internal/site"
)

// ErrClosed is returned by work given to an engine after Close.
var ErrClosed = errors.New("sched: engine is closed")

// ErrReleased is returned by the use of a result that was released.
var ErrReleased = errors.New("sched: the result was released")

// TaskError says which task of a computation failed, and why. Of several failures in one run it is the first in plan
// order, whatever the number of workers. It wraps the cause, so errors.Is and errors.As see through it.
type TaskError struct {
	Key    string    // the task's key, unique in its graph
	Op     string    // the operation, as "map"
	Site   site.Site // the user's line that built the operation
	Piece  string    // the chunk or partition, or ""
	Inputs []Input   // what the task was given
	Err    error     // the cause; a *PanicError if the task panicked

	graph  *Graph
	task   uint32
	future *Future
}

// Input is an input of a failed task: its key, "" for a plain value, and its value printed within a bound.
type Input struct{ Key, Value string }

// Error returns "op at file.go:41, piece: cause".
func (e *TaskError) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if !e.Site.IsZero() {
		b.WriteString(" at ")
		b.WriteString(e.Site.String())
	}
	if e.Piece != "" {
		b.WriteString(", ")
		b.WriteString(e.Piece)
	}
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns the cause.
func (e *TaskError) Unwrap() error { return e.Err }

// Rerun computes the inputs of the failed task again, and only those, and then runs the task itself, all on the
// calling goroutine and without recovering panics: set a breakpoint in the task's function and call Rerun. It returns
// nil if the task succeeds this time, and a *TaskError again if it, or a task that it needs, fails.
func (e *TaskError) Rerun(ctx context.Context) error { return rerun(ctx, e) }

// PanicError is the error of a task whose function panicked.
type PanicError struct {
	Value any    // what was given to panic
	Stack []byte // the stack of the goroutine, taken while it panicked
}

// Error returns the panic's value. The stack is long; print it where you want it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// errGoexit is the cause of a task that called runtime.Goexit, as testing's FailNow does.
var errGoexit = errors.New("runtime.Goexit called in a task")
