package sched

import (
	"slices"

	"github.com/gomagpie/magpie/internal/invariants"
)

// fire makes the i-th external task ready, once.
func (r *Run) fire(i int) {
	invariants.Yield("fire")
	if r.fired[i].CompareAndSwap(false, true) {
		r.push(r.graph.ext[i].task)
		r.e.wakeIfNeeded()
	}
}

// push makes ready tasks visible that belong to no lane. The caller then wakes an executor.
func (r *Run) push(ts ...uint32) {
	r.mu.Lock()
	r.mu.overflow = append(r.mu.overflow, ts...)
	r.noverflow.Store(int32(len(r.mu.overflow)))
	r.mu.Unlock()
}

// rootsClaimed reports whether no unclaimed root is left.
func (r *Run) rootsClaimed() bool { return r.cursor.Load() >= int64(len(r.graph.roots)) }

// hasWork reports whether an executor that came now would find a task.
func (r *Run) hasWork() bool {
	if r.book != nil {
		return r.nready.Load() > 0
	}
	if r.noverflow.Load() > 0 || !r.rootsClaimed() {
		return true
	}
	if lanes := r.lanes.Load(); lanes != nil {
		for _, v := range *lanes {
			if !v.empty() {
				return true
			}
		}
	}
	return false
}

// claim takes a ready task that is in no lane: one from the overflow, newest first, else the next roots in plan
// order. One cursor for all executors, used only when their own queues are empty, keeps as few results alive as the
// best known static orders do (README.md); a range of roots for each executor was measured to hold 3 to 4 times more.
func (r *Run) claim(ln *lane) (uint32, bool) {
	if r.book != nil {
		return r.takeBooked()
	}
	if r.noverflow.Load() > 0 {
		r.mu.Lock()
		if n := len(r.mu.overflow); n > 0 {
			t := r.mu.overflow[n-1]
			r.mu.overflow = r.mu.overflow[:n-1]
			r.noverflow.Store(int32(n - 1))
			r.mu.Unlock()
			return t, true
		}
		r.mu.Unlock()
	}
	roots := r.graph.roots
	n := int64(len(roots))
	if r.cursor.Load() >= n {
		ln.allClaimed = true
		return 0, false
	}
	k := int64(ln.block)
	invariants.Yield("claim")
	hi := r.cursor.Add(k)
	lo := hi - k
	ln.allClaimed = hi >= n
	if lo >= n {
		return 0, false
	}
	for i := min(hi, n) - 1; i > lo; i-- {
		ln.priv = append(ln.priv, roots[i])
	}
	return roots[lo], true
}

// take finds a task for a lane that has none.
func (r *Run) take(ln *lane) (uint32, bool) {
	if t, ok := r.claim(ln); ok {
		return t, true
	}
	lanes := *r.lanes.Load()
	// Neighbour first: every lane starts its round at another place, so thieves spread.
	at := slices.Index(lanes, ln)
	for i := 1; i < len(lanes); i++ {
		v := lanes[(at+i)%len(lanes)]
		if t, ok := ln.steal(&v.taskQueue); ok {
			r.e.counts.steals.Add(1)
			return t, true
		}
	}
	return 0, false
}

// enterLane gives an executor a lane of its own, an idle one if there is.
func (r *Run) enterLane(x *executor) *lane {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lanes []*lane
	if p := r.lanes.Load(); p != nil {
		lanes = *p
	}
	var ln *lane
	for _, v := range lanes {
		if v.x == nil {
			ln = v
			break
		}
	}
	if ln == nil {
		ln = newLane(r)
		lanes = append(slices.Clip(lanes), ln)
		r.lanes.Store(&lanes)
	}
	ln.x, ln.left = x, false
	ln.allClaimed = r.rootsClaimed()
	ln.task.x, ln.task.worker = x, 0
	if s := x.seat.Load(); s != nil {
		ln.task.worker = s.id
	}
	x.lane, x.spawned = ln, false
	x.cur.Store(&ln.task)
	ln.attend.Store(0)
	if r.observer != nil {
		ln.attend.Store(attendEvents)
	}
	ln.beginsNow()
	ln.start(r.e.now())
	ln.yielded = ln.stamp
	return ln
}

// leaveLane takes an executor out of the run. What its lane still holds goes to the overflow.
func (r *Run) leaveLane(ln *lane) {
	if ln.expose() {
		r.e.wakeIfNeeded()
	}
	ln.report()
	r.flush(ln)
	ln.x.lane = nil
	ln.x.cur.Store(nil)
	r.mu.Lock()
	ln.x, ln.task.x = nil, nil
	r.mu.Unlock()
}
