package futures

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/gomagpie/magpie/sched"
)

// Completed gives futures in the order in which they end. It is made by [AsCompleted].
//
// Concurrency: safe for concurrent use; each future is given once, to one of the callers.
type Completed[T any] struct {
	ctx  context.Context
	self weak.Pointer[Completed[T]]
	*ears

	under  []*Future[T]  // guarded by mu: added and not ended, nil where one has
	free   []int         // guarded by mu: the places in under that can be used again
	open   int           // guarded by mu: how many in under have not ended
	ended  []*Future[T]  // guarded by mu: not yet given, oldest first
	head   int           // guarded by mu: ended[:head] were given
	signal chan struct{} // guarded by mu: closed when the next ends, if somebody waits for it; else nil
	err    error         // guarded by mu: why the iteration ended early
}

// ears are what a Completed listens with: it can be taken off the futures when nobody holds the Completed any more, so
// they hold nothing of it.
type ears struct {
	mu    sync.Mutex
	stops []func() // guarded by mu: of each place in under what takes the notification back; nil until Add knows it
}

// off takes back all notifications that have not come.
func (e *ears) off() {
	e.mu.Lock()
	stops := e.stops
	e.stops = make([]func(), len(stops))
	for i, stop := range stops {
		if stop != nil {
			e.stops[i] = deaf
		}
	}
	e.mu.Unlock()
	for _, stop := range stops {
		if stop != nil {
			stop()
		}
	}
}

// deaf is in the place of what has taken a notification back.
func deaf() {}

// AsCompleted returns the futures in the order in which they end, as they do. More can be added on the way, also from
// the body of a loop over them. When ctx ends, so does the iteration.
//
// To stop early, leave the loop. What runs goes on until its own context is cancelled, or until nobody holds its futures
// any more: the Completed holds those to come, and nothing holds the Completed. A later loop over it goes on where this one
// stopped. What it has left in the futures, some 100 bytes each, goes when they end, when ctx ends and somebody asks for
// the next, or with the Completed itself, when the garbage collector finds that nobody holds it.
// Inside a task, with that task's context, waiting shares the workers without deadlock.
func AsCompleted[T any](ctx context.Context, fs ...*Future[T]) *Completed[T] {
	c := newCompleted[T](ctx)
	runtime.AddCleanup(c, (*ears).off, c.ears)
	c.Add(fs...)
	return c
}

func newCompleted[T any](ctx context.Context) *Completed[T] {
	c := &Completed[T]{ctx: ctx, ears: new(ears)}
	c.self = weak.Make(c)
	return c
}

// Add adds futures to those to come. One added twice is given twice. A nil future is given as one that has failed.
func (c *Completed[T]) Add(fs ...*Future[T]) {
	self := c.self
	c.mu.Lock()
	first := len(c.under) - min(len(c.free), len(fs)) // where the places begin that are new
	fs = slices.Clone(fs)
	c.under, c.stops = slices.Grow(c.under, len(fs)), slices.Grow(c.stops, len(fs))
	places := make([]int, 0, 16)
	for n, f := range fs {
		if f == nil {
			f = &Future[T]{}
			f.core = newReady("completed", nil, &InputError{Name: "completed", Err: errNilInput})
			fs[n] = f
		}
		if n := len(c.free) - 1; n >= 0 {
			places, c.free = append(places, c.free[n]), c.free[:n]
			c.under[places[len(places)-1]] = f
		} else {
			c.under, c.stops = append(c.under, f), append(c.stops, nil)
		}
	}
	c.open += len(fs)
	c.mu.Unlock()
	for n, f := range fs {
		i := first + n
		if n < len(places) {
			i = places[n]
		}
		// A task under way must hold neither c nor its own future, or leaving a loop early would never end it.
		stop := f.current().Notify(func() {
			if c := self.Value(); c != nil {
				c.end(i)
			}
		})
		c.mu.Lock()
		if c.under[i] != nil {
			c.stops[i] = stop
		} else { // it has ended meanwhile, and its place was kept for this
			c.free = append(c.free, i)
		}
		c.mu.Unlock()
	}
}

// end takes note that the future in place i has ended.
func (c *Completed[T]) end(i int) {
	c.mu.Lock()
	f := c.under[i]
	c.under[i] = nil
	c.open--
	if c.stops[i] != nil { // else Add will look at it yet
		c.stops[i] = nil
		c.free = append(c.free, i)
	}
	c.ended = append(c.ended, f)
	s := c.signal
	c.signal = nil
	c.mu.Unlock()
	if s != nil {
		close(s)
	}
}

// Count returns how many futures are still to come, ended or not. When the context has ended none will come, and it stays.
func (c *Completed[T]) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open + len(c.ended) - c.head
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
	if !c.wait() {
		return nil, false
	}
	f := c.ended[c.head]
	c.ended[c.head] = nil // a future that was given is the caller's to hold or drop
	c.given(1)
	c.mu.Unlock()
	return f, true
}

// NextBatch returns all futures that have ended since the last call; it waits if there is none. It returns nil when
// none is to come, or when the context has ended: Err tells which.
func (c *Completed[T]) NextBatch() []*Future[T] {
	if !c.wait() {
		return nil
	}
	fs := slices.Clone(c.ended[c.head:])
	clear(c.ended[c.head:])
	c.given(len(fs))
	c.mu.Unlock()
	return fs
}

// wait waits until a future has ended that was not given yet, and returns true with c.mu held; or false, if none is to
// come or the context has ended.
func (c *Completed[T]) wait() bool {
	for {
		c.mu.Lock()
		if c.ctx == nil {
			c.err = sched.ErrNilContext
		} else {
			c.err = context.Cause(c.ctx)
		}
		if c.err != nil {
			c.mu.Unlock()
			c.off()
			return false
		}
		if c.head < len(c.ended) {
			return true
		}
		if c.open == 0 {
			c.mu.Unlock()
			return false
		}
		if c.signal == nil {
			c.signal = make(chan struct{})
		}
		s := c.signal
		c.mu.Unlock()
		_ = sched.Await(c.ctx, s) // that ctx has ended is seen above
	}
}

// given takes note that the n oldest were given. c.mu is held.
func (c *Completed[T]) given(n int) {
	if c.head += n; c.head == len(c.ended) {
		c.ended, c.head = c.ended[:0], 0
	}
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
