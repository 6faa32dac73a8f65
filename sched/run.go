package sched

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
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
	outputs  [][]TaskID
	set      settings
	observer Observer // nil: nobody listens
	private  bool     // the engine was made for this run, and is closed with it

	ctx    context.Context // of the tasks; ended by stop
	stop   context.CancelCauseFunc
	detach func() bool // undoes the watch on the caller's context

	cells    []cell
	book     *booking     // under a memory limit, else nil; guarded by e.memory.mu
	number   uint64       // names spill files
	nready   atomic.Int32 // len(book.ready)
	stalled  bool         // nothing of the run is under way; guarded by e.memory.mu
	admitted atomic.Bool  // the memory limit has room for the run

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

	mu struct {
		sync.Mutex
		overflow []uint32          // ready tasks that are in no lane
		frames   map[*frame]uint32 // open frames and their tasks
		err      error             // the first failure in plan order so far, or the cause of the cancellation
		watchers map[uint32][]func()
	}
	watched  atomic.Bool // somebody waits, or has waited, for a single output
	released atomic.Bool
}

// cell is what the run loop writes of a task. val is written by the task's executor before its successors are made
// ready and is read by them, which the counter's atomics or the queues order; the last reader clears it.
type cell struct {
	val  any
	got  int32 // inputs that are there; atomic
	used int32 // consumers that are done; atomic. For an output, set to outputDone when it is there
}

// Start begins a computation in the background and returns at once. The values are lowered on the calling goroutine,
// which reads no data; a failure to build them is the run's error. When ctx ends the run is cancelled. With [Sync]
// the computation is over when Start returns.
func Start(ctx context.Context, values []Lazy, opts ...Option) *Run {
	r := prepare(ctx, values, opts)
	if r.e != nil {
		r.e.wakeIfNeeded()
	}
	return r
}

// prepare lowers the values and makes their run visible to the engine, without waking anybody for it.
func prepare(ctx context.Context, values []Lazy, opts []Option) *Run {
	s := settle(opts)
	if fr := frameOf(ctx); fr != nil && fr.e == nil && s.engine == nil {
		s.sync = true // a computation inside a task of a sync computation
	}
	p := NewPlan()
	outs := make([][]TaskID, len(values))
	for i, v := range values {
		ids, err := v.Lower(p)
		if err != nil {
			return failedRun(err)
		}
		outs[i] = ids
		p.Keep(ids...)
	}
	g, err := p.Graph()
	if err != nil {
		return failedRun(err)
	}
	return startGraph(ctx, g, outs, s, opts)
}

// StartGraph begins a computation of a graph made by hand and returns at once; the results are those of the tasks
// given to [Plan.Keep], as one value. A graph may be run any number of times, also at the same time.
func StartGraph(ctx context.Context, g *Graph, opts ...Option) *Run {
	r := startGraph(ctx, g, [][]TaskID{g.keep}, settle(opts), opts)
	if r.e != nil {
		r.e.wakeIfNeeded()
	}
	return r
}

// failedRun is a run that ended before it began.
func failedRun(err error) *Run {
	r := &Run{done: make(chan struct{}), ctx: context.Background()}
	r.mu.err = err
	close(r.done)
	return r
}

func startGraph(ctx context.Context, g *Graph, outs [][]TaskID, s settings, opts []Option) *Run {
	if err := context.Cause(ctx); err != nil {
		return failedRun(err)
	}
	r := &Run{graph: g, outputs: outs, set: s, done: make(chan struct{}), cells: make([]cell, g.Len())}
	r.fired = make([]atomic.Bool, len(g.ext))
	r.observer = s.observer
	r.last.Store(int64(g.Len()))
	r.remaining.Store(int64(g.Len()))
	r.ctx, r.stop = context.WithCancelCause(ctx)
	if s.sync {
		r.runSync()
		return r
	}
	if r.e = s.engineFor(ctx); r.e == nil {
		r.e, r.private = New(opts...), true
	}
	r.observer = bothObservers(s.observer, r.e.set.observer)
	if ctx.Done() != nil {
		r.detach = context.AfterFunc(ctx, func() { r.Cancel(context.Cause(ctx)) })
	}
	if g.Len() == 0 {
		r.finish()
		return r
	}
	if r.e.memory != nil && g.Len() > 0 {
		fr := frameOf(ctx)
		r.number = runNumber.Add(1)
		r.book = newBooking(g, r.e.set.workers, s.collect)
		if err := r.e.memory.admit(r, fr != nil && fr.e == r.e); err != nil {
			r.stop(err)
			if r.private {
				r.e.Close()
			}
			return failedRun(err)
		}
	}
	r.event(RunStarted)
	if !r.e.addRun(r) {
		r.Cancel(ErrClosed)
		r.finish()
		return r
	}
	if r.book != nil {
		r.pump() // external inputs are waited for when their turn comes
		return r
	}
	for i := range g.ext {
		g.ext[i].src.Notify(func() { r.fire(i) })
	}
	return r
}

