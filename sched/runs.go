package sched

import "sync/atomic"

// runs are the runs of an engine that are under way, those of a priority in the order in which they began.
//
// Executors take part in one of the highest priority that has work for them, in turn. One that is in a run leaves it for
// another of the same priority or a higher one when it looks up, after 200 µs or a task.
type runs [numPriorities]runList

// add puts r at the end.
func (rs *runs) add(r *Run) { rs[r.class].add(r) }

// remove takes r out, unless it was refused and is not in.
func (rs *runs) remove(r *Run) { rs[r.class].remove(r) }

// len is how many there are.
func (rs *runs) len() (n int) {
	for i := range rs {
		n += rs[i].len()
	}
	return n
}

// rivals reports whether there is a run beside r that executors should look at.
func (rs *runs) rivals(r *Run) bool {
	n := 0
	for i := range r.class + 1 {
		n += rs[i].len()
	}
	return n > 1
}

// all goes through them.
func (rs *runs) all(yield func(*Run) bool) {
	for i := range rs {
		if !rs[i].all(yield) {
			return
		}
	}
}

// next goes through them once, in each priority from place turn on, with the place to go on from.
func (rs *runs) next(turn int) func(yield func(int, *Run) bool) {
	return func(yield func(int, *Run) bool) {
		for i := range rs {
			if !rs[i].next(turn, yield) {
				return
			}
		}
	}
}

// runList is a list of runs.
//
// Executors look through them without a lock, so the list is one of atomics, with holes where runs have ended. It is
// changed under the engine's mu: a run that begins goes to the end, and when the list is full, or mostly holes, those
// that are left move to a new one. So each costs the same, however many there are; a list copied for each run made
// 20,000 runs at once take seconds. An executor that has an older list may miss a run that has just begun, which it is
// woken for, or find one that has begun in the place of one that has ended.
type runList struct {
	list atomic.Pointer[[]atomic.Pointer[Run]]
	n    atomic.Int64
}

// add puts r at the end.
func (rs *runList) add(r *Run) {
	var list []atomic.Pointer[Run]
	if p := rs.list.Load(); p != nil {
		list = *p
	}
	if len(list) == cap(list) {
		list = rs.moved(list)
	}
	list = list[:len(list)+1]
	r.listed = len(list)
	list[r.listed-1].Store(r)
	rs.list.Store(&list)
	rs.n.Add(1)
}

// remove takes r out, unless it was refused and is not in.
func (rs *runList) remove(r *Run) {
	if r.listed == 0 {
		return
	}
	list := *rs.list.Load()
	list[r.listed-1].Store(nil)
	rs.n.Add(-1)
	n := len(list)
	for n > 0 && list[n-1].Load() == nil {
		n--
	}
	list = list[:n]
	if n > 16 && int64(n) > 4*rs.n.Load() {
		list = rs.moved(list)
	}
	rs.list.Store(&list)
}

// moved returns a new list of the runs in list, with room for as many more.
func (rs *runList) moved(list []atomic.Pointer[Run]) []atomic.Pointer[Run] {
	n := int(rs.n.Load())
	fresh := make([]atomic.Pointer[Run], 0, 2*n+8)
	for i := range list {
		if r := list[i].Load(); r != nil {
			fresh = fresh[:len(fresh)+1]
			r.listed = len(fresh)
			fresh[r.listed-1].Store(r)
		}
	}
	return fresh
}

// len is how many there are.
func (rs *runList) len() int { return int(rs.n.Load()) }

// all goes through them, until yield returns false, which it returns then.
func (rs *runList) all(yield func(*Run) bool) bool {
	p := rs.list.Load()
	if p == nil {
		return true
	}
	for i := range *p {
		if r := (*p)[i].Load(); r != nil && !yield(r) {
			return false
		}
	}
	return true
}

// next goes through them once, beginning at place turn, with the place to go on from, as all does.
func (rs *runList) next(turn int, yield func(int, *Run) bool) bool {
	p := rs.list.Load()
	if p == nil {
		return true
	}
	n := len(*p)
	for i := range n {
		at := (turn + i) % n
		if r := (*p)[at].Load(); r != nil && !yield(at+1, r) {
			return false
		}
	}
	return true
}
