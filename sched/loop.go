package sched

import (
	"sync/atomic"
	"time"
)

// none is no task.
const none = ^uint32(0)

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
	if t, ok := ln.countDown(); ok {
		return t, true
	}
	return ln.run.claim(ln)
}

// manyInputs is the number of inputs from which a task's are not counted one by one: executors that finish inputs of
// the same task would pass its counter to and fro. At a million inputs that was a third of the time.
const manyInputs = 256

// countDown counts the inputs of a task that the lane has finished since it last did, and returns the task if those were
// the last. It is called when the lane has nothing else to do, and at the latest with the next look at the clock.
func (ln *lane) countDown() (t uint32, ready bool) {
	if ln.fanned == 0 {
		return 0, false
	}
	t = ln.fan
	n := atomic.AddInt32(&ln.run.cells[t].count, ln.fanned)
	ln.fanned = 0
	return t, uint32(n) == ln.run.graph.deps(t)
}

// countDownTo is countDown for who has other things to do: a task that is ready goes on the lane's stack.
func (ln *lane) countDownTo() {
	if t, ready := ln.countDown(); ready {
		ln.priv = append(ln.priv, t)
	}
}

// claimFor is how much work an executor claims from the roots at once: enough that the cursor is not contended (a
// claim costs 30 ns there), and only one task of a microsecond or more, because every claimed root is a result that
// may be alive sooner than in plan order.
const claimFor = 2 * time.Microsecond

// burst is the run loop. One deferred handler covers all the tasks it runs: a handler a task would cost more than
// the task. It returns true when the lane is empty or must be left, false after a panic.
func (ln *lane) burst(t uint32) (finished bool) {
	r := ln.run
	g := r.graph
	recs, adj, cells, preds, code := g.recs, g.adj, r.cells, g.preds, r.code
	task := &ln.task
	defer func() {
		if !finished && !r.e.set.sync {
			ln.caught(recover())
		}
		clear(ln.in)
	}()
	for {
		if len(ln.priv) > 0 && ln.allClaimed && ln.empty() {
			ln.publish()
		}
		if ln.tick--; ln.tick <= 0 && ln.look() {
			ln.priv = append(ln.priv, t)
			return true
		}
		ln.cur = t
		rec, after := &recs[t], &recs[t+1]
		inputs := preds[rec.pred:after.pred]
		table := *r.table.Load()
		wanted := int64(t) <= r.last.Load()
		var v any
		if wanted {
			in := ln.in[:0]
			if len(inputs) > cap(in) {
				in = make([]any, 0, len(inputs))
			}
			for _, q := range inputs {
				in = append(in, get(table, cells[q].slot))
			}
			if len(ln.in) > len(in) {
				clear(ln.in[len(in):]) // a result must not outlive its last consumer here
			}
			ln.in = in
			task.id, task.arg = t, rec.arg
			var err error
			task.inside.set(true)
			v, err = code[rec.op&^outputBit](task, in)
			task.inside.set(false)
			if err != nil || task.special.Load() {
				if err == errInLine { // who leaves the limit makes it visible again
					task.leave()
					var ok bool
					if t, ok = ln.next(); !ok {
						return true
					}
					continue
				}
				v = r.afterTask(ln, in, v, err)
			}
			if ln.attend.Load() != 0 {
				ln.attendTo(t)
			}
		}
		var slot uint32 // the first that becomes free is used again at once
		for _, q := range inputs {
			if n := recs[q+1].succ - recs[q].succ; n > 1 {
				if d := recs[q+1].pred - recs[q].pred; d > 1 {
					n += d // the count began with the inputs
				}
				if uint32(atomic.AddInt32(&cells[q].count, 1)) != n {
					continue
				}
			}
			if s := cells[q].slot; recs[q].op&outputBit == 0 && s != 0 {
				if g.pooled {
					r.recycleResult(q, get(table, s))
				}
				if slot == 0 && wanted {
					slot = s
					continue
				}
				table[s>>pageBits][s&(pageLen-1)] = nil
				if len(ln.free) < maxFree {
					ln.free = append(ln.free, s)
				}
			}
		}
		if wanted {
			if slot == 0 {
				if n := len(ln.free); n > 0 {
					slot = ln.free[n-1]
					ln.free = ln.free[:n-1]
				} else {
					slot = ln.newSlot(r)
					table = *r.table.Load()
				}
			}
			table[slot>>pageBits][slot&(pageLen-1)] = v
			cells[t].slot = slot
		}
		if rec.op&outputBit != 0 {
			r.outputReady(t)
		}
		ln.done++
		next := none
		ready := adj[rec.succ:after.succ]
		for i := len(ready) - 1; i >= 0; i-- { // the first in plan order is run next
			s := ready[i]
			if s&sole != 0 {
				s &^= sole
			} else if deps := recs[s+1].pred - recs[s].pred; deps >= manyInputs {
				if ln.fan != s {
					ln.countDownTo()
					ln.fan = s
				}
				ln.fanned++
				continue
			} else if uint32(atomic.AddInt32(&cells[s].count, 1)) != deps {
				continue
			}
			if next != none {
				ln.priv = append(ln.priv, next)
			}
			next = s
		}
		if next == none {
			if rec.succ == after.succ && rec.op&outputBit == 0 {
				r.release(&ln.slots, t) // nobody wants it
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
	ln.unwound(p)
	r, g, t := ln.run, ln.run.graph, ln.cur
	for _, q := range g.inputs(t) {
		n := g.fanout(q)
		if d := g.deps(q); d > 1 && n > 1 {
			n += d
		}
		if (n == 1 || uint32(atomic.AddInt32(&r.cells[q].count, 1)) == n) && !g.kept(q) {
			r.release(&ln.slots, q)
		}
	}
	if g.kept(t) {
		r.outputReady(t)
	}
	ln.done++
	for _, s := range g.successors(t) {
		if s&sole != 0 || uint32(atomic.AddInt32(&r.cells[s].count, 1)) == g.deps(s) {
			ln.priv = append(ln.priv, s&^sole)
		}
	}
}

// unwound records that the task being run panicked with p, or called runtime.Goexit if p is nil.
func (ln *lane) unwound(p any) {
	var err error = errGoexit
	if p != nil {
		err = newPanicError(p)
	}
	ln.task.noRetry = true
	ln.run.afterTask(ln, ln.in, nil, err)
	if ln.attend.Load() != 0 {
		ln.attendTo(ln.cur)
	}
}

// look is called every few tasks: it reads the clock, adapts how often it is called, makes progress visible, and
// when it is time lets other goroutines run. It returns true if the executor must leave the run, others wait for it, or
// look after the futures that the task has submitted.
func (ln *lane) look() (leave bool) {
	r := ln.run
	now := r.e.now()
	tasks := ln.span
	took := ln.read(now)
	ln.block = int(min(claimFor*time.Duration(tasks)/max(took, 1), maxSpan)) + 1
	ln.allClaimed = r.rootsClaimed()
	ln.countDownTo()
	r.flush(ln)
	if s := ln.x.seat.Load(); s != nil {
		s.beats.Add(1)
	}
	if ln.left = r.e.crowded(); ln.left || ln.x.spawned {
		ln.report()
		return true
	}
	if !ln.yield(r.e, now) {
		return false
	}
	ln.report()
	ln.beginsNow()
	ln.left = r.e.wanted(r)
	return ln.left
}