// Compute runs what the values need, in one pass, and returns for each value the results of the tasks that hold it.
// Parts that the values share are computed once. It returns after every task of the computation has ended, also when
// it fails or ctx ends. Called from inside a task, with the task's context, it runs on the workers of that engine,
// the calling one among them.
func Compute(ctx context.Context, values []Lazy, opts ...Option) ([][]any, error) {
	r := prepare(ctx, values, append(opts[:len(opts):len(opts)], func(s *settings) { s.collect = true }))
	if r.e != nil && len(r.graph.roots) > 1 {
		// With one root the calling goroutine, which begins at once, is enough until there is more to do: waking a
		// worker costs 6 µs, a small graph less.
		r.e.wakeIfNeeded()
	}
	r.join(ctx)
	<-r.done
	if r.private {
		r.e.Close()
	}
	out := r.Results()
	return out, r.Err()
}

// Wait blocks until the computation has ended, which it returns the error of, or until ctx ends, which leaves the
// computation running. While it waits the calling goroutine takes part in the computation if a worker's place is free.
func (r *Run) Wait(ctx context.Context) error {
	if err := r.join(ctx); err != nil {
		return err
	}
	return r.Err()
}

// join takes part in the run until it is over, or ctx ends.
func (r *Run) join(ctx context.Context) error {
	if r.e == nil || r.over() {
		return nil
	}
	fr := frameOf(ctx)
	if fr != nil && fr.e == r.e { // a task: it holds a place already
		r.help()
	} else if r.e.enter(false) {
		r.help()
		r.e.leave()
	}
	if r.over() {
		return nil
	}
	if fr != nil && fr.block() {
		defer fr.unblock()
	}
	return r.e.await(ctx, r.done)
}

