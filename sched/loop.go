package sched

import (
	"runtime"
	"sync/atomic"
	"time"
)

// none is no task.
const none = ^uint32(0)

// yieldAfter is how long an executor runs before it lets other goroutines have the thread. Without it a busy engine
// made outside goroutines wait 20 ms at the median; with it 0.2 ms, for 0.05 % of the time (measured).
const yieldAfter = 200 * time.Microsecond

// maxSpan bounds the tasks between two looks at the clock, which costs 30 ns: half a nanosecond a task.
const maxSpan = 64

// work runs t and everything it makes ready, until the lane has nothing left or the executor is wanted elsewhere.
func (ln *lane) work(t uint32) {
	burst := ln.burst
	if ln.run.book != nil {
		burst = ln.burstBooked
	}
	for !burst(t) {
		// A task panicked. It is recorded as failed, and what waited for it was made ready.
		var ok bool
		if t, ok = ln.next(); !ok {
			return
		}
	}
}

// next returns the lane's own newest task, else one that nobody has claimed yet.
func (ln *lane) next() (uint32, bool) {
	if t, ok := ln.pop(); ok {
		return t, true
	}
	return ln.run.claim(ln)
}

// claimFor is how much work an executor claims from the roots at once: enough that the cursor is not contended (a
// claim costs 30 ns there), and only one task of a microsecond or more, because every claimed root is a result that
// may be alive sooner than in plan order.
const claimFor = time.Microsecond

// burst is the run loop. One deferred handler covers all the tasks it runs: a handler a task would cost more than
// the task. It returns true when the lane is empty or must be left, false after a panic.
func (ln *lane) burst(t uint32) (finished bool) {
	r := ln.run
	g := r.graph
	recs, adj, cells, poff, preds, code := g.recs, g.adj, r.cells, g.poff, g.preds, g.code
	task := &ln.task
	defer func() {
		if !finished {
			ln.caught(recover())
		}
	}()
	for {
		if len(ln.priv) > 0 && ln.empty() && r.rootsClaimed() {
			ln.publish()
		}
		if ln.tick--; ln.tick <= 0 && ln.look() {
			ln.priv = append(ln.priv, t)
			return true
		}
		ln.cur = t
		rec := &recs[t]
		inputs := preds[poff[t]:poff[t+1]]
		if int64(t) <= r.last.Load() {
			in := ln.in[:0]
			if len(inputs) > cap(in) {
				in = make([]any, 0, len(inputs))
			}
			for _, q := range inputs {
				in = append(in, cells[q].val)
			}
			ln.in = in
			task.id, task.arg = t, rec.arg
			v, err := code[rec.op&^outputBit](task, in)
			if err != nil || task.special {
				v = r.afterTask(task, in, v, err)
			}
			cells[t].val = v
			clear(in) // a result must not outlive its last consumer here
			if ln.observed {
				ln.record(t)
			}
		}
		for _, q := range inputs {
			n := recs[q+1].succ - recs[q].succ
			if (n == 1 || uint32(atomic.AddInt32(&cells[q].used, 1)) == n) && recs[q].op&outputBit == 0 {
				if g.pooled {
					r.release(q)
				} else {
					cells[q].val = nil
				}
			}
		}
		if rec.op&outputBit != 0 {
			r.outputReady(t)
		}
		ln.done++
		next := none
		for _, s := range adj[rec.succ:recs[t+1].succ] {
			if s&sole != 0 {
				s &^= sole
			} else if uint32(atomic.AddInt32(&cells[s].got, 1)) != recs[s].deps {
				continue
			}
			if next != none {
				ln.priv = append(ln.priv, next)
			}
			next = s
		}
		if next == none {
			if rec.succ == recs[t+1].succ && rec.op&outputBit == 0 {
				r.release(t) // nobody wants it
			}
			var ok bool
			if next, ok = ln.next(); !ok {
				return true
			}
		}
		t = next
	}
}

// caught is what burst's deferred handler does with a task that panicked, or (p is nil) called runtime.Goexit: it
// records the failure and does what burst would have done after the task.
func (ln *lane) caught(p any) {
	r := ln.run
	g := r.graph
	var err error = errGoexit
	if p != nil {
		err = newPanicError(p)
	}
	t := ln.cur
	ln.task.noRetry = true
	r.afterTask(&ln.task, ln.in, nil, err)
	if ln.observed {
		ln.record(t)
	}
	for _, q := range g.inputs(t) {
		if uint32(atomic.AddInt32(&r.cells[q].used, 1)) == g.fanout(q) && g.recs[q].op&outputBit == 0 {
			r.release(q)
		}
	}
	if g.recs[t].op&outputBit != 0 {
		r.outputReady(t)
	}
	ln.done++
	for _, s := range g.successors(t) {
		if s&sole != 0 || uint32(atomic.AddInt32(&r.cells[s].got, 1)) == g.recs[s].deps {
			ln.priv = append(ln.priv, s&^sole)
		}
	}
	if owner := ln.owner; p == nil && owner != nil {
		// The goroutine ends here. Its part of the run goes to the others, and its place to a new worker.
		r.leaveLane(ln)
		r.e.abandon(owner)
	}
}

// look is called every few tasks: it reads the clock, adapts how often it is called, makes progress visible, and
// when it is time lets other goroutines run. It returns true if the executor must leave the run: others wait for it.
func (ln *lane) look() (leave bool) {
	r := ln.run
	now := r.e.now()
	took := now - ln.stamp
	ln.block = int(min(claimFor*time.Duration(ln.span)/max(took, 1), maxSpan)) + 1
	switch {
	case took < yieldAfter/8:
		ln.span = min(2*ln.span, maxSpan)
	case took > yieldAfter/2:
		ln.span = max(ln.span/4, 1)
	}
	ln.tick, ln.stamp = ln.span, now
	r.flush(ln)
	if now-ln.yielded < yieldAfter {
		return false
	}
	runtime.Gosched()
	ln.stamp = r.e.now()
	ln.yielded = ln.stamp
	r.e.beats.Add(1)
	ln.report()
	ln.began = ln.stamp
	ln.left = r.e.wanted()
	return ln.left
}
