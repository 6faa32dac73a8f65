package sched

import (
	"fmt"
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
	poff  []uint32 // inputs of t: preds[poff[t]:poff[t+1]]
	preds []uint32
	roots []uint32 // tasks without inputs, in plan order; external tasks are not among them
	ext   []extTask

	keep   []TaskID
	code   []Func // of each op
	extOp  uint32 // the op of external tasks, or none
	pooled bool   // some op is pooled
}

// record is what the run loop reads of a task.
type record struct {
	succ uint32 // start of the task's successors in adj
	deps uint32 // number of inputs
	op   uint32 // with outputBit if the result is asked for
	arg  uint32
}

// outputBit marks, in a record's op, a task whose result was asked for.
const outputBit = 1 << 31

// sole marks a successor whose only predecessor is the task that lists it.
const sole = 1 << 31

// Graph packs the plan. The plan must not be added to afterwards.
//
// Cost: two passes over tasks and edges, about 30 ns a task.
func (p *Plan) Graph() (*Graph, error) {
	if p.err != nil {
		return nil, p.err
	}
	n := len(p.op)
	g := &Graph{extOp: none, ops: p.ops, recs: make([]record, n+2), adj: make([]uint32, len(p.preds)), preds: p.preds, ext: p.ext, keep: p.keep}
	g.poff = make([]uint32, n+1)
	copy(g.poff[1:], p.poff)
	// Counts go two records up, so that the fill below leaves every start in its place without a second copy.
	for _, q := range p.preds {
		g.recs[q+2].succ++
	}
	for i := 2; i < len(g.recs); i++ {
		g.recs[i].succ += g.recs[i-1].succ
	}
	if op, ok := p.shared[externalOpKey{}]; ok {
		g.extOp = uint32(op.(OpID))
		g.ops[g.extOp].Run = func(t *Task, _ []any) (any, error) {
			v, err, _ := g.ext[t.arg].src.Poll()
			return v, err
		}
		g.ops[g.extOp].Bytes = func(arg int) int64 {
			if s, ok := g.ext[arg].src.(interface{ Bytes() int64 }); ok {
				return s.Bytes()
			}
			return 0
		}
	}
	for i := range g.ops {
		g.code = append(g.code, g.ops[i].Run)
		g.pooled = g.pooled || g.ops[i].Pooled
	}
	for t := range n {
		r := &g.recs[t]
		r.op, r.arg = p.op[t], p.arg[t]
		in := p.preds[g.poff[t]:g.poff[t+1]]
		r.deps = uint32(len(in))
		if len(in) == 0 && r.op != g.extOp {
			g.roots = append(g.roots, uint32(t))
		}
		s := uint32(t)
		if len(in) == 1 {
			s |= sole
		}
		for _, q := range in {
			g.adj[g.recs[q+1].succ] = s
			g.recs[q+1].succ++
		}
	}
	g.recs = g.recs[:n+1]
	for _, t := range p.keep {
		if int(t) >= n {
			return nil, fmt.Errorf("sched: plan: kept task %d does not exist", t)
		}
		g.recs[t].op |= outputBit
	}
	return g, nil
}

// Len returns the number of tasks.
func (g *Graph) Len() int { return len(g.recs) - 1 }

// Inputs returns the tasks whose results t takes. The slice must not be changed.
func (g *Graph) inputs(t uint32) []uint32 { return g.preds[g.poff[t]:g.poff[t+1]] }

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
