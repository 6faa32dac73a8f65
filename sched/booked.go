package sched

import (
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/spill"
)

// This file runs graphs under a memory limit. All ready tasks are in one queue in plan order, under the engine's
// memory lock: a microsecond a task, which buys that the limit holds. What may start is decided in booking.

// takeBooked returns the ready task that comes first in plan order.
func (r *Run) takeBooked() (uint32, bool) {
	if r.nready.Load() == 0 {
		return 0, false
	}
	m := r.e.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := r.book.next()
	r.nready.Store(int32(len(r.book.ready)))
	return t, ok
}

// pump activates what may start, and writes results to disk where that is what is missing. It is called after
// anything that may have made room.
func (r *Run) pump() {
	m := r.e.memory
	for collected := false; ; {
		m.mu.Lock()
		collect := false
		var externals []uint32
		from, victim, spill, refused := (*Run)(nil), uint32(0), false, error(nil)
		b := r.book
		if !r.admitted.Load() && !b.ended {
			r.waitBegins(b.reserve)
		}
		for r.admitted.Load() && int(b.window) < r.graph.Len() {
			skipped := int64(b.window) > r.last.Load()
			c := b.cost()
			if !skipped && !m.fits(r, c) {
				if b.flying >= r.e.set.workers {
					m.wantsMore(r)
					break // enough to do until something is freed
				}
				if from, victim, spill = m.victim(r, false); spill {
					break
				}
				if b.flying > 0 || m.spilling > 0 || m.othersMove(r) && !r.nested {
					m.wantsMore(r)
					r.waitBegins(c)
					break
				}
				if m.tooFar(c) {
					if collect = !collected && m.pinned > 0 && !m.tooFar(c-m.pinned); collect {
						break
					}
					refused = r.noRoom(c) // estimates were too low, or what was charged since must stay
					break
				}
			}
			if r.wait.Kind != 0 { // told before the task can run, so that it comes before the end of the run
				ev := r.waitEnds()
				m.mu.Unlock()
				r.e.observe(r.observer, []Event{ev})
				m.mu.Lock()
				continue
			}
			if t := b.activate(skipped); b.g.op(t) == b.g.extOp && b.ask(t) {
				externals = append(externals, t)
			}
		}
		r.nready.Store(int32(len(b.ready)))
		if spill {
			m.spilling++
		}
		next := b.window
		m.mu.Unlock()
		for _, t := range externals {
			r.expect(t)
		}
		if refused != nil {
			r.fail(int64(next)-1, refused) // what comes before has been run
			continue
		}
		if collect {
			m.collect()
			collected = true
			continue
		}
		if !spill {
			break
		}
		if err := from.spillOut(victim); err != nil {
			r.fail(-1, err) // the result stays in memory, but r cannot go on
		}
	}
	if r.nready.Load() > 0 {
		r.e.wakeIfNeeded()
	}
}

// waitBegins notes that memory is what keeps r from starting its next task, which needs c bytes. The memory lock is held.
func (r *Run) waitBegins(c int64) {
	if r.observer == nil || r.wait.Kind != 0 {
		return
	}
	t := r.book.window
	r.wait = Event{
		Kind: MemoryWait, Worker: -1, Run: r, Task: TaskID(t), Op: r.graph.ops[r.graph.op(t)].Name, Start: r.e.now(), Bytes: c,
	}
}

// waitEnds returns the wait that is over now. The memory lock is held.
func (r *Run) waitEnds() Event {
	ev := r.wait
	r.wait = Event{}
	ev.End = r.e.now()
	return ev
}

// expect waits for an activated external task's value.
func (r *Run) expect(t uint32) {
	i := r.graph.recs[t].arg
	fire := func() {
		if r.fired[i].CompareAndSwap(false, true) {
			r.e.memory.mu.Lock()
			r.book.externalReady(t)
			r.nready.Store(int32(len(r.book.ready)))
			r.e.memory.mu.Unlock()
			r.e.wakeIfNeeded()
		}
	}
	if int64(t) > r.last.Load() {
		fire()
		return
	}
	r.graph.ext[i].src.Notify(fire)
}

