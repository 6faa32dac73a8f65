package sched

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/gomagpie/magpie/internal/site"
)

// TaskID names a task of one Plan, or of the Graph made from it: tasks are numbered from 0 as they are added.
type TaskID uint32

// OpID names an operation of one Plan.
type OpID uint32

// Func is the code of a task. It receives the results of the task's inputs, in the order they were given to
// [Plan.Add], and returns the task's own result. The slice in is reused after the call: keep the values, not the
// slice. A Func runs on any worker, and the same Func runs for many tasks at once, so what it shares it must guard.
type Func func(t *Task, in []any) (any, error)

// Op is what the tasks of one group have in common: chunks of one array operation, partitions of one bag operation.
type Op struct {
	// Name is the field's word for what the tasks do, as "sum" or "read"; it begins their keys.
	Name string
	// Site is the user's call that asked for it.
	Site site.Site
	// Run is the code.
	Run Func
	// Label names a task's piece of the whole, as "chunk (3, 0)" or "partition 12 (a.json.gz)". May be nil.
	Label func(arg int) string
	// Args is what the function is called with, in order, where that is more than the results of the task's inputs:
	// plain values, and InputAt in the place of those results. A TaskError shows them. May be nil.
	Args []any
	// Bytes estimates the bytes of a task's result before it runs; a memory limit books them. May be nil: unknown,
	// counted as zero until the task reports with Task.SetBytes.
	Bytes func(arg int) int64
	// Scratch estimates the bytes that a task needs while it runs, beside its inputs and its result: a table, a list, a
	// read buffer. A memory limit books them with the result. May be nil: none. What only shows while a task runs it
	// reports with Task.Grow.
	Scratch func(arg int) int64
	// Cheap says that recomputing a result costs less than writing it to disk and reading it back.
	Cheap bool
	// Pooled says that results implement Releaser and may be released after their last consumer.
	Pooled bool
	// Codec writes results to disk when memory is short and reads them back. May be nil: held in memory always.
	Codec Codec
}

// Releaser is implemented by results whose memory is recycled. The engine calls Release once, after the last
// consumer of the result has finished, never for a result that somebody asked for. Only ops with Pooled set are asked.
type Releaser interface{ Release() }

// Plan is a task graph under construction. Add tasks after their inputs; tasks added depth first (a task right after
// the last of its inputs) run with the fewest results alive. A Plan is not safe for concurrent use.
type Plan struct {
	ops    []Op
	recs   segments[record] // succ counts successors
	preds  segments[uint32] // the inputs of all tasks
	nroots int
	ext    []extTask
	keep   []TaskID
	shared map[any]any
	err    error

	memoryLimit int64 // the memory limit under which it will be computed; 0: none, or not known
	reserved    int64 // see Reserve
	reservedBy  OpID
}

type extTask struct {
	task uint32
	src  External
}

// NewPlan returns an empty plan.
func NewPlan() *Plan { return &Plan{} }

// Op registers an operation and returns its name for Add.
func (p *Plan) Op(op Op) OpID {
	p.ops = append(p.ops, op)
	return OpID(len(p.ops) - 1)
}

// maxTasks is the largest number of tasks in one graph: the top bit of a successor entry is taken (see Graph).
const maxTasks = 1<<31 - 2

// maxEdges keeps what a cell counts below outputDone.
const maxEdges = outputDone - 1

// Add appends a task of operation op. arg is handed to the task as [Task.Arg]; it tells the tasks of one operation
// apart, as a chunk's number does. in are its inputs, added before. An input that does not exist, or an arg beyond
// 32 bits, is remembered and returned by Graph.
func (p *Plan) Add(op OpID, arg int, in ...TaskID) TaskID {
	id := uint32(p.recs.len())
	if id >= maxTasks || p.preds.len() > maxEdges-len(in) {
		p.fail(errors.New("sched: plan: more than 2,147,483,646 tasks or 1,073,741,823 edges: use larger chunks"))
		return 0
	}
	if int(op) >= len(p.ops) || arg < 0 || uint64(arg) > math.MaxUint32 {
		p.fail(fmt.Errorf("sched: plan: task %d: no operation %d, or arg %d out of range", id, op, arg))
		return 0
	}
	if len(in) == 0 {
		p.nroots++
	}
	p.recs.push(record{pred: uint32(p.preds.len()), op: uint32(op), arg: uint32(arg)})
	for _, x := range in {
		if uint32(x) >= id {
			p.fail(fmt.Errorf("sched: plan: task %d of %s: input %d is not added yet", id, p.ops[op].Name, x))
			x = 0
		}
		p.recs.at(int(x)).succ++
		p.preds.push(uint32(x))
	}
	return TaskID(id)
}

