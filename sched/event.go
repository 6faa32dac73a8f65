package sched

import (
	"time"

	"github.com/gomagpie/magpie/internal/ticks"
)

// Observer receives what an engine does. Events come in batches, collected by each worker while it runs, so that
// listening costs a task little more than reading the clock; nothing is collected when nobody listens.
//
// Observe is called from the workers' goroutines, by several at once, and from whichever ends a future that was not
// run. It must not block, must not keep the slice, and must not end the goroutine (runtime.Goexit, a test's FailNow),
// which is the worker's: a goroutine for each batch would keep that apart, and made tasks that are traced a quarter
// slower. A panic is caught, and is among the failures that [Engine.Tasks] lists.
type Observer interface{ Observe(events []Event) }

// EventKind says what happened.
type EventKind uint8

// The kinds of events.
const (
	TaskRan     EventKind = iota + 1 // a task was run, from Start to End
	TaskFailed                       // a task was run, from Start to End, and failed
	RunStarted                       // a computation began
	RunEnded                         // a computation ended
	Spilled                          // a result of Bytes was written to disk
	Unspilled                        // a result of Bytes was read back
	MemoryWait                       // from Start to End a task could not begin for want of Bytes, which it needs
	TaskSkipped                      // a future ended and its function was not called: an input had failed, or it was cancelled
)

// String returns the kind's name.
func (k EventKind) String() string {
	names := [...]string{"?", "task ran", "task failed", "run started", "run ended", "spilled", "unspilled", "memory wait", "task skipped"}
	if int(k) >= len(names) {
		k = 0
	}
	return names[k]
}

// Event is one thing that happened. Times are since the engine was made.
type Event struct {
	Kind       EventKind
	Worker     int    // that began the task; -1: of no worker
	Run        *Run   // the computation, or nil for a future
	Task       TaskID // the task within the run's graph
	Op         string // the operation, or the future's name
	Key        string // of a future
	Root       string // of a future that was skipped because another had failed: the key of the one where that began
	Start, End time.Duration
	Bytes      int64
}

// eventBatch is how many events a worker collects before it hands them on.
const eventBatch = 256

// record notes that task t was run. The end of a task is the start of the next one, so that one reading is enough; it
// is of the processor's counter, and report makes times of them.
func (ln *lane) record(t uint32) {
	now := ticks.Now()
	kind := TaskRan
	if ln.task.failed {
		kind, ln.task.failed = TaskFailed, false
	}
	g := ln.run.graph
	ln.events = append(ln.events, Event{
		Kind: kind, Worker: ln.task.worker, Run: ln.run, Task: TaskID(t), Op: g.ops[g.op(t)].Name, Start: time.Duration(ln.began), End: time.Duration(now),
	})
	ln.began = now
	if len(ln.events) >= eventBatch {
		ln.report()
	}
}

// report hands the lane's events to the observer.
func (ln *lane) report() {
	if len(ln.events) == 0 {
		return
	}
	s := ln.since
	s.ToTicks, s.To = ticks.Now(), ln.run.e.now()
	for i := range ln.events {
		ev := &ln.events[i]
		ev.Start, ev.End = s.Time(int64(ev.Start)), s.Time(int64(ev.End))
	}
	ln.since.FromTicks, ln.since.From = s.ToTicks, s.To
	ln.run.e.observe(ln.run.observer, ln.events)
	ln.events = ln.events[:0]
}

// beginsNow says that the task to be run next begins now, not with the end of the one before. All events must have
// been reported.
func (ln *lane) beginsNow() {
	if ln.attend.Load()&attendEvents != 0 {
		ln.began = ticks.Now()
		ln.since.FromTicks, ln.since.From = ln.began, ln.run.e.now()
	}
}

// event reports something about the run as a whole.
func (r *Run) event(kind EventKind) {
	if r.observer == nil {
		return
	}
	ev := Event{Kind: kind, Worker: -1, Run: r, Bytes: r.bytes.Load()}
	if r.e != nil {
		ev.Start = r.e.now()
		ev.End = ev.Start
	}
	r.e.observe(r.observer, []Event{ev})
}

// observe hands events to the observer. Its panic is not that of a task, nor the end of the process: it is among the
// failures that Tasks lists.
func (e *Engine) observe(o Observer, events []Event) {
	if both, ok := o.(observers); ok { // the panic of one is not the other's
		e.observe(both[0], events)
		e.observe(both[1], events)
		return
	}
	defer func() {
		if p := recover(); p != nil {
			e.noteFailure(&TaskError{Key: "observer", Op: "observe", Err: newPanicError(p)})
		}
	}()
	o.Observe(events)
}

// observe reports that the future was run.
func (f *Future) observe(x *executor, state State, began time.Duration) {
	kind := TaskRan
	if state != Finished {
		kind = TaskFailed
	}
	ev := Event{Kind: kind, Op: f.name, Key: f.Key(), Start: began, End: f.e.now()}
	if s := x.seat.Load(); s != nil {
		ev.Worker = s.id
	}
	if x.events = append(x.events, ev); len(x.events) >= eventBatch {
		f.e.observe(f.e.set.observer, x.events)
		x.events = x.events[:0]
	}
}

// observers sends events to two observers.
type observers [2]Observer

func (o observers) Observe(events []Event) {
	o[0].Observe(events)
	o[1].Observe(events)
}

func bothObservers(a, b Observer) Observer {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return observers{a, b}
}
