package sched

import (
	"errors"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/gomagpie/magpie/internal/option"
)

// This file keeps the limits of package futures: at most n tasks of a name run at once on an engine.
//
// An executor that comes to a task of such a name asks for a permit. If there is none the task stands in the limit's
// line, in no queue, and the executor goes on with something else. Who leaves the limit hands its permit to the first in
// line and makes it visible again, at the front of the queue. A task that waits for others gives its permit away, as it
// gives its seat: so nothing that it waits for can be waiting for it. It takes one again before it takes a seat, and
// before any that has not begun. Rejected: to keep the permit, and let only tasks begun by the one that waits share it:
// tasks of one name that wait for each other's work in any other way hung.
//
// Permits are guarded by limit.mu, which is taken under no other lock, and under which no other is taken. A permit
// belongs to its task, not to an executor: two that come to one future get the same, and the one that begins it gives it
// back. An engine without limits pays a load a future, and nothing a task of a run.

// limit is the limit on one name.
type limit struct {
	e *Engine

	mu    sync.Mutex
	n     int
	held  int             // permits given out
	back  permits         // of tasks that have waited for others, and want to go on
	line  permits         // of tasks that have not begun
	known map[any]*permit // by future, or task of a run, from asking for a permit to leaving the limit
}

// permit is one task's part in a limit. Its fields are guarded by the limit's mu.
type permit struct {
	l          *limit
	key        any // a *Future or a runTask
	state      permitState
	waits      int           // goroutines of the task that wait for others
	ch         chan struct{} // who stands in the limit's back is told here
	next, prev *permit       // in a queue
}

type permitState uint8

const (
	lined     permitState = iota // it waits for its first permit
	granted                      // it has one: of a future, which may have begun; of a run, which has not
	permitted                    // it has one, and has begun
	lent                         // it has begun and has none: it waits for others, or to go on
	left                         // it has left the limit
)

// runTask is a task of a run.
type runTask struct {
	r *Run
	t uint32
}

// setLimits sets limits of e, beside those it has. In sync mode there is one task at a time anyway.
func (e *Engine) setLimits(set []option.Limit) {
	if e.set.sync {
		return
	}
	for _, s := range set {
		n := s.N
		if n < 1 {
			n = math.MaxInt
		}
		l := e.limitOf(s.Name)
		if l == nil {
			l = e.addLimit(s.Name)
		}
		l.mu.Lock()
		l.n = n
		next := l.grant()
		l.mu.Unlock()
		l.tell(next)
	}
}

// limitOf returns the limit on a name, or nil.
func (e *Engine) limitOf(name string) *limit {
	all := e.limits.Load()
	if all == nil {
		return nil
	}
	return (*all)[name]
}

func (e *Engine) addLimit(name string) *limit {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.limitOf(name); l != nil {
		return l
	}
	all := map[string]*limit{}
	if old := e.limits.Load(); old != nil {
		all = maps.Clone(*old)
	}
	l := &limit{e: e, known: map[any]*permit{}}
	all[name] = l
	e.limits.Store(&all)
	return l
}

// eachLimit calls f for every limit of e.
func (e *Engine) eachLimit(f func(l *limit)) {
	if all := e.limits.Load(); all != nil {
		for _, l := range *all {
			f(l)
		}
	}
}

// enter returns the permit of a task that is about to begin, and whether it may; if not, it is in line. The permit is
// nil if gone says, under the lock, that the task is not to begin at all.
func (l *limit) enter(key any, state permitState, gone func() bool) (p *permit, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if gone() {
		return nil, false
	}
	switch p = l.known[key]; {
	case p != nil && p.state == lined:
		return p, false
	case p != nil:
		p.state = state
		return p, true
	}
	p = &permit{l: l, key: key}
	l.known[key] = p
	if l.held < l.n {
		l.held++
		p.state = state
		return p, true
	}
	l.line.push(p)
	return p, false
}

// leave ends p's part in its limit; it may be called more than once. A nil permit is of a task without limit.
func (p *permit) leave() {
	if p == nil {
		return
	}
	l := p.l
	l.mu.Lock()
	l.leaveLocked(p)
	next := l.grant()
	l.mu.Unlock()
	l.tell(next)
}

func (l *limit) leaveLocked(p *permit) {
	switch p.state {
	case left:
		return
	case lined:
		l.line.remove(p)
	case lent:
		l.answer(p)
	default:
		l.held--
	}
	p.state = left
	delete(l.known, p.key)
}

// pause gives p away while a goroutine of its task waits for others. resume must follow.
func (p *permit) pause() {
	if p == nil {
		return
	}
	l := p.l
	l.mu.Lock()
	var next []*permit
	if p.waits++; p.waits == 1 {
		switch p.state {
		case granted, permitted:
			p.state = lent
			l.held--
			next = l.grant()
		case lent:
			l.answer(p) // it wanted to go on; now another of its goroutines waits, and it goes on without
		}
	}
	l.mu.Unlock()
	l.tell(next)
}

// resume undoes pause: when no goroutine of the task waits for others any more it returns only with a permit. The task
// must not hold a seat.
func (p *permit) resume() {
	if p == nil {
		return
	}
	l := p.l
	l.mu.Lock()
	if p.waits--; p.waits > 0 || p.state != lent {
		l.mu.Unlock()
		return
	}
	if l.held < l.n {
		l.held++
		p.state = permitted
		l.mu.Unlock()
		return
	}
	ch := waiters.Get().(chan struct{})
	p.ch = ch
	l.back.push(p)
	l.mu.Unlock()
	<-ch
	waiters.Put(ch)
}

