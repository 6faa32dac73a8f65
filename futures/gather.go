package futures

import (
	"context"

	"github.com/gomagpie/magpie/sched"
)

// Gather waits for all futures and returns their values in the order of fs. No futures give an empty slice.
//
// Errors: that of the first in the order of fs that has one, as an *[InputError] with its position; it does not wait
// for those after it. A nil future is such an error. The cause of ctx's end, which ends the waiting and not the futures.
func Gather[T any](ctx context.Context, fs []*Future[T]) ([]T, error) {
	vs := make([]T, len(fs))
	for i, f := range fs {
		if f == nil {
			return nil, &InputError{Name: "gather", N: i, Err: errNilInput}
		}
		var err error
		if vs[i], err = f.Result(ctx); err != nil {
			return nil, gatherError(f.current(), i, err)
		}
	}
	return vs, nil
}

func gatherError(c core, i int, err error) error {
	if c.State() < sched.Finished {
		return err // of ctx
	}
	return &InputError{Name: "gather", N: i, Key: c.Key(), Err: err}
}

// GatherOK waits for all futures and returns the values of those that finished, in the order of fs; those that failed
// or were cancelled, and nil futures, are left out. The error is the cause of ctx's end, or nil.
func GatherOK[T any](ctx context.Context, fs []*Future[T]) ([]T, error) {
	vs := make([]T, 0, len(fs))
	for _, f := range fs {
		if f == nil {
			continue
		}
		v, err := f.Result(ctx)
		if err == nil {
			vs = append(vs, v)
		} else if f.Status() < sched.Finished {
			return nil, err // of ctx
		}
	}
	return vs, nil
}