// fireBooked makes the activated external tasks ready that a failure has made pointless to wait for.
func (r *Run) fireBooked(i int) {
	m := r.e.memory
	t := r.graph.ext[i].task
	m.mu.Lock()
	if r.fired[i].CompareAndSwap(false, true) {
		r.book.externalReady(t)
		r.nready.Store(int32(len(r.book.ready)))
	}
	m.mu.Unlock()
	r.e.wakeIfNeeded()
}

// spillOut moves the result of t to disk, or drops it where computing it again is cheaper.
func (r *Run) spillOut(t uint32) error {
	m := r.e.memory
	m.mu.Lock()
	var err error
	// Its last consumer may have finished since t was picked: then there is nothing left to write.
	write := r.book.where[t] == leaving && !r.book.copied[t] && !r.book.recomputable(t)
	v := r.value(t)
	m.mu.Unlock()
	if write {
		err = m.spill.Write(r.fileOf(t), r.graph.ops[r.graph.op(t)].Codec, v)
	}

	m.mu.Lock()
	size := int64(0)
	if write && err == nil {
		r.book.copied[t] = true
	}
	var rest leftover
	switch r.book.spilled(t, err == nil) {
	case onDisk:
		size = r.book.size[t]
		r.setValue(t, nil)
	case gone:
		// Its last consumer finished, or the run was released, while it was written: not sooner may it be recycled.
		r.discard(t, &rest)
		err = nil
	}
	m.offer(r)
	m.spilling--
	m.moved.Broadcast()
	m.mu.Unlock()
	rest.clear(m)
	m.pumpStalled()
	if err != nil {
		return r.spillError(t, err)
	}
	if size > 0 {
		r.spillEvent(Spilled, t, size)
	}
	return nil
}

// leftover is what remains to be done about results that were forgotten, without the memory lock: it touches files and
// calls the user's code.
type leftover struct {
	values []recycled
	files  []spill.Key
}

func (x *leftover) clear(m *memory) {
	for _, v := range x.values {
		v.release()
	}
	m.spill.Remove(x.files...)
}

// discard forgets the result of t, which nobody needs any more. The memory lock is held.
func (r *Run) discard(t uint32, rest *leftover) {
	if r.graph.ops[r.graph.op(t)].Pooled {
		if v, ok := r.value(t).(Releaser); ok {
			rest.values = append(rest.values, recycled{r, t, v})
		}
	}
	r.setValue(t, nil)
	if r.book.copied[t] {
		r.book.copied[t] = false
		rest.files = append(rest.files, r.fileOf(t))
	}
}

// fileOf names the result of t on disk.
func (r *Run) fileOf(t uint32) spill.Key { return spill.Key{Run: r.number, Task: t} }

// fetch returns the result of t for a consumer, from memory or from disk.
func (r *Run) fetch(t uint32, task *Task) (any, error) {
	m := r.e.memory
	m.mu.Lock()
	for r.book.where[t] == coming {
		// Who brings it may compute it again, and wait for work that needs a seat.
		m.waitAside(task.x, func() bool { return r.book.where[t] != coming })
	}
	if r.book.where[t] != onDisk {
		v := r.value(t)
		m.mu.Unlock()
		return v, nil
	}
	r.book.where[t] = coming
	m.mu.Unlock()
	var v any
	err := errGoexit
	defer func() { // also if computing it again panics: others wait
		m.mu.Lock()
		if r.book.loaded(t, err == nil); err == nil {
			r.setValue(t, v)
		}
		m.moved.Broadcast()
		m.mu.Unlock()
	}()
	v, err = r.restore(t, task)
	return v, err
}

// peek returns the result of a kept task for somebody outside the run, without making it the run's own again.
func (r *Run) peek(t uint32) (any, error) {
	m := r.e.memory
	m.mu.Lock()
	for r.book.where[t] == coming {
		m.moved.Wait()
	}
	v, there := r.value(t), r.book.where[t] != onDisk
	released := r.released.Load()
	m.mu.Unlock()
	if released {
		return nil, ErrReleased
	}
	if there {
		return v, nil
	}
	return r.restore(t, &Task{worker: -1})
}