// AddExternal appends a task whose result comes from outside the graph: a future, or a piece of a persisted
// collection. It becomes ready when src does.
func (p *Plan) AddExternal(src External) TaskID {
	if i, ok := p.shared[src]; ok {
		return i.(TaskID)
	}
	id := p.Add(p.externalOp(), len(p.ext))
	p.ext = append(p.ext, extTask{uint32(id), src})
	p.remember(src, id)
	return id
}

// External returns the source of a task that AddExternal has added.
func (p *Plan) External(id TaskID) (src External, ok bool) {
	i, ok := slices.BinarySearchFunc(p.ext, uint32(id), func(x extTask, id uint32) int { return cmp.Compare(x.task, id) })
	if !ok {
		return nil, false
	}
	return p.ext[i].src, true
}

type externalOpKey struct{}

func (p *Plan) externalOp() OpID {
	if op, ok := p.shared[externalOpKey{}]; ok {
		return op.(OpID)
	}
	op := p.Op(Op{Name: "external"})
	p.remember(externalOpKey{}, op)
	return op
}

func (p *Plan) remember(key, val any) {
	if p.shared == nil {
		p.shared = map[any]any{}
	}
	p.shared[key] = val
}

// Share returns what build made for key in this plan, calling build the first time only: two values that contain the
// same lazy part compute it once. Keys are compared with ==; a pointer to the lazy part is the usual key.
func Share[V any](p *Plan, key any, build func() (V, error)) (V, error) {
	if v, ok := p.shared[key]; ok {
		return v.(V), nil
	}
	v, err := build()
	if err == nil {
		p.remember(key, v)
	}
	return v, err
}

// Keep marks tasks whose results are asked for: the run holds them until it is released.
func (p *Plan) Keep(tasks ...TaskID) { p.keep = append(p.keep, tasks...) }

// Reserve books n bytes more that the computation holds from its beginning to its end beside the results of tasks, as
// the memory that they write to when all of an array is computed. If that is more than the memory limit of the engine
// it returns a [MemoryError] that names op: the plan of what cannot be computed need not be made. A computation that
// has no room for it beside others waits, or is refused; so the memory is to be allocated by the first task that needs
// it, not before.
func (p *Plan) Reserve(op OpID, n int64) error {
	const most = 1 << 60 // more than anybody has, and sums of it do not overflow
	p.reserved, p.reservedBy = min(p.reserved+min(max(n, 0), most), most), op
	if p.memoryLimit > 0 && p.reserved > p.memoryLimit {
		o := &p.ops[op]
		return &MemoryError{Need: p.reserved, Limit: p.memoryLimit, Key: o.Name, Op: o.Name, Site: o.Site, why: wantWhole}
	}
	return nil
}

// Len returns the number of tasks added so far.
func (p *Plan) Len() int { return p.recs.len() }

func (p *Plan) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// Lazy is a value that is computed by tasks: an array, a bag, a delayed value. Lower adds the tasks that produce it,
// with all they need, and returns those that hold the value (one for a single value, one a chunk for an array). It
// reads no data and must not block. Parts that other values may have in common go through [Share].
type Lazy interface {
	Lower(p *Plan) ([]TaskID, error)
}

// External is a result that is produced outside a graph and used inside it.
type External interface {
	// Key names it in errors and drawings.
	Key() string
	// Poll returns the result if it is there. It does not block.
	Poll() (v any, err error, ok bool)
	// Notify calls f once when the result is there: at once, on this goroutine, if it already is. stop takes that back,
	// if f was not called yet, and leaves nothing behind; it is never nil, and safe to call at any time.
	Notify(f func()) (stop func())
	// Wait blocks until the result is there or ctx ends, running what is missing on this goroutine where it can.
	Wait(ctx context.Context) error
}

// Ended reports whether the result of x is there, and otherwise, with an error, whether it never will be. Unlike Poll it
// does not read a result that is on disk, where x has a method that does the same.
func Ended(x External) (err error, ok bool) {
	if e, is := x.(interface{ Ended() (error, bool) }); is {
		return e.Ended()
	}
	_, err, ok = x.Poll()
	return err, ok
}

// Lent reports whether the value of x may be on disk, as a method of x says: then it is read when a task needs it, let go
// when memory is short, and read again, and is in the books of each run that uses it. Other external values are where they
// came from as long as the graph has them for an input, in the books of whoever made them, and take no more memory.
// What stands for another external, as those of package futures do, has the method, too.
func Lent(x External) bool {
	l, ok := x.(interface{ Lent() bool })
	return ok && l.Lent()
}
