package futures

import (
	"context"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// started is the core of a future made by Start: one output of a computation.
type started struct {
	sched.External // of p
	p              *sched.Persisted
	n              int // which of p's values
	opts           []sched.Option
	op             string
}

// startLazy starts a computation and makes h stand for it.
func startLazy(ctx context.Context, h *handle, op string, at site.Site, lazy sched.Lazy, opts []sched.Option) {
	p := sched.Persist(ctx, op, at, []sched.Lazy{lazy}, opts...)
	h.core = &started{External: p.Output(0, 0), p: p, opts: opts, op: op}
	h.cancelWhenDropped(h.core)
}

func (c *started) external() sched.External { return c }
func (c *started) name() string             { return c.op }
func (c *started) visit(func(int, *handle)) {}
func (c *started) forget()                  { c.p.Release() }

func (c *started) again() starter {
	source := c.p.Source()
	if source == nil {
		return nil
	}
	return func(ctx context.Context, h *handle) {
		startLazy(ctx, h, c.op, site.User(), source[c.n], c.opts)
	}
}

// State implements core.
func (c *started) State() sched.State {
	if err, ok := c.Ended(); ok && err == nil {
		return sched.Finished
	}
	return c.p.State()
}

// Ended is Poll without the result, which may be on disk.
func (c *started) Ended() (error, bool) { return sched.Ended(c.External) }

// Bytes returns the size of the result for the engine's account.
func (c *started) Bytes() int64 { return bytesOf(c.External) }

// Lent says that the result may be on disk.
func (c *started) Lent() bool { return sched.Lent(c.External) }

// Done implements core.
func (c *started) Done() <-chan struct{} { return c.p.Done() }

// Cancel implements core.
func (c *started) Cancel(cause error) {
	if _, ok := c.Ended(); !ok {
		c.p.Cancel(cause)
	}
}

// Release implements core.
func (c *started) Release() { c.p.Release() }

// ready is the core of a future that has nothing more to do: a scattered value, a mistake, or one that was released.
type ready struct {
	key  string
	err  error
	v    any
	drop func() // takes the value out of an engine's books; nil: it is in none
}

func newReady(key string, v any, err error) *ready { return &ready{key: key, v: v, err: err} }

var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (c *ready) external() sched.External { return c }

// Key implements core.
func (c *ready) Key() string { return c.key }

// Poll implements core.
func (c *ready) Poll() (any, error, bool) { return c.v, c.err, true }

// State implements core.
func (c *ready) State() sched.State {
	switch c.err {
	case nil:
		return sched.Finished
	case sched.ErrReleased:
		return sched.Released
	}
	return sched.Failed
}

// Notify implements core.
func (c *ready) Notify(f func()) (stop func()) { f(); return func() {} }

// Wait implements core.
func (c *ready) Wait(context.Context) error { return nil }

// Done implements core.
func (c *ready) Done() <-chan struct{} { return closed }

// Cancel implements core.
func (c *ready) Cancel(error) {}

// Release implements core.
func (c *ready) Release() {
	if c.drop != nil {
		c.drop()
	}
}
