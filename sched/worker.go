package sched

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/internal/invariants"
)

// searchRounds is how often a searcher looks everywhere before it sleeps: about 8 µs, which is what waking it costs.
// With 16 rounds a stencil of width 2 with 47 µs tasks ran at 58 % efficiency, with 256 at 96 %.
const searchRounds = 256

// worker is a goroutine that runs tasks, and its queue of futures. A worker is active, or asleep in its channel.
//
// The queue is split as a lane's is: priv is the owner's alone, ring is what thieves may take.
type worker struct {
	e    *Engine
	id   int
	wake chan struct{} // capacity 1; one token for each time the worker is taken off the list of sleepers
	turn int           // where the round through the runs goes on

	// body guards the queue. The worker's goroutine holds it, but lends it while it is in a function of the user's that
	// may wait and something is or may come to be in the queue. See frame, and exposeAll.
	body sync.Mutex
	lane *lane // lent with the queue

	priv    []*Future
	cleared uint32                 // slots of the ring before this one hold nothing
	ran     int64                  // futures run since the last flush
	current atomic.Pointer[Future] // being run, for Tasks
	task    Task                   // of the future being run
	events  []Event
	tick    int
	span    int
	stamp   time.Duration
	yielded time.Duration

	_    pad
	head atomic.Uint32
	_    pad
	tail atomic.Uint32
	_    pad
	ring [ringMax]atomic.Pointer[Future]
}

// newWorkerLocked adds a worker to the engine; the caller starts it. e.mu is held.
func (e *Engine) newWorkerLocked() *worker {
	var old []*worker
	if p := e.workers.Load(); p != nil {
		old = *p
	}
	w := &worker{e: e, id: len(old), wake: make(chan struct{}, 1), span: 1}
	all := append(old[:len(old):len(old)], w)
	e.workers.Store(&all)
	e.wg.Add(1)
	return w
}

// main is a worker's life. On entry it is counted as active and searching.
func (w *worker) main() {
	defer w.e.wg.Done()
	w.body.Lock()
	for {
		for w.search() {
		}
		if !w.e.park(w) {
			return
		}
	}
}

// search looks for work and runs what it finds, until its queues are empty again. It returns false if it found none.
func (w *worker) search() bool {
	e := w.e
	invariants.Yield("search")
	for round := range searchRounds {
		if e.stopping() {
			return false
		}
		if e.crowded() {
			w.shed(nil) // what tasks of a run have submitted: nobody would find it while w sleeps
			return false
		}
		if f := w.takeFuture(); f != nil {
			e.found()
			w.runFutures(f)
			e.idle.add(1, 0)
			return true
		}
		if w.searchRuns() {
			return true
		}
		if round&3 == 3 {
			runtime.Gosched()
		}
	}
	return false
}

// searchRuns takes part in the next run that has work, in turn.
func (w *worker) searchRuns() bool {
	e := w.e
	runs := *e.runs.Load()
	for i := range runs {
		r := runs[(w.turn+i)%len(runs)]
		if !r.hasWork() {
			continue
		}
		ln := r.enterLane(w)
		t, ok := r.take(ln)
		if !ok {
			r.leaveLane(ln)
			continue
		}
		w.turn = (w.turn + i + 1) % len(runs)
		e.found()
		for ok {
			ln.work(t)
			if ln.left {
				break
			}
			t, ok = r.take(ln)
		}
		r.leaveLane(ln)
		e.idle.add(1, 0)
		return true
	}
	return false
}

// abandon replaces a worker whose goroutine is ending because a task called runtime.Goexit. A guest needs none: its
// deferred calls take it out of its run and give its place back.
func (e *Engine) abandon(w *worker) {
	// main's deferred Done is still to come for the goroutine that ends.
	e.wg.Add(1)
	e.idle.add(1, 0)
	w.body.Unlock()
	go w.main()
}

// takeFuture returns a future to run that is not in the worker's own stack: an injected one, or a stolen one.
func (w *worker) takeFuture() *Future {
	e := w.e
	if f := e.inject.take(w, e.set.workers); f != nil {
		return f
	}
	if f := w.pop(); f != nil {
		return f
	}
	all := *e.workers.Load()
	for i := 1; i < len(all); i++ {
		if f := w.steal(all[(w.id+i)%len(all)]); f != nil {
			return f
		}
	}
	return nil
}

