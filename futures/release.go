package futures

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/sched"
)

// A future whose handle nobody holds any more is cancelled if it has not ended. The engine holds the task but not the
// handle; the handle's cleanup cancels the task. What depends on the future holds its handle until it has run.
//
// A cleanup costs some 700 ns, more than all the rest of a Submit, and most tasks have ended before the garbage
// collector could have noticed anything. So a new task holds its own handle and joins a list of the young; those that
// have not ended when the list is looked through, at the first garbage collection some time later, lose that hold and
// get the cleanup. Rejected: a timer, which would wake an idle program and look when no handle can have been found
// dropped; a cleanup for every task; a reference count, which Go programs would not keep.

// young is the list of the tasks not looked at yet, the last one first.
var young atomic.Pointer[task]

// youth is how old a task is at least when it is looked at: tasks in a burst shorter than this never get a cleanup.
const youth = 20 * time.Millisecond

// watch puts the task, whose handle is h and whose core is c, on the list.
func (t *task) watch(h *handle, c core) {
	t.holder.Store(h)
	if c.State() >= sched.Finished { // it may have run before it had a holder to let go
		t.holder.Store(nil)
		return
	}
	for {
		head := young.Load()
		t.next = head
		if young.CompareAndSwap(head, t) { // t.next is the list's from here on
			if head == nil {
				sweepAfter(time.Now())
			}
			return
		}
	}
}

// unwatch ends the hold on the handle, when the task has run: its result is only its holders' matter.
func (t *task) unwatch() { t.holder.Store(nil) }

// canary is an object that nobody holds: its cleanup tells of a garbage collection. It has a pointer because those
// without are packed together and outlive each other.
type canary struct{ _ *int }

// sweepAfter has the list looked through by the first garbage collection that comes youth after begun.
func sweepAfter(begun time.Time) { runtime.AddCleanup(&canary{}, sweep, begun) }

func sweep(begun time.Time) {
	if time.Since(begun) < youth {
		sweepAfter(begun)
		return
	}
	for t := young.Swap(nil); t != nil; {
		if h := t.holder.Swap(nil); h != nil {
			h.mu.Lock()
			c, b := h.core, h.body
			h.mu.Unlock()
			if b != nil && b.task() == t && c.State() < sched.Finished {
				h.cancelWhenDropped(c, b)
			}
		}
		t, t.next = t.next, nil
	}
}

// cancelWhenDropped cancels c, which the handle stands for, once nobody holds the handle. What c waits for is let go.
func (h *handle) cancelWhenDropped(c core, b body) {
	runtime.AddCleanup(h, func(d dropping) {
		d.c.Cancel(sched.ErrReleased)
		d.b.forget()
	}, dropping{c, b})
}

type dropping struct {
	c core
	b body
}

// held is an external that holds its handle as long as a graph holds the external.
type held struct {
	sched.External
	holder any
}

// Bytes returns the size of the result, where that is known, for the engine's account.
func (h held) Bytes() int64 { return bytesOf(h.External) }

func bytesOf(x sched.External) int64 {
	if x, ok := x.(interface{ Bytes() int64 }); ok {
		return x.Bytes()
	}
	return 0
}
