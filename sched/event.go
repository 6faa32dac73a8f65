package sched

import "time"

// Observer receives what an engine does, in batches a worker collected. Observe is called from the workers'
// goroutines, by several at once, and must not keep the slice.
type Observer interface{ Observe(events []Event) }

// EventKind says what happened.
type EventKind uint8

// The kinds of events.
const (
	TaskRan    EventKind = iota + 1 // a task was run, from Start to End
	TaskFailed                      // a task was run and failed
	RunStarted                      // a computation began
	RunEnded                        // a computation ended
	Spilled                         // a result of Bytes was written to disk
	Unspilled                       // a result of Bytes was read back
	MemoryWait                      // tasks wait for memory
)

// Event is one thing that happened. Times are since the engine was made.
type Event struct {
	Kind       EventKind
	Worker     int
	Run        *Run   // the computation, or nil for a dynamically submitted task
	Task       TaskID // the task within the run's graph
	Op         string
	Start, End time.Duration
	Bytes      int64
}
