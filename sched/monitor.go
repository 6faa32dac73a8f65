package sched

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/internal/goroutine"
	"github.com/gomagpie/magpie/internal/invariants"
)

// standstill is how long a seat may go without the end of a task before the monitor looks at its goroutine.
const standstill = time.Second

// soonest is the shortest time between two looks of the monitor.
const soonest = time.Millisecond

// monitor finds tasks that wait without saying so: for a channel, a lock, another engine. One of them holds its seat,
// and if all do, nothing runs. So the monitor looks, while an engine is at work, whether seats have gone for a second
// without the end of a task although work waits; then it asks the runtime which of their goroutines are parked, and takes
// their seats away, one at the first look, and twice as many at each look that follows, after an eighth of the interval:
// a hundred tasks that wait for a channel are passed in two seconds.
//
// A task that computes is not parked, however long it takes, and keeps its seat; but what waits behind it, in its
// executor's lane and seat, is given to others: what thieves find there is half of it, and they may have emptied that.
// (Thieves that looked behind tasks themselves, by their locks, made futures that tasks submit a quarter slower.) A
// task whose seat was taken stands in line for one when its function returns, as one that has given it away.
//
// It is a timer, no goroutine, and it is off while the engine is idle.
type monitor struct {
	armed atomic.Bool

	mu       sync.Mutex // one look at a time
	timer    *time.Timer
	interval time.Duration
	most     int // seats to take at the next look
	vain     int // looks since the last that took one
}

// watch starts the monitor, if it is off.
func (e *Engine) watch() {
	m := &e.monitor
	if m.armed.Load() || !m.armed.CompareAndSwap(false, true) {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.interval, m.most = standstill, 1
	if m.timer == nil {
		m.timer = time.AfterFunc(m.interval, e.look)
	} else {
		m.timer.Reset(m.interval)
	}
}

// look is what the monitor does at each tick.
func (e *Engine) look() {
	m := &e.monitor
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.stop.Load() || active(e.idle.load()) == 0 && !e.crowded() {
		m.armed.Store(false)
		// Who came to work meanwhile found it armed.
		if !e.stop.Load() && active(e.idle.load()) > 0 && m.armed.CompareAndSwap(false, true) {
			m.timer.Reset(standstill)
		}
		return
	}
	began := time.Now()
	switch m.vain++; {
	case e.takeFromWaiting(m.most) > 0:
		m.interval, m.most, m.vain = max(m.interval/8, soonest), min(2*m.most, e.set.workers), 0
	case m.vain > 2: // who has just sat down is not looked at yet
		m.interval, m.most = standstill, 1
	}
	// A look stops the program for as long as it takes to walk all its goroutines: at most for a fifth of the time. (At a
	// fiftieth, a hundred tasks that waited took minutes on a machine that was busy.)
	m.timer.Reset(max(m.interval, 4*time.Since(began)))
}

// takeFromWaiting takes at most so many seats from executors that are parked inside functions of the user's, if others
// could use them, and returns how many.
func (e *Engine) takeFromWaiting(most int) (took int) {
	stuck := e.stuck()
	if len(stuck) == 0 {
		return 0
	}
	// From here on each of them looks, when its function returns, whether it still has its seat. One that has looked
	// already is outside of the function, and says so when the world has stopped. See Task.leave.
	for _, x := range stuck {
		x.call.special.Store(true)
	}
	parked := goroutine.Parked()
	exposed := false
	for _, x := range stuck {
		switch {
		case !x.call.inside.get():
		case !parked[x.number.Load()]:
			exposed = x.expose(x.call) || exposed
		case took < most && x.takeSeat(x.call):
			took++
		}
	}
	if took > 0 || exposed {
		e.left()
	}
	return took
}

// expose gives to others what waits behind the call, which computes, in x's seat and lane, if a seat is free for it.
func (x *executor) expose(t *Task) bool {
	if active(x.e.idle.load()) >= int64(x.e.set.workers) || !x.mu.TryLock() {
		return false
	}
	defer x.mu.Unlock()
	s := x.seat.Load()
	if s == nil || x.cur.Load() != t || !t.special.Load() {
		return false
	}
	exposed := s.clear(&x.e.inject)
	return x.lane != nil && x.lane.expose() || exposed
}

// call is an executor and what it runs.
type call struct {
	*executor
	call *Task
}

// stuck returns the executors whose seats have seen no end of a task since the last look.
func (e *Engine) stuck() (list []call) {
	ss := e.seats
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for _, s := range ss.all {
		beats := s.beats.Load()
		if x := s.owner; x != nil && s.seen == beats {
			if t := x.cur.Load(); t != nil {
				list = append(list, call{x, t})
			}
		}
		s.seen = beats
	}
	return list
}

// takeSeat takes x's seat away, which was seen parked inside the call, if it is still in it and somebody could use the
// seat or what is in it.
func (x *executor) takeSeat(t *Task) bool {
	e := x.e
	wanted := e.crowded() || active(e.idle.load()) >= int64(e.set.workers) && e.anyWork()
	if !x.mu.TryLock() { // it is doing something with its queue
		return false
	}
	s := x.seat.Load()
	// What x does under its lock when the function returns has not been done: special would be false.
	if s == nil || x.cur.Load() != t || !t.special.Load() {
		x.mu.Unlock()
		return false
	}
	if !wanted && !s.hides() && (x.lane == nil || len(x.lane.priv) == 0) {
		x.mu.Unlock()
		return false
	}
	if invariants.Enabled && s.owner != x {
		panic("sched: a seat is not its owner's")
	}
	s.clear(&e.inject)
	if x.lane != nil {
		x.lane.expose()
	}
	e.seats.mu.Lock()
	e.leaveLocked(x)
	e.seats.mu.Unlock()
	x.mu.Unlock()
	return true
}