// restore reads the result of t back, or computes it again.
func (r *Run) restore(t uint32, task *Task) (any, error) {
	if !r.book.recomputable(t) {
		v, err := r.e.memory.spill.Read(r.fileOf(t), r.graph.ops[r.graph.op(t)].Codec)
		if err != nil {
			return nil, r.spillError(t, err)
		}
		r.spillEvent(Unspilled, t, r.book.size[t])
		return v, nil
	}
	again := Task{run: r, x: task.x, id: t, arg: r.graph.recs[t].arg, worker: task.worker}
	if x := task.x; x != nil { // this is the call that x is in now
		x.cur.Store(&again)
		defer func() { again.leave(); x.cur.Store(task) }()
	}
	again.enter()
	v, err := r.graph.code[r.graph.op(t)](&again, nil)
	again.leave()
	again.ungrow() // what it takes is booked
	if err != nil {
		err = r.graph.taskError(t, nil, err)
	}
	return v, err
}

// burstBooked is the run loop under a memory limit; see burst.
func (ln *lane) burstBooked(t uint32) (finished bool) {
	r := ln.run
	defer func() {
		if !finished && !r.e.set.sync {
			ln.unwound(recover())
			r.finishBooked(ln, ln.cur, 0)
		}
	}()
	for {
		if ln.tick--; ln.tick <= 0 && ln.look() {
			m := r.e.memory
			m.mu.Lock()
			r.book.putBack(t)
			r.nready.Store(int32(len(r.book.ready)))
			m.mu.Unlock()
			return true
		}
		ln.cur = t
		size, ran := int64(0), true
		if int64(t) <= r.last.Load() {
			size, ran = ln.runBooked(t)
		}
		if ran {
			r.finishBooked(ln, t, size)
		}
		if ln.x.spawned {
			return true
		}
		var ok bool
		if t, ok = r.takeBooked(); !ok {
			return true
		}
	}
}

// runBooked runs t and returns the size of its result; or false, if t has not run since a limit had no permit for it.
func (ln *lane) runBooked(t uint32) (size int64, ran bool) {
	r, g, task := ln.run, ln.run.graph, &ln.task
	in := ln.in[:0]
	for _, q := range g.inputs(t) {
		v, err := r.fetch(q, task)
		if err != nil {
			r.fail(int64(t), err)
			return 0, true
		}
		in = append(in, v)
	}
	ln.in = in
	task.id, task.arg = t, g.recs[t].arg
	task.enter()
	v, err := r.code[g.op(t)](task, in)
	task.inside.set(false)
	if err == errInLine { // who leaves the limit makes it visible again
		task.leave()
		clear(in)
		m := r.e.memory
		m.mu.Lock()
		r.book.runs(-1)
		m.mu.Unlock()
		return 0, false
	}
	size = r.book.est[t]
	if err != nil || task.special.Load() {
		if task.bytes > 0 {
			size = task.bytes
		}
		v = r.afterTask(ln, in, v, err)
	}
	r.setValue(t, v)
	clear(in)
	if ln.attend.Load() != 0 {
		ln.attendTo(t)
	}
	return size, true
}

// finishBooked does the books after t has run, and makes use of the room it left.
func (r *Run) finishBooked(ln *lane, t uint32, size int64) {
	m := r.e.memory
	m.mu.Lock()
	grew := size > r.book.size[t]
	free := r.book.finish(t, size)
	m.ends++
	var rest leftover
	for _, q := range free {
		r.discard(q, &rest)
	}
	r.nready.Store(int32(len(r.book.ready)))
	r.bytes.Store(r.book.held)
	m.moved.Broadcast()
	m.mu.Unlock()
	rest.clear(m)
	if grew {
		r.charge(ln.x, t, size)
	}
	if r.graph.kept(t) {
		r.outputReady(t)
	}
	ln.done++
	r.pump()
	m.pumpStalled()
}

// spillEvent reports that a result left memory or came back.
func (r *Run) spillEvent(kind EventKind, t uint32, size int64) {
	if r.observer == nil {
		return
	}
	now := r.e.now()
	r.e.observe(r.observer, []Event{{
		Kind: kind, Worker: -1, Run: r, Task: TaskID(t), Op: r.graph.ops[r.graph.op(t)].Name, Start: now, End: now, Bytes: size,
	}})
}

var runNumber atomic.Uint64
