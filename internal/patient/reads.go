// Package patient runs reads of files that may have to wait, so that they do not keep a worker from its work.
//
// It is below the engine, which package fileio must not know: a task's context says how to give its seat away.
package patient

import (
	"context"
	"sync/atomic"
	"time"
)

// Seat is the right to run on a worker, which a task has. The engine puts it into the contexts of its tasks, under Key.
type Seat struct {
	// Leave gives the seat to another task; Return takes one again, and must follow if Leave returned true.
	Leave  func() bool
	Return func()
}

// Key is where a context has its Seat.
var Key any = key{}

type key struct{}

// Wait runs f, which waits for something outside the engine, while the seat of the task whose context ctx is
// goes to another. Under any other context it just runs f.
func Wait(ctx context.Context, f func() error) error {
	if p, ok := ctx.Value(Key).(Seat); ok && p.Leave() {
		defer p.Return()
	}
	return f()
}

// A read had to wait if it takes longer than slowRead and a nanosecond for each byte it brought. From the page cache
// 256 KiB take 50 µs; a chunk of 4 MB through the HDF5 library takes a millisecond.
const slowRead = 500 * time.Microsecond

// Reads runs the reads of one file. While a slow one waits, its task gives its seat away, as with [Wait]. It finds out
// by itself which files are slow: giving a seat away wakes another worker, 6 µs that reads from the page cache must
// not pay. After a read that had to wait the next one gives its seat away, and so on until one did not wait. The zero
// value is ready. It is safe for concurrent use.
type Reads struct {
	Pipe bool // every read may wait for ever; set before the first

	slow atomic.Bool
}

// Do runs read, which returns how many bytes it brought, on the calling goroutine. That must be the goroutine of the
// task whose context ctx is, if it is a task's.
func (r *Reads) Do(ctx context.Context, read func() (int, error)) (n int, err error) {
	begun := time.Now()
	if r.Pipe || r.slow.Load() {
		err = Wait(ctx, func() error {
			n, err = read()
			return err
		})
	} else {
		n, err = read()
	}
	if slow := time.Since(begun) > slowRead+time.Duration(n); slow != r.slow.Load() {
		r.slow.Store(slow)
	}
	return n, err
}
