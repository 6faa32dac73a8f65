package array

import (
	"errors"
	"fmt"

	"github.com/gomagpie/magpie/internal/site"
)

// value is what an [Array] and a [Mask] have in common: a shape, a cut into chunks, and the expression that gives the
// elements. It is immutable once made, but for the err of a value that failed to build.
type value[T any] struct {
	op    string
	site  site.Site
	shape []int
	grid  grid
	node  node[T]
	deep  nesting
	err   error
}

// node is one operation of an expression.
type node[T any] interface {
	// expr returns the evaluator of the operation for the value v, with those of its operands.
	expr(b *builder, v *value[T]) expr[T]
}

// newValue returns the value that node n gives, on chunks g.
func newValue[T any](op string, g grid, n node[T]) *value[T] {
	v := &value[T]{op: op, site: site.User(), shape: g.shape(), grid: g, node: n, deep: nestingOf(n)}
	if _, err := sizeOfShape(v.shape); err != nil {
		return failed[T](op, err)
	}
	if v.deep.ops > maxFused {
		v = hold(v)
	}
	if v.deep.tasks > maxNested {
		return failed[T](op, errTooDeep)
	}
	return v
}

// What is nil. The operation that was given it and the user's line come with the [Error] around them.
var (
	errNilArray    = errors.New("the array is nil")
	errNilMask     = errors.New("the mask is nil")
	errNilFunction = errors.New("the function is nil")
	errNilReader   = errors.New("the reader is nil")
	errNilOption   = errors.New("an option is nil")
)

// Error is a mistake in building an array: operands or arguments that do not fit. It is kept in the array made by the
// mistaken call and in all made from that one; [Array.Err] and every computation return it.
type Error struct {
	Op   string    // the operation, as "add"
	Site site.Site // the user's line that built it
	Err  error     // what is wrong
}

// Error returns "array: add at main.go:12: shapes (3,) and (4,) do not broadcast: …".
func (e *Error) Error() string {
	return fmt.Sprintf("array: %s at %s: %v", e.Op, e.Site, e.Err)
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// failed returns a value that could not be built.
func failed[T any](op string, err error) *value[T] {
	if _, ok := err.(*Error); !ok {
		err = &Error{op, site.User(), err}
	}
	return &value[T]{op: op, site: site.User(), err: err, shape: []int{}}
}
