package futures

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/gomagpie/magpie/sched"
)

// started is the core of a future made by Start: one output of a computation.
type started struct {
	sched.External
	run       *sched.Run
	ctx       context.Context
	lazy      sched.Lazy
	opts      []sched.Option
	op        string
	cancelled atomic.Bool
	released  atomic.Bool
}

// startLazy starts a computation and makes h stand for it.
func startLazy(ctx context.Context, h *handle, op string, lazy sched.Lazy, opts []sched.Option) {
	run := sched.Start(ctx, []sched.Lazy{lazy}, opts...)
	c := &started{External: run.Output(0, 0), run: run, ctx: ctx, lazy: lazy, opts: opts, op: op}
	h.core = c
	note(c)
	h.cancelWhenDropped(h.core)
}

func (c *started) external() sched.External { return c }
func (c *started) name() string             { return c.op }
func (c *started) visit(func(int, *handle)) {}
func (c *started) forget()                  {}

func (c *started) again() starter {
	return func(ctx context.Context, h *handle, _ []sched.External) { startLazy(ctx, h, c.op, c.lazy, c.opts) }
}

// State implements core.
func (c *started) State() sched.State {
	_, err, ok := c.Poll()
	switch {
	case !ok:
		if done, _ := c.run.Progress(); done == 0 {
			return sched.Pending
		}
		return sched.Running
	case err == nil:
		return sched.Finished
	case c.cancelled.Load() || c.ctx.Err() != nil && errors.Is(err, context.Cause(c.ctx)):
		return sched.Cancelled
	}
	return sched.Failed
}

// Poll implements core.
func (c *started) Poll() (any, error, bool) {
	if c.released.Load() {
		return nil, sched.ErrReleased, true
	}
	return c.External.Poll()
}

// Bytes returns the size of the result for the engine's account.
func (c *started) Bytes() int64 { return bytesOf(c.External) }

// Done implements core.
func (c *started) Done() <-chan struct{} { return c.run.Done() }

// Cancel implements core.
func (c *started) Cancel(cause error) {
	if _, _, ok := c.Poll(); !ok {
		c.cancelled.Store(true)
		c.run.Cancel(cause)
	}
}

// Release implements core.
func (c *started) Release() {
	c.released.Store(true)
	c.run.Release()
}

// ready is the core of a future that has nothing more to do: a scattered value, a mistake, or one that was released.
type ready struct {
	key string
	err error
	v   any
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
	if c.err != nil {
		return sched.Failed
	}
	return sched.Finished
}

// Notify implements core.
func (c *ready) Notify(f func()) { f() }

// Wait implements core.
func (c *ready) Wait(context.Context) error { return nil }

// Done implements core.
func (c *ready) Done() <-chan struct{} { return closed }

// Cancel implements core.
func (c *ready) Cancel(error) {}

// Release implements core.
func (c *ready) Release() {}
