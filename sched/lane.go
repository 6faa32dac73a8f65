package sched

import (
	"slices"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/invariants"
	"github.com/gomagpie/magpie/internal/ticks"
)

// lane is one executor's part in one run: its queue of ready tasks, and what it needs to run them. The queue is published
// only when the run has no roots left to claim: until then thieves find those.
//
// It belongs to its executor; for the queue see executor.mu.
type lane struct {
	run *Run
	x   *executor // who has it, or nil; guarded by run.mu
	slots
	taskQueue
	pace

	in     []any
	task   Task
	cur    uint32 // the task being run, for the panic handler
	done   int64  // tasks finished since the last flush
	block  int    // roots to claim at once
	fan    uint32 // a task with many inputs,
	fanned int32  // and how many of them the lane has finished and not counted yet

	allClaimed bool          // no unclaimed roots were left when the lane last looked
	attend     atomic.Uint32 // what is to be done after each task; see progress.go
	began      int64         // when the task being run began, in ticks, if events are wanted
	since      ticks.Span    // from the last report on
	events     []Event
	left       bool // look found that the executor should do something else
}

func newLane(r *Run) *lane {
	n := uint32(4)
	for n < ringMax && int(n) < r.graph.Len() {
		n *= 2
	}
	ln := &lane{run: r, pace: pace{span: 1, tick: 1}, block: 1}
	ln.size(n)
	ln.task.run = r
	return ln
}

// publish makes the older half of what the lane holds stealable. Owner only.
func (ln *lane) publish() {
	invariants.Yield("publish")
	ln.taskQueue.publish()
	ln.run.e.wakeIfNeeded()
}

// expose gives everything the lane holds to the run's overflow, where any executor finds it, the newest first. It reports
// whether there was something.
func (ln *lane) expose() bool {
	ln.countDownTo()
	var rest []uint32
	for {
		t, ok := ln.pop()
		if !ok {
			break
		}
		rest = append(rest, t)
	}
	if len(rest) == 0 {
		return false
	}
	slices.Reverse(rest) // newest on top again
	ln.run.push(rest...)
	return true
}