// runFutures runs f and what it makes ready, until the worker's own queue is empty or it is wanted elsewhere.
func (w *worker) runFutures(f *Future) {
	w.stamp = w.e.now()
	for f != nil {
		if len(w.priv) > 0 && w.empty() {
			w.publish()
		}
		w.current.Store(f)
		next := f.execute(w, nil)
		if w.tick--; w.tick <= 0 && w.look() {
			w.shed(next)
			break
		}
		if next == nil {
			next = w.pop()
		}
		f = next
	}
	w.flush()
}

// look is the counterpart of a lane's: clock, yield, and whether this worker should do something else.
func (w *worker) look() bool {
	now := w.e.now()
	switch took := now - w.stamp; {
	case took < yieldAfter/8:
		w.span = min(2*w.span, maxSpan)
	case took > yieldAfter/2:
		w.span = max(w.span/4, 1)
	}
	w.tick, w.stamp = w.span, now
	w.flush()
	if now-w.yielded < yieldAfter {
		return false
	}
	runtime.Gosched()
	w.stamp = w.e.now()
	w.yielded = w.stamp
	w.e.beats.Add(1)
	return w.e.crowded() || !w.e.inject.empty() || len(*w.e.runs.Load()) > 0
}

// flush makes visible what the worker has counted.
func (w *worker) flush() {
	w.current.Store(nil)
	w.forget()
	if w.ran > 0 {
		w.e.counts.futures.Add(w.ran)
		w.ran = 0
	}
	if len(w.events) > 0 {
		w.e.set.observer.Observe(w.events)
		w.events = w.events[:0]
	}
}

// shed hands everything the worker holds to the others, newest last.
func (w *worker) shed(f *Future) {
	if f != nil {
		w.priv = append(w.priv, f)
	}
	var rest []*Future
	for f := w.pop(); f != nil; f = w.pop() {
		rest = append(rest, f)
	}
	w.e.inject.pushAll(rest)
	if len(rest) > 0 {
		w.e.wakeIfNeeded()
	}
}

func (w *worker) empty() bool { return w.head.Load() == w.tail.Load() }

// push adds a ready future on top of the stack. The caller holds body.
func (w *worker) push(f *Future) {
	w.priv = append(w.priv, f)
	if w.empty() {
		w.publish()
	}
}

// publish moves the oldest half of the stack to the empty ring.
func (w *worker) publish() {
	w.forget()
	n := min((len(w.priv)+1)/2, ringMax)
	t := w.tail.Load()
	for i, f := range w.priv[:n] {
		w.ring[(t+uint32(i))%ringMax].Store(f)
	}
	invariants.Yield("publish")
	w.tail.Store(t + uint32(n))
	clear(w.priv[:n])
	w.priv = w.priv[n:]
	w.e.wakeIfNeeded()
}

// forget clears the slots of the ring whose futures were taken: a worker that sleeps would keep their results alive.
// Owner only. A thief that reads a cleared slot finds that head has moved on, and reads again.
func (w *worker) forget() {
	for h := w.head.Load(); w.cleared != h; w.cleared++ {
		w.ring[w.cleared%ringMax].Store(nil)
	}
}

// pop returns the owner's newest future.
func (w *worker) pop() *Future {
	for {
		if n := len(w.priv); n > 0 {
			f := w.priv[n-1]
			w.priv[n-1] = nil
			w.priv = w.priv[:n-1]
			return f
		}
		h, t := w.head.Load(), w.tail.Load()
		if h == t {
			return nil
		}
		for i := h; i != t; i++ {
			w.priv = append(w.priv, w.ring[i%ringMax].Load())
		}
		invariants.Yield("take back")
		if !w.head.CompareAndSwap(h, t) {
			clear(w.priv)
			w.priv = w.priv[:0]
		}
	}
}

// steal moves the older half of v's ring to w and returns the newest of it.
func (w *worker) steal(v *worker) *Future {
	for {
		h, t := v.head.Load(), v.tail.Load()
		n := t - h
		if n == 0 {
			return nil
		}
		if n > ringMax {
			continue
		}
		n -= n / 2
		keep := len(w.priv)
		for i := range n {
			w.priv = append(w.priv, v.ring[(h+i)%ringMax].Load())
		}
		invariants.Yield("steal")
		if v.head.CompareAndSwap(h, h+n) {
			last := len(w.priv) - 1
			f := w.priv[last]
			w.priv[last] = nil
			w.priv = w.priv[:last]
			return f
		}
		clear(w.priv[keep:])
		w.priv = w.priv[:keep]
	}
}