// answer tells the goroutine that wants to go on, if there is one, that it need not wait. mu is held.
func (l *limit) answer(p *permit) {
	if p.ch != nil {
		l.back.remove(p)
		p.ch <- struct{}{}
		p.ch = nil
	}
}

// grant gives out the permits that are there, and returns those whose tasks must be told. mu is held.
func (l *limit) grant() (next []*permit) {
	for l.held < l.n {
		if p := l.back.first; p != nil {
			l.held++
			p.state = permitted
			l.answer(p)
			continue
		}
		p := l.line.first
		if p == nil {
			break
		}
		l.line.remove(p)
		l.held++
		p.state = granted
		next = append(next, p)
	}
	return next
}

// tell makes tasks visible again: those that have a permit now, and those that will be skipped.
func (l *limit) tell(next []*permit) {
	if len(next) == 0 {
		return
	}
	var fs []*Future
	for _, p := range next {
		switch key := p.key.(type) {
		case *Future:
			fs = append(fs, key)
		case runTask:
			key.r.again(key.t)
		}
	}
	if len(fs) > 0 {
		l.e.inject.express(fs) // or those of a higher priority would wait for their permits behind all other work
		if l.e.closed.Load() {
			l.e.cancelQueued()
		}
	}
	l.e.wakeIfNeeded()
}

// again makes a task visible again that a lane had taken and put in a line.
func (r *Run) again(t uint32) {
	if r.book == nil {
		r.push(t)
		return
	}
	m := r.e.memory
	m.mu.Lock()
	r.book.runs(1) // it was taken, and did not run
	r.book.putBack(t)
	r.book.where[t] = inLimit // so that its activation is not retracted while it has the permit
	r.nready.Store(int32(len(r.book.ready)))
	m.mu.Unlock()
}

// permit returns the permit of a future that is about to begin, nil if its name has no limit, and whether it may begin.
func (f *Future) permit() (p *permit, ok bool) {
	l := f.e.limitOf(f.name)
	if l == nil || f.refused() != nil {
		return nil, true
	}
	p, ok = l.enter(f, granted, func() bool { return State(f.state.Load()) != Pending })
	if p != nil && !ok && f.e.closed.Load() { // Close sets the flag before it looks at the lines: one of the two sees f
		f.Cancel(ErrClosed)
	}
	return p, ok
}

// leaveLimit is called when f has ended without having begun.
func (f *Future) leaveLimit() {
	if l := f.e.limitOf(f.name); l != nil {
		l.mu.Lock()
		p := l.known[f]
		l.mu.Unlock()
		p.leave()
	}
}

// errInLine says of a task of a run that it has not run, but stands in the line of a limit.
var errInLine = errors.New("sched: in line")

// limited returns the code of the graph's operations, with those of limited names asking for a permit first.
func (e *Engine) limited(g *Graph) []Func {
	if e.limits.Load() == nil {
		return g.code
	}
	code := slices.Clone(g.code)
	for i := range g.ops {
		if l := e.limitOf(g.ops[i].Name); l != nil && uint32(i) != g.extOp {
			run := code[i]
			code[i] = func(t *Task, in []any) (any, error) {
				if err := l.begin(t); err != nil {
					return nil, err
				}
				return run(t, in)
			}
		}
	}
	return code
}

// begin gives t, of a run, a permit, or puts it in line. afterTask has it leave.
func (l *limit) begin(t *Task) error {
	r := t.run
	p, ok := l.enter(runTask{r, t.id}, permitted, func() bool { return int64(t.id) > r.last.Load() })
	switch {
	case p == nil:
		return errSkipped
	case !ok:
		return errInLine
	}
	t.permit, t.x.permit = p, p
	t.special.Store(true)
	return nil
}

// endPermit ends the part in a limit of the task that x has run.
func (t *Task) endPermit() {
	if p := t.permit; p != nil {
		t.permit, t.x.permit = nil, nil
		p.leave()
	}
}

// skipLimited has the tasks of r after last leave the limits, when they will be skipped.
func (r *Run) skipLimited(last int64) {
	r.e.eachLimit(func(l *limit) {
		l.mu.Lock()
		var skipped []*permit
		for key, p := range l.known {
			if key, ok := key.(runTask); !ok || key.r != r || int64(key.t) <= last {
				continue
			}
			switch p.state {
			case lined:
				skipped = append(skipped, p)
				l.leaveLocked(p)
			case granted: // it is visible already
				l.leaveLocked(p)
			}
		}
		next := l.grant()
		l.mu.Unlock()
		l.tell(append(skipped, next...))
	})
}

// inLine returns the futures that stand in line, and how many tasks stand in line.
func (e *Engine) inLine() (list []*Future, n int) {
	e.eachLimit(func(l *limit) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for p := l.line.first; p != nil; p = p.next {
			n++
			if f, ok := p.key.(*Future); ok {
				list = append(list, f)
			}
		}
	})
	return list, n
}

// permits is a queue that permits leave at any place.
type permits struct{ first, last *permit }

func (q *permits) push(p *permit) {
	if p.prev = q.last; p.prev != nil {
		p.prev.next = p
	} else {
		q.first = p
	}
	q.last = p
}

func (q *permits) remove(p *permit) {
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		q.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		q.last = p.prev
	}
	p.next, p.prev = nil, nil
}
