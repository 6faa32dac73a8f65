package sched

// What is to be done after a task, for who looks on. A lane has both in one word, which is zero as a rule, so that looking
// on costs the run loop one load a task.
const (
	attendEvents   = 1 << iota // record it
	attendProgress             // and then count it at once
)

// Progress returns how many tasks have been run and how many there are.
//
// Tasks are counted in batches of at most 64, which short ones fill within a fraction of a millisecond. Each call asks the
// executors to count what they have when the task they are in ends; so who calls it now and then, as a progress bar does,
// sees the end of each long task by the next call.
func (r *Run) Progress() (done, total int) {
	if r.graph == nil {
		return 0, 0
	}
	n := r.graph.Len()
	left := int(r.remaining.Load())
	if lanes := r.lanes.Load(); lanes != nil && left > 0 {
		for _, ln := range *lanes {
			if ln.attend.Load()&attendProgress == 0 {
				ln.attend.Or(attendProgress)
			}
		}
	}
	return n - left, n
}

// attendTo does what is to be done after task t. A request that comes while a lane is idle may be forgotten, when another
// executor enters it: the next call of Progress makes it again.
func (ln *lane) attendTo(t uint32) {
	n := ln.attend.Load()
	if n&attendProgress != 0 {
		ln.attend.And(^uint32(attendProgress))
		ln.tick = 0 // look, which counts, comes before the next task
	}
	if n&attendEvents != 0 {
		ln.record(t)
	}
}
