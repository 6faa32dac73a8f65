package sched

import "slices"

// Reading notes that work is under way that reads xs, until done is called. While it lasts, Go's collector keeps to the
// memory limits of the engines that hold them, as it does for their own work: else the garbage of who reads what an engine
// holds at its limit would come to as much again. A computation does this for its inputs by itself.
func Reading(xs ...External) (done func()) {
	var of readLimits
	for _, x := range xs {
		of.add(x, nil)
	}
	return of.end
}

// readLimits are the memory limits under which what is being read is held, each once.
type readLimits []*memory

// add adds the limit of x, if it has one and that is not own.
func (rs *readLimits) add(x External, own *memory) {
	m := heldUnder(x)
	if m == nil || m == own || slices.Contains(*rs, m) {
		return
	}
	m.workBegins()
	*rs = append(*rs, m)
}

func (rs readLimits) end() {
	for _, m := range rs {
		m.workEnds()
	}
}

// heldUnder returns the limit under which x is held, or nil.
func heldUnder(x External) *memory {
	if l, ok := x.(loan); ok {
		x, _, _ = l.source()
	}
	if o, ok := x.(output); ok && o.r.e != nil {
		return o.r.e.memory
	}
	return nil
}
