package sched

import (
	"context"
	"sync/atomic"
	"time"
)

// Blocking runs f, which waits for something outside the engine (a slow file, a network), while another worker takes
// the task's place, so that waiting does not cost a CPU.
func (t *Task) Blocking(f func() error) error {
	return blocking(t.Context(), f)
}

// blocking is Task.Blocking for the task whose context ctx is. Under any other context it just runs f.
func blocking(ctx context.Context, f func() error) error {
	if fr := frameOf(ctx); fr != nil && fr.block() {
		defer fr.unblock()
	}
	return f()
}

// A read had to wait if it takes longer than slowRead and a nanosecond for each byte it brought. From the page cache
// 256 KiB take 50 µs; a chunk of 4 MB through the HDF5 library takes a millisecond.
const slowRead = 500 * time.Microsecond

// Reads runs the reads of one file, so that a slow one does not keep a worker from its work: while it waits, its task
// gives its place away, as with [Task.Blocking]. It finds out by itself which files are slow: giving a place away wakes
// another worker, 6 µs that reads from the page cache must not pay. After a read that had to wait the next one gives
// its place away, and so on until one did not wait. The zero value is ready. It is safe for concurrent use.
type Reads struct {
	Pipe bool // every read may wait for ever; set before the first

	slow atomic.Bool
}

// Do runs read, which returns how many bytes it brought, on the calling goroutine. That must be the goroutine of the
// task whose context ctx is, if it is a task's.
func (r *Reads) Do(ctx context.Context, read func() (int, error)) (n int, err error) {
	begun := time.Now()
	if r.Pipe || r.slow.Load() {
		err = blocking(ctx, func() error {
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
