package futures

import (
	"context"
	"iter"
	"sync"

	"github.com/gomagpie/magpie/sched"
)

// Completed gives futures in the order in which they end. It is made by [AsCompleted].
//
// Concurrency: safe for concurrent use; each future is given once, to one of the callers.
type Completed[T any] struct {
	ctx context.Context

	mu     sync.Mutex
	ended  []*Future[T] // guarded by mu: not yet given, oldest first
	head   int          // guarded by mu: ended[:head] were given
	under  int          // guarded by mu: added and not ended
	signal *signal      // guarded by mu: what waits for the next to end, or nil
	err    error        // guarded by mu: why the iteration ended early
}

// AsCompleted returns the futures in the order in which they end, as they do. More can be added on the way, also from
// the body of a loop over them. When ctx ends, so does the iteration.
//
// To stop early, leave the loop: what runs goes on until its own context is cancelled or its futures are dropped.
// Inside a task, with that task's context, waiting shares the workers without deadlock.
func AsCompleted[T any](ctx context.Context, fs ...*Future[T]) *Completed[T] {
	c := &Completed[T]{ctx: ctx}
	c.Add(fs...)
	return c
}

// Add adds futures to those to come. One added twice is given twice.
func (c *Completed[T]) Add(fs ...*Future[T]) {
	c.mu.Lock()
	c.under += len(fs)
	c.mu.Unlock()
	for _, f := range fs {
		f.OnDone(c.end)
	}
}

// end takes note of a future that has ended.
func (c *Completed[T]) end(f *Future[T]) {
	c.mu.Lock()
	c.under--
	c.ended = append(c.ended, f)
	s := c.signal
	c.signal = nil
	c.mu.Unlock()
	if s != nil {
		s.fire()
	}
}

// Count returns how many futures are still to come, ended or not.
func (c *Completed[T]) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.under + len(c.ended) - c.head
}

// Ready reports whether Next would return at once with a future.
func (c *Completed[T]) Ready() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head < len(c.ended)
}

// Err returns the cause of the context's end if that has ended the iteration, else nil.
func (c *Completed[T]) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Next waits for the next future to end and returns it. It returns false when none is to come, or when the context has
// ended: Err tells which.
func (c *Completed[T]) Next() (*Future[T], bool) {
	fs := c.take(1)
	if len(fs) == 0 {
		return nil, false
	}
	return fs[0], true
}

// NextBatch returns all futures that have ended since the last call; it waits if there is none. It returns nil when
// none is to come, or when the context has ended: Err tells which.
func (c *Completed[T]) NextBatch() []*Future[T] { return c.take(0) }

// take waits for a future and returns up to limit of them; 0 means as many as there are.
func (c *Completed[T]) take(limit int) []*Future[T] {
	for {
		c.mu.Lock()
		if err := context.Cause(c.ctx); err != nil {
			c.err = err
			c.mu.Unlock()
			return nil
		}
		if c.head < len(c.ended) {
			fs := c.pop(limit)
			c.mu.Unlock()
			return fs
		}
		if c.under == 0 {
			c.mu.Unlock()
			return nil
		}
		if c.signal == nil {
			c.signal = newSignal()
		}
		s := c.signal
		c.mu.Unlock()
		s.wait(c.ctx)
	}
}

// pop removes up to limit of the ended futures. c.mu is held.
func (c *Completed[T]) pop(limit int) []*Future[T] {
	n := len(c.ended) - c.head
	if limit > 0 && limit < n {
		n = limit
	}
	fs := append([]*Future[T](nil), c.ended[c.head:c.head+n]...)
	clear(c.ended[c.head : c.head+n]) // a future that was given is the caller's to hold or drop
	if c.head += n; c.head == len(c.ended) {
		c.ended, c.head = c.ended[:0], 0
	}
	return fs
}

// All returns an iterator over the results in the order in which the futures end. An error of a future is given in its
// turn and does not end the iteration; the end of the context is given last, as an error.
func (c *Completed[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for f := range c.Futures() {
			if !yield(f.Result(context.Background())) {
				return
			}
		}
		if err := c.Err(); err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

// Futures returns an iterator over the futures in the order in which they end.
func (c *Completed[T]) Futures() iter.Seq[*Future[T]] {
	return func(yield func(*Future[T]) bool) {
		for {
			f, ok := c.Next()
			if !ok || !yield(f) {
				return
			}
		}
	}
}

// Batches returns an iterator over all futures that have ended since the last turn of the loop: at least one a turn.
func (c *Completed[T]) Batches() iter.Seq[[]*Future[T]] {
	return func(yield func([]*Future[T]) bool) {
		for {
			fs := c.NextBatch()
			if len(fs) == 0 || !yield(fs) {
				return
			}
		}
	}
}

// signal is an event that a task can wait for without holding its worker: an external that a future of the engine
// depends on, so that the engine knows who waits. A plain channel would block the worker's goroutine behind the
// engine's back, and with one worker nothing could then end.
type signal struct {
	mu    sync.Mutex
	fired bool
	fs    []func()
	done  chan struct{}
}

func newSignal() *signal { return &signal{done: make(chan struct{})} }

func (s *signal) fire() {
	s.mu.Lock()
	s.fired = true
	fs := s.fs
	s.fs = nil
	s.mu.Unlock()
	close(s.done)
	for _, f := range fs {
		f()
	}
}

// wait blocks until the signal has fired or ctx has ended.
func (s *signal) wait(ctx context.Context) {
	spec := sched.Spec{Name: "completed"}
	_ = sched.Submit(ctx, spec, func(*sched.Task) (any, error) { return nil, nil }, s).Wait(ctx)
}

// Key implements sched.External.
func (s *signal) Key() string { return "completed" }

// Poll implements sched.External.
func (s *signal) Poll() (any, error, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return nil, nil, s.fired
}

// Notify implements sched.External.
func (s *signal) Notify(f func()) {
	s.mu.Lock()
	if !s.fired {
		s.fs = append(s.fs, f)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	f()
}

// Wait implements sched.External.
func (s *signal) Wait(ctx context.Context) error {
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
