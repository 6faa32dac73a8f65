package sched

import (
	"fmt"
	"slices"
	"strconv"
)

// Graph is an immutable task graph, packed for the run loop. It holds no pointer per task, so that ten million tasks
// cost the garbage collector nothing to scan.
//
// Every task has a 16-byte record; successors and inputs lie in two compressed rows (CSR) of uint32. An entry of the
// successor row has its top bit set when that successor has no other predecessor: it is then ready without an
// atomic decrement. Tasks that differ only in arg share an Op.
type Graph struct {
	ops   []Op
	recs  []record // one a task and a sentinel
	adj   []uint32 // successors of t: adj[recs[t].succ:recs[t+1].succ]
	preds []uint32 // inputs of t: preds[recs[t].pred:recs[t+1].pred]
	roots []uint32 // tasks without inputs, in plan order; external tasks are not among them
	ext   []extTask

	keep   []TaskID
	code   []Func // of each op
	extOp  uint32 // the op of external tasks, or none
	pooled bool   // some op is pooled

	reserved   int64 // bytes held from beginning to end beside results; see Plan.Reserve
	reservedBy uint32
}

// record is what the run loop reads of a task. What it reads of the next one, the ends of the rows, lies beside it.
type record struct {
	succ uint32 // start of the task's successors in adj; in a Plan, their number so far
	pred uint32 // start of the task's inputs in preds
	op   uint32 // with outputBit if the result is asked for
	arg  uint32
}

// outputBit marks, in a record's op, a task whose result was asked for.
const outputBit = 1 << 31

// sole marks a successor whose only predecessor is the task that lists it.
const sole = 1 << 31

// Graph packs the plan, which is empty afterwards: a large one's memory is given back piece by piece.
//
// Cost: two passes over tasks and edges, about 15 ns a task.
func (p *Plan) Graph() (*Graph, error) {
	if p.err != nil {
		return nil, p.err
	}
	n := p.recs.len()
	for _, t := range p.keep {
		if int(t) >= n {
			return nil, fmt.Errorf("sched: plan: kept task %d does not exist", t)
		}
		p.recs.at(int(t)).op |= outputBit
	}
	g := &Graph{extOp: none, ops: p.ops, ext: p.ext, keep: p.keep, reserved: p.reserved, reservedBy: uint32(p.reservedBy)}
	if op, ok := p.shared[externalOpKey{}]; ok {
		g.extOp = uint32(op.(OpID))
	}
	g.pack(p)
	if g.extOp != none {
		g.ops = slices.Clone(g.ops) // the plan's may be those of another graph
	}
	for i := range g.ops {
		if uint32(i) == g.extOp {
			g.ops[i].Run, g.ops[i].Bytes = g.externalCode()
		}
		g.code = append(g.code, g.ops[i].Run)
		g.pooled = g.pooled || g.ops[i].Pooled
	}
	return g, nil
}

// pack makes the records and both rows.
func (g *Graph) pack(p *Plan) {
	n := p.recs.len()
	g.recs = make([]record, n+1)
	g.preds = p.preds.flat()
	g.adj = make([]uint32, len(g.preds))
	g.roots = make([]uint32, 0, p.nroots)
	// The start of t's successors goes into the record after it, where it serves as the place to fill next, and so is
	// the start of that record's own successors in the end.
	var start uint32
	t := uint32(0)
	for block := range p.recs.drain() {
		for i := range block {
			x := &block[i]
			r := &g.recs[t]
			r.pred, r.op, r.arg = x.pred, x.op, x.arg
			g.recs[t+1].succ = start
			start += x.succ
			t++
		}
	}
	g.recs[n].pred = uint32(len(g.preds))
	for t := range uint32(n) {
		in := g.inputs(t)
		s := t
		switch len(in) {
		case 0:
			if g.op(t) != g.extOp {
				g.roots = append(g.roots, t)
			}
		case 1:
			s |= sole
		}
		for _, q := range in {
			r := &g.recs[q+1]
			g.adj[r.succ] = s
			r.succ++
		}
	}
}

// externalCode returns the code and the estimate of external tasks.
func (g *Graph) externalCode() (Func, func(arg int) int64) {
	run := func(t *Task, _ []any) (any, error) {
		v, err, _ := g.ext[t.arg].src.Poll()
		return v, err
	}
	bytes := func(arg int) int64 {
		if s, ok := g.ext[arg].src.(interface{ Bytes() int64 }); ok {
			return s.Bytes()
		}
		return 0
	}
	return run, bytes
}

// Len returns the number of tasks.
func (g *Graph) Len() int { return len(g.recs) - 1 }

// Inputs returns the tasks whose results t takes. The slice must not be changed.
func (g *Graph) inputs(t uint32) []uint32 { return g.preds[g.recs[t].pred:g.recs[t+1].pred] }

// deps returns the number of t's inputs.
func (g *Graph) deps(t uint32) uint32 { return g.recs[t+1].pred - g.recs[t].pred }

// successors returns the tasks that take t's result, with the sole bit.
func (g *Graph) successors(t uint32) []uint32 { return g.adj[g.recs[t].succ:g.recs[t+1].succ] }

// fanout returns how many inputs t's result is.
func (g *Graph) fanout(t uint32) uint32 { return g.recs[t+1].succ - g.recs[t].succ }

// op returns the number of t's operation.
func (g *Graph) op(t uint32) uint32 { return g.recs[t].op &^ outputBit }

// kept reports whether t's result was asked for.
func (g *Graph) kept(t uint32) bool { return g.recs[t].op&outputBit != 0 }

// external returns what t stands for, if it is an external task.
func (g *Graph) external(t uint32) (External, bool) {
	if g.op(t) != g.extOp {
		return nil, false
	}
	return g.ext[g.recs[t].arg].src, true
}

// Key returns the task's name, as "sum-4[12]": the operation, its number in the plan, and the task's arg.
func (g *Graph) Key(t TaskID) string {
	if x, ok := g.external(uint32(t)); ok {
		return x.Key()
	}
	op := g.op(uint32(t))
	return g.ops[op].Name + "-" + strconv.Itoa(int(op)) + "[" + strconv.Itoa(int(g.recs[t].arg)) + "]"
}

// label returns the piece of the whole that t computes, or "".
func (g *Graph) label(t uint32) string {
	if f := g.ops[g.op(t)].Label; f != nil {
		return f(int(g.recs[t].arg))
	}
	return ""
}