// help runs tasks of the run on the calling goroutine, which holds a place, until there are none for a while.
func (r *Run) help() {
	ln := r.enterLane(nil)
	defer r.leaveLane(ln)
	e := r.e
	for {
		t, ok := r.take(ln)
		for round := 0; !ok; round++ {
			if round == 0 {
				e.idle.add(1, 0)
			}
			if round == searchRounds || r.over() {
				e.idle.add(-1, 0)
				return
			}
			if round&3 == 3 {
				runtime.Gosched()
			}
			if t, ok = r.take(ln); ok {
				e.found()
			}
		}
		ln.work(t)
		r.flush(ln)
		if ln.left {
			return
		}
	}
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

// Progress returns how many tasks have been run and how many there are. Tasks are counted in batches.
func (r *Run) Progress() (done, total int) {
	if r.graph == nil {
		return 0, 0
	}
	n := r.graph.Len()
	return n - int(r.remaining.Load()), n
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

// fail records that the task at t (or all, with t = -1) failed with err, unless an earlier one has.
func (r *Run) fail(t int64, err error) {
	r.mu.Lock()
	if r.over() || t >= r.last.Load() {
		r.mu.Unlock()
		return
	}
	r.last.Store(t)
	r.mu.err = err
	var late []*frame
	for f, task := range r.mu.frames {
		if int64(task) > t {
			late = append(late, f)
		}
	}
	r.mu.Unlock()
	for _, f := range late {
		f.cancel(errSkipped)
	}
	if t < 0 && r.stop != nil {
		r.stop(err)
	}
	if r.set.sync {
		return
	}
	// External inputs that come later are no longer waited for.
	if r.graph == nil {
		return
	}
	for i := range r.fired {
		switch {
		case int64(r.graph.ext[i].task) <= t:
		case r.book != nil:
			r.fireBooked(i)
		default:
			r.fire(i)
		}
	}
	if r.book != nil {
		r.e.memory.forceAdmit(r)
		r.pump()
	}
}

// addFrame lets a failure or the end of the run reach the context of a running task.
func (r *Run) addFrame(f *frame, t uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.frames == nil {
		r.mu.frames = map[*frame]uint32{}
	}
	r.mu.frames[f] = t
	if int64(t) > r.last.Load() {
		f.cancel(errSkipped)
	}
}

func (r *Run) removeFrame(f *frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.mu.frames, f)
}

func (r *Run) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// fire makes the i-th external task ready, once.
func (r *Run) fire(i int) {
	if r.fired[i].CompareAndSwap(false, true) {
		r.push(r.graph.ext[i].task)
	}
}

// push makes ready tasks visible that belong to no lane.
func (r *Run) push(ts ...uint32) {
	r.mu.Lock()
	r.mu.overflow = append(r.mu.overflow, ts...)
	r.noverflow.Store(int32(len(r.mu.overflow)))
	r.mu.Unlock()
	r.e.wakeIfNeeded()
}

// rootsClaimed reports whether no unclaimed root is left.
func (r *Run) rootsClaimed() bool { return r.cursor.Load() >= int64(len(r.graph.roots)) }

// hasWork reports whether an executor that came now would find a task.
func (r *Run) hasWork() bool {
	if r.book != nil {
		return r.nready.Load() > 0
	}
	if r.noverflow.Load() > 0 || !r.rootsClaimed() {
		return true
	}
	if lanes := r.lanes.Load(); lanes != nil {
		for _, v := range *lanes {
			if !v.empty() {
				return true
			}
		}
	}
	return false
}

// claim takes a ready task that is in no lane: one from the overflow, newest first, else the next roots in plan
// order. One cursor for all executors, used only when their own queues are empty, keeps as few results alive as the
// best known static orders do (README.md); a range of roots for each executor was measured to hold 3 to 4 times more.
func (r *Run) claim(ln *lane) (uint32, bool) {
	if r.book != nil {
		return r.takeBooked()
	}
	if r.noverflow.Load() > 0 {
		r.mu.Lock()
		if n := len(r.mu.overflow); n > 0 {
			t := r.mu.overflow[n-1]
			r.mu.overflow = r.mu.overflow[:n-1]
			r.noverflow.Store(int32(n - 1))
			r.mu.Unlock()
			return t, true
		}
		r.mu.Unlock()
	}
	roots := r.graph.roots
	n := int64(len(roots))
	if r.cursor.Load() >= n {
		return 0, false
	}
	// Several roots at once when tasks are so short that the cursor would be contended: span tells.
	k := int64(ln.span)
	hi := r.cursor.Add(k)
	lo := hi - k
	if lo >= n {
		return 0, false
	}
	for i := min(hi, n) - 1; i > lo; i-- {
		ln.priv = append(ln.priv, roots[i])
	}
	return roots[lo], true
}

// take finds a task for a lane that has none.
func (r *Run) take(ln *lane) (uint32, bool) {
	if t, ok := r.claim(ln); ok {
		return t, true
	}
	lanes := *r.lanes.Load()
	// Neighbour first: every lane starts its round at another place, so thieves spread.
	at := slices.Index(lanes, ln)
	for i := 1; i < len(lanes); i++ {
		v := lanes[(at+i)%len(lanes)]
		if t, ok := ln.steal(v); ok {
			r.e.counts.steals.Add(1)
			return t, true
		}
	}
	return 0, false
}

// enterLane gives an executor a lane of its own, an idle one if there is.
func (r *Run) enterLane(owner *worker) *lane {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lanes []*lane
	if p := r.lanes.Load(); p != nil {
		lanes = *p
	}
	var ln *lane
	for _, v := range lanes {
		if !v.busy {
			ln = v
			break
		}
	}
	if ln == nil {
		ln = newLane(r)
		ln.task.run, ln.task.lane = r, ln
		lanes = append(slices.Clip(lanes), ln)
		r.lanes.Store(&lanes)
	}
	ln.busy, ln.owner, ln.left = true, owner, false
	ln.task.worker = -1
	if owner != nil {
		ln.task.worker = owner.id
	}
	ln.observed = r.observer != nil
	ln.stamp = r.e.now()
	ln.began = ln.stamp
	ln.yielded = ln.stamp
	ln.tick = ln.span
	return ln
}

// leaveLane takes an executor out of the run. What its lane still holds goes to the overflow.
func (r *Run) leaveLane(ln *lane) {
	ln.expose()
	ln.report()
	r.flush(ln)
	r.mu.Lock()
	ln.busy, ln.owner = false, nil
	r.mu.Unlock()
}

// flush adds what the lane has done to the run's count. Who brings it to zero ends the run.
func (r *Run) flush(ln *lane) {
	if n := ln.done; n > 0 {
		ln.done = 0
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
	r.mu.Lock()
	err := r.mu.err
	watchers := r.mu.watchers
	r.mu.watchers = nil
	if err != nil {
		r.drop()
	}
	close(r.done)
	r.mu.Unlock()
	r.stop(errRunOver)
	r.event(RunEnded)
	if r.e != nil {
		r.e.removeRun(r)
		if r.book != nil {
			// Results that Compute hands out are the caller's from here on.
			r.e.memory.end(r, err != nil || r.set.collect)
		}
		if r.private && !r.set.collect && (r.book == nil || err != nil) {
			// Not from this goroutine: it may be one of the workers that Close waits for.
			go r.e.Close()
		}
	}
	for _, fs := range watchers {
		for _, f := range fs {
			f()
		}
	}
}

var errRunOver = errors.New("sched: the computation is over")

// drop forgets all results. r.mu is held.
func (r *Run) drop() {
	if r.book != nil {
		r.e.memory.mu.Lock()
		defer r.e.memory.mu.Unlock()
	}
	for i := range r.cells {
		r.cells[i].val = nil
	}
	r.bytes.Store(0)
}

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
			go r.e.Close()
		}
	}
}

