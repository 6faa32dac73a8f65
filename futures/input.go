package futures

import (
	"errors"
	"fmt"
)

// Input is what a delayed call or a submitted task takes: [Value], a *[Delayed], a *[Future], or anything else that can
// give a delayed value of the right type, as a reduction of a bag or an array of one element. Calls mix them freely.
//
// A Delayed given to a delayed call is computed once a computation, however many calls take it. Given to Submit it is
// started for that one task: to use it in several, [Delayed.Start] it and give them the future.
type Input[T any] interface {
	// Delayed returns the input as a delayed value.
	Delayed() *Delayed[T]
}

// Value returns v as an input. It is not copied: what it points to must not change until the computation has ended.
func Value[T any](v T) Input[T] { return value[T]{v} }

type value[T any] struct{ v T }

// Delayed implements Input.
func (x value[T]) Delayed() *Delayed[T] { return constant(x.v) }

var errNilInput = errors.New("it is nil")

// InputError is the error of a value or a task one of whose inputs failed. It wraps the input's own error, so that
// errors.As finds the [sched.TaskError] at the root, however far up that is.
type InputError struct {
	Name string // the function that did not run
	N    int    // the position of the failed input, from 0
	Key  string // the failed input's key, or "" if it has none
	Err  error
}

// Error returns "futures: add: input 1 (inc-3): cause".
func (e *InputError) Error() string {
	key := ""
	if e.Key != "" {
		key = " (" + e.Key + ")"
	}
	return fmt.Sprintf("futures: %s: input %d%s: %v", e.Name, e.N, key, e.Err)
}

// Unwrap returns the input's error.
func (e *InputError) Unwrap() error { return e.Err }

// cast returns v as a T. A nil v is the zero T: a nil error or a nil pointer kept in an interface loses its type.
func cast[T any](v any) T {
	if v == nil {
		var zero T
		return zero
	}
	return v.(T)
}
