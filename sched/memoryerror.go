package sched

import (
	"fmt"
	"strings"

	"github.com/gomagpie/magpie/internal/site"
)

// MemoryError says that a computation, or a single value, does not fit the engine's memory limit: before it began, where
// the sizes could be known, or when it had grown.
type MemoryError struct {
	Need  int64     // bytes it needs at least
	Limit int64     // bytes it may use
	Held  int64     // bytes of the limit taken by what cannot leave memory
	Key   string    // the task that needs most at once, or the value
	Op    string    // the operation, as "sum"; "" if there is none
	Site  site.Site // the user's line that built it

	why want
}

// want is what the memory was needed for.
type want int

const (
	wantTask   want = iota // one task, with what cannot leave memory meanwhile
	wantWhole              // the memory that a computation writes to
	wantGrowth             // what turned out larger than was booked
	wantValue              // the value of a future
)

// Error names the operation, the user's line and the bytes, and says what to do.
func (e *MemoryError) Error() string {
	var b strings.Builder
	b.WriteString("sched: memory: ")
	if e.Op != "" {
		b.WriteString(e.Op)
		if !e.Site.IsZero() {
			fmt.Fprintf(&b, " at %s", e.Site)
		}
		b.WriteString(": ")
	}
	switch e.why {
	case wantTask:
		fmt.Fprintf(&b, "task %s needs %d bytes at once", e.Key, e.Need)
	case wantWhole:
		fmt.Fprintf(&b, "the whole result takes %d bytes", e.Need)
	case wantGrowth:
		fmt.Fprintf(&b, "task %s has grown to %d bytes", e.Key, e.Need)
	case wantValue:
		fmt.Fprintf(&b, "the value of %s takes %d bytes", e.Key, e.Need)
	}
	fmt.Fprintf(&b, " and the limit is %d", e.Limit)
	if e.Held > 0 {
		fmt.Fprintf(&b, ", of which %d are taken by what is held and cannot be spilled", e.Held)
	}
	b.WriteString(": raise MemoryLimit")
	switch e.why {
	case wantTask:
		b.WriteString(", use smaller chunks or more partitions")
	case wantWhole:
		b.WriteString(", persist, reduce or write the parts instead of computing the whole at once")
	case wantGrowth:
		b.WriteString(", or use more and smaller partitions")
	}
	if e.Held > 0 {
		b.WriteString(", or release what is held")
	}
	return b.String()
}

// tooMuch is the error of a run that cannot be admitted: it needs so much, most of it at the task at.
func (r *Run) tooMuch(at uint32, need, held int64) error {
	g := r.graph
	e := &MemoryError{Need: need, Limit: r.e.memory.limit, Held: held, Key: g.Key(TaskID(at))}
	e.Op, e.Site = g.ops[g.op(at)].Name, g.ops[g.op(at)].Site
	if g.reserved > need/2 {
		op := &g.ops[g.reservedBy]
		e.why, e.Op, e.Site, e.Need = wantWhole, op.Name, op.Site, g.reserved
	}
	return e
}

// grewTooMuch is the error of a run that has no room any more: its task t has grown to n bytes. The memory lock is held.
func (r *Run) grewTooMuch(t uint32, n int64) error {
	g, m := r.graph, r.e.memory
	op := &g.ops[g.op(t)]
	return &MemoryError{Need: n, Limit: m.limit, Held: m.pinned, Key: g.Key(TaskID(t)), Op: op.Name, Site: op.Site, why: wantGrowth}
}

// noRoom is the error of a run whose next task needs c bytes that nothing can free. The memory lock is held.
func (r *Run) noRoom(c int64) error {
	b := r.book
	if x := b.grown; x.bytes > 0 {
		return r.grewTooMuch(x.task, max(b.size[x.task], b.work(x.task)+x.bytes))
	}
	m := r.e.memory
	return r.tooMuch(b.window, c, m.held)
}
