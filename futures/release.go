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
// collector could have noticed anything. So a new task has a place that holds its handle until its function has returned.
// At the first garbage collection some time later the places are emptied, and the handles of tasks that have not ended
// get the cleanup. Rejected: a timer, which would wake an idle program and look when no handle can have been found
// dropped; a cleanup for every task; a reference count, which Go programs would not keep; a list through the tasks, which
// held their results until it was looked through.

// place holds a handle.
type place struct{ h atomic.Pointer[handle] }

// leave ends the hold on the handle: the result is only its holders' matter.
func (p *place) leave() { p.h.Store(nil) }

// nursery is a block of places.
type nursery struct {
	used   atomic.Uint32
	older  *nursery
	places [510]place
}

// young is the newest nursery, or nil.
var young atomic.Pointer[nursery]

// closedPlace is in the places of a nursery that has been looked through.
var closedPlace = new(handle)

// youth is how old a task is at least when it is looked at: tasks in a burst shorter than this never get a cleanup.
const youth = 20 * time.Millisecond

// keep holds h in a place.
func keep(h *handle) *place {
	for {
		y := young.Load()
		if y != nil {
			if i := y.used.Add(1) - 1; i < uint32(len(y.places)) {
				if p := &y.places[i]; p.h.CompareAndSwap(nil, h) {
					return p
				}
				continue
			}
		}
		if young.CompareAndSwap(y, &nursery{older: y}) && y == nil {
			sweepAfter(time.Now())
		}
	}
}

// canary is an object that nobody holds: its cleanup tells of a garbage collection. It has a pointer because those
// without are packed together and outlive each other.
type canary struct{ _ *int }

// sweepAfter has the places looked through by the first garbage collection that comes youth after begun.
func sweepAfter(begun time.Time) { runtime.AddCleanup(&canary{}, sweep, begun) }

func sweep(begun time.Time) {
	if time.Since(begun) < youth {
		sweepAfter(begun)
		return
	}
	for y := young.Swap(nil); y != nil; {
		for i := range y.places {
			h := y.places[i].h.Swap(closedPlace)
			if h == nil {
				continue
			}
			c := h.current()
			if _, ended := sched.Ended(c); !ended {
				h.cancelWhenDropped(c)
			}
		}
		y, y.older = y.older, nil // a task may hold its nursery, and should not hold them all
	}
}

// cancelWhenDropped cancels c, which the handle stands for, once nobody holds the handle. What c waits for is let go.
func (h *handle) cancelWhenDropped(c core) {
	runtime.AddCleanup(h, func(c core) {
		c.Cancel(sched.ErrReleased)
		if b, ok := c.(body); ok {
			b.forget()
		}
	}, c)
}

// held is an external that holds its handle as long as a graph holds the external.
type held struct {
	sched.External
	holder any
}

// Bytes returns the size of the result, where that is known, for the engine's account.
func (h held) Bytes() int64 { return bytesOf(h.External) }

// Lent tells the engine whether the result may be on disk.
func (h held) Lent() bool { return sched.Lent(h.External) }

// Ended tells the engine whether the result is there without reading it.
func (h held) Ended() (error, bool) { return sched.Ended(h.External) }

// State returns where the future stands, for drawings.
func (h held) State() sched.State {
	if x, ok := h.External.(interface{ State() sched.State }); ok {
		return x.State()
	}
	return sched.Pending
}

func bytesOf(x sched.External) int64 {
	if x, ok := x.(interface{ Bytes() int64 }); ok {
		return x.Bytes()
	}
	return 0
}
