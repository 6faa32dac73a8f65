package sched

import "sync/atomic"

// runs are the runs of an engine that are under way, in the order in which they began.
//
// Executors look through them without a lock, so the list is one of atomics, with holes where runs have ended. It is
// changed under the engine's mu: a run that begins goes to the end, and when the list is full, or mostly holes, those
// that are left move to a new one. So each costs the same, however many there are; a list copied for each run made
// 20,000 runs at once take seconds. An executor that has an older list may miss a run that has just begun, which it is
// woken for, or find one that has begun in the place of one that has ended.
type runs struct {
	list atomic.Pointer[[]atomic.Pointer[Run]]
	n    atomic.Int64
}

// add puts r at the end.
func (rs *runs) add(r *Run) {
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
func (rs *runs) remove(r *Run) {
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
func (rs *runs) moved(list []atomic.Pointer[Run]) []atomic.Pointer[Run] {
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
func (rs *runs) len() int { return int(rs.n.Load()) }

// all goes through them.
func (rs *runs) all(yield func(*Run) bool) {
	p := rs.list.Load()
	if p == nil {
		return
	}
	for i := range *p {
		if r := (*p)[i].Load(); r != nil && !yield(r) {
			return
		}
	}
}

// next goes through them once, beginning at place turn, with the place to go on from.
func (rs *runs) next(turn int) func(yield func(int, *Run) bool) {
	return func(yield func(int, *Run) bool) {
		p := rs.list.Load()
		if p == nil {
			return
		}
		n := len(*p)
		for i := range n {
			at := (turn + i) % n
			if r := (*p)[at].Load(); r != nil && !yield(at+1, r) {
				return
			}
		}
	}
}
