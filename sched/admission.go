package sched

import "slices"

// This file lets runs begin under a memory limit: in the order they come, as their reserves fit beside those of the
// others.

// admit lets r begin, now or when others have ended, or refuses it for good. nested says that a task of the engine
// waits for it: that one cannot end first.
func (m *memory) admit(r *Run, nested bool) error {
	need, at := r.book.minimum()
	r.book.reserve, r.book.peak, r.nested = need, at, nested
	for collected := false; ; collected = true {
		m.mu.Lock()
		held := m.pinned
		if nested {
			held += m.reserves
		}
		if need <= m.limit-held {
			break
		}
		err, vain := r.tooMuch(at, need, held), collected || m.pinned == 0 || need > m.limit-held+m.pinned
		m.mu.Unlock()
		if vain {
			return err
		}
		m.collect()
	}
	defer m.mu.Unlock()
	if need > m.limit-m.pinned-m.reserves || len(m.waiting) > 0 && !nested {
		m.waiting = append(m.waiting, r)
		return nil
	}
	m.begin(r)
	return nil
}

// blocks notes that a task of by waits for r, which may be in the queue: then by cannot end before r. It returns a
// function to be called when the wait is over. r goes to the front of the queue, and begins at once if it fits; what
// can never fit beside those that wait for it is refused. by is nil if the waiting task holds no memory of its own.
func (m *memory) blocks(by, r *Run) (over func()) {
	m.mu.Lock()
	i := slices.Index(m.waiting, r)
	if i < 0 {
		m.mu.Unlock()
		return func() {}
	}
	m.waiting = slices.Insert(slices.Delete(m.waiting, i, i+1), 0, r)
	r.nested = true
	reserve := int64(0)
	if by != nil && by.book != nil && by != r && by.book.reserve > 0 {
		if by.blocked++; by.blocked == 1 {
			m.blocked += by.book.reserve
		}
		reserve = by.book.reserve
	}
	m.mu.Unlock()
	m.serveQueue()
	return func() {
		if reserve == 0 {
			return
		}
		m.mu.Lock()
		if by.blocked--; by.blocked == 0 {
			m.blocked -= reserve
		}
		m.mu.Unlock()
	}
}

// serveQueue lets runs begin that fit now, and ends those that are waited for and never will.
func (m *memory) serveQueue() {
	for _, x := range m.admitWaiting() {
		x.pump()
	}
	m.mu.Lock()
	refused, why := m.hopeless()
	if len(refused) > 0 && m.pinned > 0 {
		m.mu.Unlock()
		m.collect()
		m.mu.Lock()
		refused, why = m.hopeless()
	}
	if m.stuck() && !m.sweeping {
		m.sweeping = true
		go m.unstick(sweepPause)
	}
	m.mu.Unlock()
	for i, x := range refused {
		x.fail(-1, why[i])
	}
}

// hopeless returns the runs in the queue that are waited for and cannot fit beside those whose tasks wait. mu is held.
func (m *memory) hopeless() (refused []*Run, why []error) {
	for _, x := range m.waiting {
		if need := x.book.reserve; x.nested && need > m.limit-m.pinned-m.blocked {
			refused = append(refused, x)
			why = append(why, x.tooMuch(x.book.peak, need, m.pinned+m.blocked))
		}
	}
	return refused, why
}

// begin enters r in the ledger. mu is held.
func (m *memory) begin(r *Run) {
	r.book.enter(&m.ledger)
	if r.book.reserve > 0 {
		r.book.add(r.graph.reserved)
	}
	m.admitted++
	r.element = m.underway.PushBack(r)
	r.admitted.Store(true)
}

// forceAdmit lets a run begin that was cancelled while it waited: its tasks are skipped, and need no memory.
func (m *memory) forceAdmit(r *Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.Index(m.waiting, r); i >= 0 {
		m.waiting = slices.Delete(m.waiting, i, i+1)
		r.book.reserve = 0
		m.begin(r)
	}
}

// admitWaiting lets waiting runs begin whose reserves fit now, in their order, and returns them.
func (m *memory) admitWaiting() (begun []*Run) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.waiting) > 0 && m.waiting[0].book.reserve <= m.limit-m.pinned-m.reserves {
		r := m.waiting[0]
		m.waiting = slices.Delete(m.waiting, 0, 1)
		m.begin(r)
		begun = append(begun, r)
	}
	return begun
}
