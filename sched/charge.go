package sched

import (
	"runtime"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/site"
)

// charge is what the value of a future, or a scattered one, takes of a memory limit, until it is released or can no
// longer be reached.
type charge struct {
	m     *memory
	bytes atomic.Int64
}

// leastCharged is the size from which the value of a future is charged: smaller ones are not worth a microsecond, and
// take as much as the future itself.
const leastCharged = 128

// charge charges the value that f's function has returned, of n bytes, which leave memory only with f. If there is no
// room for them, after what is spillable was spilled and tasks of computations have ended, it returns a [MemoryError].
func (f *Future) charge(x *executor, n int64) error {
	m := f.e.memory
	if m == nil || n < leastCharged {
		return nil
	}
	c, err := m.chargeValue(x, n)
	if e, ok := err.(*MemoryError); ok {
		e.Key, e.Op, e.Site = f.Key(), f.name, f.site
	}
	if err != nil {
		return err
	}
	runtime.AddCleanup(f, (*charge).lost, c)
	f.mu.Lock()
	over := f.ended()
	if !over {
		f.extra().charge = c
	}
	f.mu.Unlock()
	if over { // settled by somebody else: the value is dropped
		c.drop()
	}
	return nil
}

// Charge charges n bytes of a value of the user's to e's memory limit, if it has one: until drop, which may be nil, is
// called, or holder, who has the value, can no longer be reached. It spills results and waits for tasks where there is no
// room, and returns a [MemoryError] if that is not enough; name and key say in it what the value is.
func Charge[H any](e *Engine, holder *H, name, key string, n int64) (drop func(), err error) {
	if e.memory == nil || n < leastCharged {
		return nil, nil
	}
	c, err := e.memory.chargeValue(executorHere(), n)
	if me, ok := err.(*MemoryError); ok {
		me.Key, me.Op, me.Site = key, name, site.User()
	}
	if err != nil {
		return nil, err
	}
	runtime.AddCleanup(holder, (*charge).lost, c)
	return c.drop, nil
}

// chargeValue charges n bytes, or says why there is no room for them.
func (m *memory) chargeValue(x *executor, n int64) (*charge, error) {
	m.keep(n)
	inside := x != nil && x.lane != nil && x.lane.run.e.memory == m // of a run's task, which then is not to be waited for
	if err := m.makeRoom(x, nil, inside); err != nil {
		m.mu.Lock()
		held := m.pinned - n
		m.mu.Unlock()
		m.keep(-n)
		if err == errNoRoom {
			err = &MemoryError{Need: n, Limit: m.limit, Held: held, why: wantValue}
		}
		return nil, err
	}
	c := &charge{m: m}
	c.bytes.Store(n)
	return c, nil
}

// drop takes the value out of the books. nil is nothing.
func (c *charge) drop() {
	if c == nil {
		return
	}
	if c.forget() {
		c.m.madeRoom()
	}
}

// lost is drop for the cleanup of a future that nobody can reach.
func (c *charge) lost() {
	if c.forget() && c.m.wanted() {
		go c.m.madeRoom()
	}
}

// forget reports whether there was something in the books.
func (c *charge) forget() bool {
	n := c.bytes.Swap(0)
	if n > 0 {
		c.m.keep(-n)
	}
	return n > 0
}

// keep charges n bytes that cannot be spilled and belong to no run, or gives -n back.
func (m *memory) keep(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values.set(m.values.held+n, 0, m.values.pinned+n)
	m.charged += max(n, 0)
	if n < 0 {
		m.moved.Broadcast()
	}
}
