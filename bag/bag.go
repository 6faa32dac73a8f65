package bag

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// ErrEmpty is the cause when a reduction that has no value for no elements, as a mean, meets an empty bag.
var ErrEmpty = errors.New("bag: no elements")

// Bag is a sequence of elements of any type T in partitions, computed when asked for.
//
// It is immutable and lazy, and safe for concurrent use. Elements are in input order: partition by partition, and
// within each partition in the order of the source. A bag holds no elements, only how to make them; one made by
// [Bag.Persist] or [FromSlice] refers to memory that does. A mistake made while building (a source that does not
// exist, a negative number of partitions) stays in the bag and in all that derive from it, and is returned by Err and
// by every computation.
type Bag[T any] struct {
	root  *root
	stage *stage
	err   error
	p     *sched.Persisted // of a persisted bag
	size  extent
	from  []upstream
	deep  nesting

	// connect asks the stage before this one for elements and hands them, transformed, to the function that push
	// returns. It calls push once, and only when every consumer in the pass is known.
	connect func(ps *pass, push func() func(T) bool)
}

// stage is an operation of a chain as errors name it.
type stage struct {
	op string
	at site.Site
}

// root is the start of a chain: the partitions that its tasks walk over. Chains with a common root share passes.
type root struct {
	stage   *stage
	parts   int
	label   func(p int) string                                    // the name of a partition, or ""; may be nil
	needs   func(plan *sched.Plan, p int) ([]sched.TaskID, error) // tasks whose results partition p reads; may be nil
	width   func(p int) int                                       // how many those are; nil if needs is
	apart   bool                                                  // those results are all that it reads: no bag is streamed
	scratch func(p int) int64                                     // what reading partition p takes beside its elements; may be nil
}

// Fail returns a bag that could not be built: Err and every computation return err.
func Fail[T any](err error) *Bag[T] {
	s := &stage{"fail", site.User()}
	if err == nil {
		err = fmt.Errorf("bag: fail at %s: no error was given", s.at)
	}
	return &Bag[T]{root: &root{stage: s}, stage: s, err: err}
}

// newRoot returns the bag that begins at r, and reads the bags from.
func newRoot[T any](r *root, size extent, connect func(ps *pass, push func() func(T) bool), from ...upstream) *Bag[T] {
	b := &Bag[T]{root: r, stage: r.stage, size: size, connect: connect, from: from, deep: nestingOf(r.apart, from)}
	return b.bounded()
}

// derive returns the bag of a stage after b within one pass.
func derive[T, U any](b *Bag[T], op string, size extent, connect func(ps *pass, push func() func(U) bool)) *Bag[U] {
	out := &Bag[U]{root: b.root, stage: &stage{op, site.User()}, err: b.err, size: size, from: []upstream{b}, connect: connect,
		deep: nesting{b.deep.ops + 1, b.deep.tasks}}
	return out.bounded()
}

// NumPartitions returns the number of partitions. It is 0 for a bag that could not be built.
func (b *Bag[T]) NumPartitions() int { return b.checked("partitions").root.parts }

// Err returns the mistake made while building the bag, or nil. It says nothing about data, since nothing has been read,
// except of a persisted bag: once its computation has ended, why it failed. It does not wait.
func (b *Bag[T]) Err() error {
	b = b.checked("err")
	if b.p != nil {
		return b.p.Err()
	}
	return b.err
}

// String describes the bag without computing it, as "Bag[int] of 20 partitions (filter at report.go:41)".
func (b *Bag[T]) String() string {
	b = b.checked("string")
	if b.err != nil {
		return fmt.Sprintf("Bag[%v] (%v)", reflect.TypeFor[T](), b.err)
	}
	return fmt.Sprintf("Bag[%v] of %d partitions (%s at %s)", reflect.TypeFor[T](), b.root.parts, b.stage.op, b.stage.at)
}

// checked returns b, or a bag that could not be built if b is nil or zero, or one of the functions given with it is:
// missing says of each that it is.
func (b *Bag[T]) checked(op string, missing ...bool) *Bag[T] {
	switch {
	case b == nil || b.root == nil:
		return Fail[T](fmt.Errorf("bag: %s at %s: the bag is nil", op, site.User()))
	case b.err == nil && slices.Contains(missing, true):
		return Fail[T](fmt.Errorf("bag: %s at %s: a function is nil", op, site.User()))
	}
	return b
}

// name returns what errors call partition p: "partition 12 (data/a.json.gz)".
func (r *root) name(p int) string {
	if r.label != nil {
		if l := r.label(p); l != "" {
			return fmt.Sprintf("partition %d (%s)", p, l)
		}
	}
	return fmt.Sprintf("partition %d", p)
}

// inputs returns how many input tasks partition p reads.
func (r *root) inputs(p int) int {
	if r.width == nil {
		return 0
	}
	return r.width(p)
}
