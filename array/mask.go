package array

import (
	"context"
	"slices"

	"github.com/gomagpie/magpie/internal/kernel"
	"github.com/gomagpie/magpie/sched"
)

// Mask is a lazy n-dimensional array of booleans, cut into chunks: what comparisons give, and what [Where] selects by.
// It fuses with the comparisons that make it and the reductions that use it as an [Array] does.
//
// Immutable and safe for concurrent use.
type Mask struct{ v *value[bool] }

// value returns what m stands for; a nil or zero Mask is one that could not be built.
func (m *Mask) value() *value[bool] {
	if m == nil || m.v == nil {
		return &value[bool]{err: errNilMask, shape: []int{}}
	}
	return m.v
}

// MaskFromSlice returns a mask of the elements of data, as [FromSlice] does.
func MaskFromSlice(data []bool, shape []int, opts ...Option) *Mask {
	return &Mask{fromSlice(data, shape, opts)}
}

// Shape returns the lengths of the axes. The slice is the caller's.
func (m *Mask) Shape() []int { return slices.Clone(m.value().shape) }

// NDim returns the number of axes.
func (m *Mask) NDim() int { return len(m.value().shape) }

// Size returns the number of elements; a 0-d mask has one.
func (m *Mask) Size() int { return m.value().size() }

// Chunks lists, for each axis, the lengths of its chunks.
func (m *Mask) Chunks() [][]int { return m.value().chunks() }

// NumChunks returns the number of chunks.
func (m *Mask) NumChunks() int { return m.value().numChunks() }

// Err returns the mistake made while building the mask, or nil, as [Array.Err] does.
func (m *Mask) Err() error { return m.value().error() }

// String describes the mask without computing it.
func (m *Mask) String() string { return m.value().describe("Mask") }

// Lower implements [sched.Lazy].
func (m *Mask) Lower(p *sched.Plan) ([]sched.TaskID, error) { return m.value().Lower(p) }

// Compute computes all elements, as [Array.Compute] does.
func (m *Mask) Compute(ctx context.Context, opts ...sched.Option) (*Dense[bool], error) {
	return m.value().compute(ctx, opts)
}

// Item computes a mask of one element and returns the element.
func (m *Mask) Item(ctx context.Context, opts ...sched.Option) (bool, error) {
	return m.value().item(ctx, opts)
}

// Persist computes the mask in the background and holds it in memory, as [Array.Persist] does.
func (m *Mask) Persist(ctx context.Context, opts ...sched.Option) *Mask {
	return &Mask{persist(ctx, m.value(), opts)}
}

// Wait waits for a persisted mask, as [Array.Wait] does.
func (m *Mask) Wait(ctx context.Context) error { return m.value().wait(ctx) }

// Release gives up the memory of a persisted mask, as [Array.Release] does.
func (m *Mask) Release() { m.value().release() }

// Progress returns how far a persisted mask is, as [Array.Progress] does.
func (m *Mask) Progress() (done, total int) { return m.value().progress() }

// Done returns a channel that is closed when a persisted mask is in memory or has failed, as [Array.Done] does.
func (m *Mask) Done() <-chan struct{} { return m.value().done() }

// Bytes returns the memory that the chunks of a persisted mask hold by now, as [Array.Bytes] does.
func (m *Mask) Bytes() int64 { return m.value().held() }

// Slice returns the selected positions, as [Array.Slice] does.
func (m *Mask) Slice(by ...Slice) *Mask { return &Mask{slice(m.value(), by)} }

// And returns where m and o are true, with broadcasting as in [Array.Add].
//
// Source: NumPy logical_and.
func (m *Mask) And(o *Mask) *Mask { return m.with("logical_and", o, kernel.And) }

// Or returns where m or o is true.
//
// Source: NumPy logical_or.
func (m *Mask) Or(o *Mask) *Mask { return m.with("logical_or", o, kernel.Or) }

// Xor returns where one of m and o is true, and not both.
//
// Source: NumPy logical_xor.
func (m *Mask) Xor(o *Mask) *Mask { return m.with("logical_xor", o, kernel.Xor) }

// Not returns where m is false.
//
// Source: NumPy logical_not.
func (m *Mask) Not() *Mask { return &Mask{unary("logical_not", m.value(), kernel.Not)} }

func (m *Mask) with(op string, o *Mask, f func(dst, a, b []bool)) *Mask {
	return &Mask{pairwise(op, m.value(), o.value(), &binop[bool]{vv: plain2(f)})}
}

// Count returns how many elements are true, over all axes or those of [Axis]; of nothing, 0.
//
// Source: NumPy count_nonzero.
func (m *Mask) Count(opts ...ReduceOption) *Array[int64] {
	v := reduceValue(m.value(), "count", opts, func(*reduceOptions) *reducer[bool, int64, int64] {
		return counting[int64](each(func(n int64) int64 { return n }))
	})
	return wrap(v)
}

// Any returns whether some element is true, over all axes or those of [Axis]; of nothing, false.
//
// Source: NumPy any.
func (m *Mask) Any(opts ...ReduceOption) *Mask {
	return &Mask{reduceValue(m.value(), "any", opts, func(*reduceOptions) *reducer[bool, int64, bool] {
		return counting[bool](each(func(n int64) bool { return n > 0 }))
	})}
}

// All returns whether every element is true, over all axes or those of [Axis]; of nothing, true.
//
// Source: NumPy all.
func (m *Mask) All(opts ...ReduceOption) *Mask {
	return &Mask{reduceValue(m.value(), "all", opts, func(o *reduceOptions) *reducer[bool, int64, bool] {
		return counting[bool](each(func(n int64) bool { return n == int64(o.count) }))
	})}
}

// counting reduces by the number of true elements. Counting reads eight elements at a time, so that stopping at the
// first one that decides Any or All would rarely gain.
func counting[R any](final func(dst []R, src []int64) error) *reducer[bool, int64, R] {
	return &reducer[bool, int64, R]{final: final,
		tile:  func(dst []int64, a []bool, outer, n, inner, _ int) { kernel.CountTrueAxis(dst, a, outer, n, inner) },
		merge: func(dst, src []int64) { kernel.Add(dst, dst, src) }}
}
