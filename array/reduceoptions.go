package array

import (
	"fmt"
	"math"
)

// ReduceOption says over what a reduction goes and in what shape it gives its result.
type ReduceOption func(*reduceOptions)

type reduceOptions struct {
	axes    []int
	some    bool // axes were named
	keep    bool
	ddof    int
	reduced []bool // by axis, once settled
	count   int    // elements reduced to one
	refused error  // why the reduction cannot be
}

// Axis reduces over the named axes only; negative ones count from the end. Without it a reduction goes over all axes
// and gives a 0-d array. Axis() with no axis reduces over none, as NumPy's axis=() does.
func Axis(axes ...int) ReduceOption {
	return func(o *reduceOptions) { o.axes, o.some = append(o.axes, axes...), true }
}

// KeepDims keeps the reduced axes, with length 1, so that the result broadcasts against what was reduced.
func KeepDims() ReduceOption { return func(o *reduceOptions) { o.keep = true } }

// DDof divides variances by n - k for n elements. Default 0. Use 1 for a sample.
func DDof(k int) ReduceOption { return func(o *reduceOptions) { o.ddof = k } }

// settle resolves opts for an array of the given shape.
func settle(shape []int, opts []ReduceOption) (*reduceOptions, error) {
	o := &reduceOptions{reduced: make([]bool, len(shape)), count: 1}
	for _, opt := range opts {
		if opt == nil {
			return nil, errNilOption
		}
		opt(o)
	}
	for d := range o.reduced {
		o.reduced[d] = !o.some
	}
	for _, a := range o.axes {
		d, err := axisIndex(a, len(shape))
		if err != nil {
			return nil, err
		}
		if o.reduced[d] {
			return nil, fmt.Errorf("axis %d is named twice", a)
		}
		o.reduced[d] = true
	}
	for d, r := range o.reduced {
		switch {
		case !r:
		case o.count != 0 && shape[d] > math.MaxInt/o.count:
			return nil, fmt.Errorf("more elements than can be counted")
		default:
			o.count *= shape[d]
		}
	}
	return o, nil
}