// release forgets the result of q, whose last consumer is done.
func (r *Run) release(q uint32) {
	c := &r.cells[q]
	if r.graph.pooled && r.graph.ops[r.graph.op(q)].Pooled {
		if v, ok := c.val.(Releaser); ok {
			v.Release()
		}
	}
	c.val = nil
}

// afterTask is the slow path after a task's function: it failed, or reported something. It returns the result.
func (r *Run) afterTask(task *Task, in []any, v any, err error) any {
	for try := 0; err != nil && !task.noRetry && try < r.set.retries && r.ctx.Err() == nil; try++ {
		task.close()
		v, err = r.graph.code[r.graph.op(task.id)](task, in)
	}
	task.close()
	if task.bytes != 0 && r.graph.kept(task.id) {
		r.bytes.Add(task.bytes)
	}
	op, at := task.op, task.site
	task.bytes, task.op, task.special, task.noRetry = 0, "", false, false
	if err == nil {
		return v
	}
	task.failed = true
	err = r.graph.taskError(task.id, in, err)
	te, ok := err.(*TaskError)
	if ok && op != "" {
		te.Op, te.Site = op, at
	}
	if ok && r.e != nil && int64(task.id) <= r.last.Load() {
		r.e.noteFailure(te)
	}
	r.fail(int64(task.id), err)
	return nil
}

// taskError says which task failed, with its inputs printed.
func (g *Graph) taskError(t uint32, in []any, err error) error {
	op := &g.ops[g.op(t)]
	if _, ok := g.external(t); ok {
		return err // the input's own error says more than "external" could
	}
	// Results of other tasks are printed within a bound: a chunk may be a gigabyte.
	te := &TaskError{Key: g.Key(TaskID(t)), Op: op.Name, Site: op.Site, Piece: g.label(t), Err: err, graph: g, task: t}
	for i, q := range g.inputs(t) {
		if i >= maxInputsShown {
			te.Inputs = append(te.Inputs, Input{Key: "…", Value: fmt.Sprintf("%d more", len(in)-i)})
			break
		}
		te.Inputs = append(te.Inputs, Input{g.Key(TaskID(q)), brief(in[i])})
	}
	return te
}
