package sched

import "errors"

// edge is one entry in the list of those who want to know that something has ended: a future, or a result of a run.
type edge struct {
	next, prev *edge // guarded by what guards the list
	to         any   // a *Future that has it as input, a func(), a *seatWait, or a waiting goroutine's chan struct{} of capacity 1
}

// addEdge registers ed; it returns false if the future has ended.
func (f *Future) addEdge(ed *edge) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended() {
		return false
	}
	f.edges = f.edges.with(ed)
	return true
}

// removeEdge undoes addEdge; it returns false if the future has ended, and ed is being told.
func (f *Future) removeEdge(ed *edge) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended() {
		return false
	}
	f.edges = f.edges.without(ed)
	return true
}

// with returns the list that begins with first, with ed before it.
func (first *edge) with(ed *edge) *edge {
	if ed.next = first; first != nil {
		first.prev = ed
	}
	return ed
}

// without returns the list that begins with first, without ed.
func (first *edge) without(ed *edge) *edge {
	if ed.next != nil {
		ed.next.prev = ed.prev
	}
	if ed.prev == nil {
		return ed.next
	}
	ed.prev.next = ed.next
	return first
}

// settle ends f, however it ends: here the result is recorded, and those are told who wait for it. Whoever comes first
// decides; settle reports whether that is the caller. x is the executor that has run f, or nil if somebody else settles
// it; then it may still be running, and is told through its context. It returns a future that became ready, if x can run
// it next.
//
// What has f as input fails with it, here and now: it needs no seat for that, and waits for none of its other inputs.
// They are taken one after the other, since a chain of millions is too deep for a stack.
func (f *Future) settle(x *executor, state State, v any, err error) (next *Future, first bool) {
	var doomed []*Future
	next, first = f.settleOne(x, state, v, err, &doomed)
	if doomed == nil {
		return next, first
	}
	err = inputError(f, err)
	for len(doomed) > 0 {
		now := doomed
		doomed = nil
		for _, f := range now {
			f.settleOne(nil, Failed, nil, err, &doomed)
		}
	}
	return next, first
}

// inputError is the error of what has in as input, or has as input what has, and so on.
func inputError(in External, err error) error {
	if _, ok := errors.AsType[*InputError](err); ok {
		return err
	}
	return &InputError{in.Key(), err}
}

// settleOne is settle for f alone. It adds to doomed what has f as input and must fail.
func (f *Future) settleOne(x *executor, state State, v any, err error, doomed *[]*Future) (next *Future, first bool) {
	if err != nil {
		v = &failure{err}
	}
	f.mu.Lock()
	if f.ended() {
		f.mu.Unlock()
		return nil, false
	}
	f.out = v
	// A claim that comes later fails; one that came before is told below. Without one nobody will call the function.
	unbegun := State(f.state.Swap(uint32(state))) == Pending
	if unbegun {
		f.body = nil
	}
	ed, m, fr, isAway := f.edges, f.more, f.frame, f.isAway
	f.edges, f.more, f.frame = nil, nil, nil
	var c *charge
	if m != nil && m.charge != nil {
		if c = m.charge; state == Finished {
			f.more, c = &futureMore{charge: c}, nil
		}
	}
	if m != nil && m.done != nil {
		close(m.done)
	}
	f.mu.Unlock()
	c.drop()
	if unbegun {
		f.unrun(state, err)
		if f.e.limits.Load() != nil {
			f.leaveLimit()
		}
	}
	if isAway {
		f.e.away.remove(f)
	}
	if m != nil && m.unhook != nil {
		m.unhook()
	}
	if fr != nil && err != nil {
		fr.cancelCause(err)
	}
	for ed = reversed(ed); ed != nil; {
		after := ed.next // who is told may use the edge again
		switch to := ed.to.(type) {
		case *Future:
			switch own := x != nil && to.e == f.e && to.priority == 0; {
			case state != Finished: // and is not counted down, so that nobody runs it meanwhile
				*doomed = append(*doomed, to)
			case to.missing.Add(-1) != 0:
			case !own:
				to.e.submit(to)
			case next == nil:
				next = to
			default:
				x.keep(to)
			}
		case chan struct{}:
			to <- struct{}{}
		case *seatWait:
			to.ended()
		case func():
			to()
		}
		ed = after
	}
	return next, true
}

// keep puts a future that became ready on x's stack, where x may use it without a lock, or submits it.
func (x *executor) keep(f *Future) {
	if s := x.seat.Load(); s != nil && x.cur.Load() == nil {
		s.own.priv = append(s.own.priv, f)
		return
	}
	f.e.submit(f)
}

// reversed puts the list in the order of registration.
func reversed(ed *edge) *edge {
	var out *edge
	for ed != nil {
		next := ed.next
		ed.next = out
		out, ed = ed, next
	}
	return out
}

// inputEnded notes that the input in has ended, and reports whether f is ready now. If in failed, so does f.
func (f *Future) inputEnded(in External) (ready bool) {
	if err, _ := Ended(in); err != nil {
		f.settle(nil, Failed, nil, inputError(in, err))
		return false
	}
	return f.missing.Add(-1) == 0
}
