package sched

import (
	"errors"
	"time"
)

// This file charges what turns out larger than was booked: results whose size is reported at the end (Task.SetBytes),
// and what tasks report while they run (Task.Grow).

// Grow reports that the task holds n bytes more than its operation estimated: that a table or a list has grown, or, with
// n below zero, that some of it was let go. It is called before the memory is taken, or soon after, in steps of some
// hundred kilobytes: a call costs about a microsecond under a memory limit, and nothing without one. When the task has
// returned, the size of its result is all that stays charged.
//
// Under a memory limit other tasks then begin later, results go to disk, and Grow waits for tasks that run; if that
// is not enough, it returns an error, a [MemoryError], and the n bytes are not charged. The task lets go of something,
// as by writing a part of its table to disk, and reports that with Grow(-n); or it returns the error.
func (t *Task) Grow(n int64) error {
	r := t.run
	if r == nil || r.book == nil || n == 0 {
		return nil
	}
	m, b := r.e.memory, r.book
	m.mu.Lock()
	b.grow(t.id, n)
	m.moved.Broadcast()
	m.mu.Unlock()
	t.grown += n
	t.special.Store(true)
	if n < 0 {
		m.pumpStalled()
		return nil
	}
	err := m.makeRoom(t.x, r, true)
	if err == nil {
		garbage.assist(n)
		return nil
	}
	m.mu.Lock()
	if err == errNoRoom {
		err = r.grewTooMuch(t.id, b.size[t.id])
	}
	b.grow(t.id, -n)
	m.moved.Broadcast()
	m.mu.Unlock()
	t.grown -= n
	return err
}

// ungrow forgets what a call of the task's function has reported, before the function is called again.
func (t *Task) ungrow() {
	if t.grown != 0 {
		t.Grow(-t.grown)
	}
}

// charge makes room for the result of t, which has turned out larger than was booked, or ends the run.
func (r *Run) charge(x *executor, t uint32, size int64) {
	m := r.e.memory
	err := m.makeRoom(x, r, false)
	if err == errNoRoom {
		m.mu.Lock()
		err = r.grewTooMuch(t, size)
		m.mu.Unlock()
	}
	if err != nil {
		r.fail(int64(t), err)
	}
}

// errNoRoom says that nothing can be done to hold less.
var errNoRoom = errors.New("no room")

// patience is how long somebody waits for other tasks to end, which may make room, while none does: they may wait for
// him in a way that the engine does not see.
const patience = 10 * time.Second

// makeRoom is called on x's goroutine by who has charged more than was booked: r, by a task that runs or one that has just
// ended, or (nil) a value by itself. If more is held now than the limit allows, it takes back activations, spills what can
// be, and, if it is much more, waits for tasks under way and has garbage collected, until that is no longer so, be it for a
// moment: what was charged here fitted then, and others that have charged since have to make room for theirs. It returns
// errNoRoom if this is not enough, or why a result could not be written.
//
// It cannot deadlock: it waits only while more tasks run than wait here, without its seat, which one of those may need,
// and not for ever. The task itself holds what it was given; those activated and not begun, which may hold more, are taken
// back first.
func (m *memory) makeRoom(x *executor, r *Run, running bool) error {
	most, wait := m.limit+m.slack, patience
	if r == nil {
		most, wait = m.limit, patience/10 // nothing was estimated
	}
	collected := false
	collect := func() {
		collected = true
		m.mu.Unlock()
		m.collect()
		m.mu.Lock()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for fitted := m.fitted; m.over() && m.fitted == fitted; {
		if m.retract(r) {
			continue
		}
		if from, t, ok := m.victim(r, true); ok {
			m.spilling++
			m.mu.Unlock()
			err := from.spillOut(t)
			m.mu.Lock()
			if err != nil {
				return err
			}
			continue
		}
		switch {
		case m.spilling > 0:
			m.waitAside(x, func() bool { return m.spilling == 0 || !m.over() })
		case m.held <= most:
			return nil
		case m.charged > m.limit/16:
			collect() // sooner than others may end
		case m.awaitTask(x, r, running, most, wait):
			collected = false
		case !collected && m.held-m.pinned <= most:
			collect()
		default:
			return errNoRoom
		}
	}
	return nil
}

// retract takes back what is booked for tasks that have not begun, of r first, until no more is held than the limit
// allows, and reports whether there were any. mu is held.
func (m *memory) retract(r *Run) (some bool) {
	take := func(x *Run) {
		for m.over() && x.last.Load() >= int64(x.graph.Len()) && x.book.retract() {
			some = true
			m.wantsMore(x)
		}
	}
	if r != nil {
		take(r)
	}
	for at := m.underway.Back(); at != nil && m.over(); at = at.Prev() {
		take(at.Value.(*Run))
	}
	return some
}

// awaitTask waits until a task has ended or no more than most is held, if other tasks run than those that wait here. It
// returns false if there is nothing to wait for. mu is held.
func (m *memory) awaitTask(x *executor, r *Run, running bool, most int64, wait time.Duration) bool {
	one := 0
	if running {
		one = 1
	}
	began, ends := time.Now(), m.ends
	wake := time.AfterFunc(wait, m.moved.Broadcast)
	defer wake.Stop()
	vain := func() bool {
		return m.running <= m.growing || r != nil && r.last.Load() < int64(r.graph.Len()) || time.Since(began) >= wait
	}
	settled := func() bool { return m.held <= most || m.ends != ends }
	m.growing += one
	ok := settled()
	if !ok && !vain() {
		m.waitAside(x, func() bool {
			ok = settled()
			if !ok && !vain() {
				return false
			}
			m.growing -= one // it goes on, as soon as it has a seat
			one = 0
			return true
		})
	}
	m.growing -= one
	return ok
}

// waitAside waits, without x's seat, until something has moved so that ready returns true, which is then not called
// again. mu is held when ready is called, and let go meanwhile.
func (m *memory) waitAside(x *executor, ready func() bool) {
	seat := x != nil && !x.e.set.sync
	if seat {
		m.mu.Unlock()
		x.block()
		m.mu.Lock()
	}
	for !ready() {
		m.moved.Wait()
	}
	if seat {
		m.mu.Unlock()
		x.unblock()
		m.mu.Lock()
	}
}
