package sched

import (
	"context"
	"sync/atomic"
)

// output is a result of a run, as an input of other graphs and futures.
type output struct {
	r *Run
	t uint32
}

// Output returns the k-th result of the i-th value as an input for other graphs and futures. It is there as soon as
// its task has run, before the whole computation has ended.
func (r *Run) Output(i, k int) External {
	if r.graph == nil {
		return failedOutput{r}
	}
	return output{r, uint32(r.outputs[i][k])}
}

// outputReady is called when the result of the kept task t was written.
func (r *Run) outputReady(t uint32) {
	if int64(t) >= r.last.Load() {
		return // failed or skipped: finish tells those who wait
	}
	atomic.AddInt32(&r.cells[t].count, outputDone)
	if !r.watched.Load() {
		return
	}
	r.mu.Lock()
	ed := r.mu.watchers[t]
	delete(r.mu.watchers, t)
	r.mu.Unlock()
	ed.tell()
}

// tell calls the functions of a list, in the order of registration.
func (first *edge) tell() {
	for ed := reversed(first); ed != nil; ed = ed.next {
		ed.to.(func())()
	}
}

func (o output) there() bool { return o.r.there(o.t) }

// Key names the task.
func (o output) Key() string { return o.r.graph.Key(TaskID(o.t)) }

// Poll returns the result if it is there, from disk if that is where it is, or why it never will be.
func (o output) Poll() (v any, err error, ok bool) {
	r := o.r
	r.mu.Lock()
	if err, ok = o.endedLocked(); ok && err == nil && (r.book == nil || r.set.collect) {
		v = r.value(o.t)
	}
	r.mu.Unlock()
	if ok && err == nil && r.book != nil && !r.set.collect {
		v, err = r.peek(o.t)
	}
	return v, err, ok
}

// Ended is Poll without the result: nothing is read.
func (o output) Ended() (err error, ok bool) {
	o.r.mu.Lock()
	defer o.r.mu.Unlock()
	return o.endedLocked()
}

// endedLocked is Ended for who holds r.mu.
func (o output) endedLocked() (err error, ok bool) {
	r := o.r
	switch over := r.over(); {
	case !over && !o.there():
		return nil, false
	case r.released.Load():
		return ErrReleased, true
	case over:
		return r.mu.err, true
	}
	return nil, true
}

// Bytes returns the size of the result, or its estimate.
func (o output) Bytes() int64 {
	b := o.r.book
	if b == nil {
		return o.r.graph.bytes(o.t)
	}
	o.r.e.memory.mu.Lock()
	defer o.r.e.memory.mu.Unlock()
	return max(b.size[o.t], b.est[o.t]) // the estimate of the graph would ask others, who may need the lock
}

// Lent reports whether the result may be on disk; see [Lent].
func (o output) Lent() bool { return o.r.book != nil && o.r.book.spillable(o.t) }

// Notify calls f once when the result is there, or never will be. stop takes it back.
func (o output) Notify(f func()) (stop func()) {
	r := o.r
	r.mu.Lock()
	// watched is set before the state is read, and outputReady writes the state before it reads watched.
	r.watched.Store(true)
	if o.there() || r.over() {
		r.mu.Unlock()
		f()
		return told
	}
	defer r.mu.Unlock()
	return r.watchLocked(o.t, f)
}

// watchLocked has f called when the result of t is there, or the run is over, which it is not yet. r.mu is held.
func (r *Run) watchLocked(t uint32, f func()) (stop func()) {
	if r.mu.watchers == nil {
		r.mu.watchers = map[uint32]*edge{}
	}
	ed := &edge{to: f}
	r.mu.watchers[t] = r.mu.watchers[t].with(ed)
	var taken bool
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if taken || r.over() || t != none && r.there(t) { // taken back, told, or being told
			return
		}
		taken = true
		if first := r.mu.watchers[t].without(ed); first != nil {
			r.mu.watchers[t] = first
		} else {
			delete(r.mu.watchers, t)
		}
	}
}

// Wait blocks until the result is there, or never will be.
func (o output) Wait(ctx context.Context) error {
	if o.there() || o.r.over() {
		return nil
	}
	ch := make(chan struct{})
	defer o.Notify(func() { close(ch) })()
	defer o.r.holdsUp(ctx)()
	return Await(ctx, ch)
}

// failedOutput is a result of a run that could not begin.
type failedOutput struct{ r *Run }

func (f failedOutput) Key() string                  { return "failed" }
func (f failedOutput) Poll() (any, error, bool)     { return nil, f.r.Err(), true }
func (f failedOutput) Notify(fn func()) func()      { fn(); return told }
func (f failedOutput) Wait(_ context.Context) error { return nil }
