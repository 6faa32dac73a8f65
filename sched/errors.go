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
//
// Memory: it refers to the failed task and to what that was computed from, for [TaskError.Rerun], as long as it is held.
// The engine itself remembers descriptions of failures only; see [Engine.Tasks].
type TaskError struct {
	Key    string    // the task's key, unique in its graph
	Op     string    // the operation, as "map"
	Site   site.Site // the user's line that built the operation
	Piece  string    // the chunk or partition, or ""
	Inputs []Input   // what the task was given, described when it failed
	Err    error     // the cause; a *PanicError if the task panicked

	graph  *Graph
	task   uint32
	future *Future
}

// Input describes an input of a failed task: its key, "" for a plain value, and what it was. Numbers, booleans, strings
// and arrays of at most eight of these are there by value, in at most 200 bytes; of anything else it is the type, with
// the number of elements of a slice, as "[]float64 (1000 elements)". What pointers, slices and maps refer to may be
// changing under the user's locks, so it is not read, and no String method is called.
type Input struct{ Key, Value string }

// String returns "inc-3[0] = 25", or the value alone of one without a key.
func (in Input) String() string {
	if in.Key == "" {
		return in.Value
	}
	return in.Key + " = " + in.Value
}

// maxChain bounds the text of tasks that failed because a task they waited for did, which may be nested by thousands.
const maxChain = 4 << 10

// Error returns "op at file.go:41, piece: cause". Of tasks that failed one in the other it names the outermost and,
// after an ellipsis if they are many, the cause of the innermost.
func (e *TaskError) Error() string {
	var b strings.Builder
	for {
		if b.Len() < maxChain {
			e.where(&b)
		}
		inner, ok := e.Err.(*TaskError)
		if !ok {
			break
		}
		e = inner
	}
	if b.Len() >= maxChain {
		b.WriteString("…: ")
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

// where writes "op at file.go:41, piece: ".
func (e *TaskError) where(b *strings.Builder) {
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
}

// Format implements fmt.Formatter: %+v is the text of Error followed by lines for the task's key, its inputs and, if it
// panicked, the stack; other verbs format the text of Error.
func (e *TaskError) Format(s fmt.State, verb rune) {
	if verb != 'v' || !s.Flag('+') {
		fmt.Fprintf(s, fmt.FormatString(plainState{s}, verb), e.Error())
		return
	}
	fmt.Fprintf(s, "%s\n    task %s", e.Error(), e.Key)
	for _, in := range e.Inputs {
		fmt.Fprintf(s, "\n    input %s", in)
	}
	if p, ok := errors.AsType[*PanicError](e.Err); ok {
		stack := strings.TrimRight(string(p.Stack), "\n")
		fmt.Fprintf(s, "\n    %s", strings.ReplaceAll(stack, "\n", "\n    "))
	}
}

// plainState is a state without the flag that would show a string in Go's syntax.
type plainState struct{ fmt.State }

// Flag reports all flags but one.
func (s plainState) Flag(c int) bool { return c != '#' && s.State.Flag(c) }

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

// Error returns the panic's value: the text of an error or a string, of which the first thousand bytes, or a number; of other
// values it is the type, as in [Input]. The stack is long; print it where you want it.
func (e *PanicError) Error() string {
	switch v := e.Value.(type) {
	case error:
		return "panic: " + textOf(v, maxPanic)
	case string:
		return "panic: " + clipTo(v, maxPanic)
	}
	return "panic: " + describe(e.Value)
}

// Unwrap returns the panic's value if it is an error, else nil.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// errGoexit is the cause of a task that called runtime.Goexit, as testing's FailNow does.
var errGoexit = errors.New("runtime.Goexit called in a task")
