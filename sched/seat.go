package sched

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
)

// This file decides who may run tasks. An engine has as many seats as workers were asked for, and a goroutine of the
// engine, an executor, runs tasks only while it sits in one. All changes of who sits where are made here, under seats.mu.
//
// A seat is free, or held by one executor. The task that an executor runs may give the seat away, because a goroutine of
// it waits, and the monitor may take it away, because the executor is parked in a way that the engine was not told of.
// Who wants a seat again stands in line, and has the next one that is left: before any executor that looks for work.
//
// Lock order: executor.mu before seats.mu; nothing else is taken while seats.mu is held.

// seat is the right to run tasks, and what goes with it: a queue of futures. Only who holds the seat uses the queue; an
// executor that is inside a function of the user's may be joined in this by other goroutines, under executor.mu. A seat
// that is left is empty.
type seat struct {
	id    int
	owner *executor // nil: free; guarded by seats.mu
	own   futureQueue
	share futureQueue // taken from the injector and not begun: a ring only, oldest first
	beats atomic.Uint32
	seen  uint32 // beats when the monitor last looked; the monitor's own
}

// shareMax is how many futures a seat takes from the injector at once, at most.
const shareMax = 32

func (s *seat) empty() bool { return s.own.empty() && s.share.empty() }

// hides reports whether the seat has something that others cannot reach.
func (s *seat) hides() bool { return len(s.own.priv) > 0 }

// next returns the future to run next: the newest that its own tasks made, else the oldest of its share.
func (s *seat) next() *Future {
	if f, ok := s.own.pop(); ok {
		return f
	}
	f, _ := s.share.shift()
	return f
}

// push adds a ready future on top of the stack, and reports whether others can see it now.
func (s *seat) push(f *Future) (visible bool) {
	s.own.priv = append(s.own.priv, f)
	if s.own.empty() {
		s.own.forget()
		s.own.publish()
		return true
	}
	return false
}

// clear gives what the seat holds to the injector, and reports whether there was something.
func (s *seat) clear(in *injector) bool {
	var share, own []*Future
	for f, ok := s.share.shift(); ok; f, ok = s.share.shift() {
		share = append(share, f)
	}
	for f, ok := s.own.pop(); ok; f, ok = s.own.pop() {
		own = append(own, f)
	}
	s.forget()
	if len(share)+len(own) == 0 {
		return false
	}
	for i, j := 0, len(own)-1; i < j; i, j = i+1, j-1 { // the newest last
		own[i], own[j] = own[j], own[i]
	}
	in.giveBack(share, own)
	return true
}

func (s *seat) forget() {
	s.own.forget()
	s.share.forget()
}

// seats are the seats of an engine, and the executors that have none.
type seats struct {
	all   []*seat
	lined atomic.Int32 // len(line)

	mu    sync.Mutex
	free  []*seat // the last one is taken first
	idle  []*executor
	line  []*claim
	live  map[*executor]struct{}
	stop  bool
	quiet chan struct{} // somebody waits until all executors are idle
}

// claim is an entry in the line: x wants a seat, and ch is told when it has one, or needs none any more.
type claim struct {
	x  *executor
	ch chan struct{}
}

func newSeats(n int) *seats {
	ss := &seats{live: map[*executor]struct{}{}}
	for id := range n {
		s := &seat{id: id}
		s.own.size(ringMax)
		s.share.size(shareMax)
		ss.all = append(ss.all, s)
	}
	for i := range ss.all {
		ss.free = append(ss.free, ss.all[n-1-i]) // the first is taken first
	}
	return ss
}

// sit puts x in s. mu is held.
func (ss *seats) sit(x *executor, s *seat) {
	if invariants.Enabled && (s.owner != nil || x.seat.Load() != nil || !s.empty() || s.hides()) {
		panic(fmt.Sprintf("seat %d is not free, or executor %d has one", s.id, x.number.Load()))
	}
	s.owner = x
	s.beats.Add(1)
	x.seat.Store(s)
}

// wakeLocked puts an executor that looks for work in a free seat, and returns it, or nil if there is none. mu is held.
func (e *Engine) wakeLocked() *executor {
	ss := e.seats
	n := len(ss.free)
	if n == 0 || ss.stop {
		return nil
	}
	s := ss.free[n-1]
	ss.free = ss.free[:n-1]
	var x *executor
	if k := len(ss.idle); k > 0 {
		x = ss.idle[k-1]
		ss.idle = ss.idle[:k-1]
	} else {
		x = newExecutor(e)
		ss.live[x] = struct{}{}
		e.wg.Add(1)
	}
	ss.sit(x, s)
	e.idle.add(1, 1)
	return x
}

// leaveLocked takes x out of its seat, which goes to the first in line, or is free. mu is held; s is empty.
func (e *Engine) leaveLocked(x *executor) {
	ss := e.seats
	s := x.seat.Load()
	x.seat.Store(nil)
	s.owner = nil
	if len(ss.line) == 0 {
		ss.free = append(ss.free, s)
		e.idle.add(0, -1)
		return
	}
	first := ss.line[0].x
	ss.sit(first, s)
	ss.answerLocked(first)
}

// answerLocked tells all who claim a seat for x that there is nothing more to wait for.
func (ss *seats) answerLocked(x *executor) {
	rest := ss.line[:0]
	for _, c := range ss.line {
		if c.x == x {
			c.ch <- struct{}{}
		} else {
			rest = append(rest, c)
		}
	}
	clear(ss.line[len(rest):])
	ss.line = rest
	ss.lined.Store(int32(len(rest)))
}

// claim gives x a seat, if it has none and one is free, or else puts it in line.
func (e *Engine) claim(x *executor) *claim {
	c := &claim{x, waiters.Get().(chan struct{})}
	if e.enter(c) {
		waiters.Put(c.ch)
		return nil
	}
	return c
}

// enter puts c in line, unless its executor has a seat, also one that it gets now because it is free: then it returns true.
func (e *Engine) enter(c *claim) (seated bool) {
	ss := e.seats
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if c.x.seat.Load() != nil {
		return true
	}
	if n := len(ss.free); n > 0 {
		s := ss.free[n-1]
		ss.free = ss.free[:n-1]
		ss.sit(c.x, s)
		e.idle.add(0, 1)
		return true
	}
	ss.line = append(ss.line, c)
	ss.lined.Store(int32(len(ss.line)))
	return false
}

// wait returns when it is c's turn. A nil claim has been met.
func (c *claim) wait() {
	if c == nil {
		return
	}
	c.x.e.watch()
	<-c.ch
	waiters.Put(c.ch)
}

// give gives away the seat of x, which is inside a function of the user's: what it holds is made visible to all, and
// somebody is woken for it. x.mu is held, and let go.
func (x *executor) give() {
	e, ss := x.e, x.e.seats
	if s := x.seat.Load(); s != nil {
		s.clear(&e.inject)
	}
	if x.lane != nil {
		x.lane.expose()
	}
	ss.mu.Lock()
	if x.seat.Load() != nil { // also if it came while this goroutine stood before the lock: then it is empty
		e.leaveLocked(x)
	} else {
		ss.answerLocked(x) // a goroutine of the task wanted it back; now another waits, and it goes on without
	}
	ss.mu.Unlock()
	x.mu.Unlock()
	e.left()
}
