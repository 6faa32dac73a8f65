package sched

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Run is a computation under way in an engine, or ended: a graph, its results, and who takes part.
//
// Every task runs once, after its inputs. A result is forgotten with its last consumer, except those asked for. A
// failure lets the tasks before the failed one in plan order finish and skips those after it, so that the error
// reported is the first in plan order whatever the number of workers; a skipped task counts as run, and hands nothing on.
//
// All methods are safe for concurrent use.
type Run struct {
	e        *Engine
	graph    *Graph
	code     []Func // of each op: the graph's, but for limits
	outputs  [][]TaskID
	set      settings
	observer Observer // nil: nobody listens
	private  bool     // the engine was made for this run, and is closed with it

	ctx    context.Context // of the tasks; ended by stop
	stop   context.CancelCauseFunc
	detach func() bool // undoes the watch on the caller's context

	cells    []cell
	table    atomic.Pointer[resultPages] // grows under mu
	fixed    bool                        // every task has its own slot: where results are booked
	book     *booking                    // under a memory limit, else nil; guarded by e.memory.mu
	number   uint64                      // names spill files
	class    int                         // its priority: express, normal or background
	listed   int                         // its place in e.runs, from 1; guarded by e.mu
	nready   atomic.Int32                // len(book.ready)
	hungry   bool                        // in e.memory.hungry
	stalled  bool                        // in e.memory.stalled
	reads    readLimits                  // its inputs', beside that of its engine
	element  *list.Element               // in e.memory.underway or e.memory.ended, or nil
	nested   bool                        // a task of the engine waits for it; guarded by e.memory.mu
	blocked  int                         // tasks that wait for a run that was not admitted yet; guarded by e.memory.mu
	wait     Event                       // the wait for memory that goes on, if Kind is set; guarded by e.memory.mu
	admitted atomic.Bool                 // the memory limit has room for the run

	_         pad
	last      atomic.Int64 // tasks after this one are skipped: none at first, all after Cancel
	_         pad
	cursor    atomic.Int64 // roots before this one are claimed
	_         pad
	remaining atomic.Int64 // tasks not yet flushed as run
	noverflow atomic.Int32 // len(mu.overflow)
	lanes     atomic.Pointer[[]*lane]
	bytes     atomic.Int64 // of results held

	fired []atomic.Bool // per external task: handed to the executors
	done  chan struct{}
	alarm chan struct{} // in sync mode: there may be work

	mu struct {
		sync.Mutex
		overflow []uint32          // ready tasks that are in no lane
		frames   map[*frame]uint32 // open frames and their tasks
		err      error             // the first failure in plan order so far, or the cause of the cancellation
		watchers map[uint32]*edge  // who waits for a result, or, under none, for the end
	}
	watched  atomic.Bool // somebody waits, or has waited, for a single output
	released atomic.Bool
}

// Done returns a channel that is closed when the computation has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Err returns why the computation failed, or nil: while it runs, what is known so far.
func (r *Run) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mu.err
}

// Results returns, once the computation has ended well, the results asked for: for each value, those of the tasks
// that hold it. After Release it returns nil.
func (r *Run) Results() [][]any {
	select {
	case <-r.done:
	default:
		return nil
	}
	out := make([][]any, len(r.outputs))
	for i, ids := range r.outputs {
		out[i] = make([]any, len(ids))
		for k, t := range ids {
			v, err, _ := output{r, uint32(t)}.Poll()
			if err != nil {
				r.mu.Lock()
				r.mu.err = err
				r.mu.Unlock()
				return nil
			}
			out[i][k] = v
		}
	}
	return out
}

// Bytes returns the bytes of results that the run holds, as far as their tasks reported them.
func (r *Run) Bytes() int64 { return r.bytes.Load() }

// Cancel ends the computation: tasks not yet begun are skipped, running ones are told through their context, and
// Wait returns cause (ErrCancelled if nil). It does not wait. A run that has ended is left as it is.
func (r *Run) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	r.fail(-1, cause)
}

func (r *Run) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// flush adds what the lane has done to the run's count. Who brings it to zero ends the run.
func (r *Run) flush(ln *lane) {
	if n := ln.done; n > 0 {
		ln.done = 0
		ln.report() // before the run can end
		r.e.counts.tasks.Add(n)
		if r.remaining.Add(-n) == 0 {
			r.finish()
		}
	}
}

// finish is called once, after the last task.
func (r *Run) finish() {
	if r.detach != nil {
		r.detach()
	}
	if r.e != nil {
		r.e.removeRun(r) // before anybody can know that it is over: Stats does not count it any more
	}
	r.mu.Lock()
	err := r.mu.err
	watchers := r.mu.watchers
	r.mu.watchers = nil
	if err != nil {
		r.drop()
	} else {
		r.compact()
	}
	close(r.done)
	r.mu.Unlock()
	r.stop(errRunOver)
	r.event(RunEnded)
	if r.e != nil {
		if r.book != nil {
			// Results that Compute hands out are the caller's from here on.
			r.e.memory.end(r, err != nil || r.set.collect)
			r.e.memory.workEnds()
		}
		r.reads.end()
		if r.private && !r.set.collect && (r.book == nil || err != nil) {
			// Not from this goroutine: it may be one of the executors that Close waits for.
			go r.e.close()
		}
	}
	for _, first := range watchers {
		first.tell()
	}
}

var errRunOver = errors.New("sched: the computation is over")

// Release forgets the results. Uses of them that have begun keep theirs; later ones get ErrReleased. A computation
// that still runs is cancelled.
func (r *Run) Release() {
	if r.released.Swap(true) {
		return
	}
	r.Cancel(ErrReleased)
	r.mu.Lock()
	over := r.over()
	if over { // else finish drops
		r.drop()
	}
	r.mu.Unlock()
	if over && r.book != nil {
		r.e.memory.end(r, true)
		if r.private {
			go r.e.close()
		}
	}
}
