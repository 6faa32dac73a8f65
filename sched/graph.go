package sched

import (
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
}

// record is what the run loop reads of a task.
type record struct {
	succ uint32 // start of the task's successors in adj
	deps uint32 // number of inputs
	op   uint32
	arg  uint32
}

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
	g := &Graph{ops: p.ops, recs: make([]record, n+2), adj: make([]uint32, len(p.preds)), preds: p.preds, ext: p.ext}
	g.poff = make([]uint32, n+1)
	copy(g.poff[1:], p.poff)
	// Counts go two records up, so that the fill below leaves every start in its place without a second copy.
	for _, q := range p.preds {
		g.recs[q+2].succ++
	}
	for i := 2; i < len(g.recs); i++ {
		g.recs[i].succ += g.recs[i-1].succ
	}
	external := make(map[uint32]bool, len(p.ext))
	for _, x := range p.ext {
		external[x.task] = true
	}
	for t := range n {
		r := &g.recs[t]
		r.op, r.arg = p.op[t], p.arg[t]
		in := p.preds[g.poff[t]:g.poff[t+1]]
		r.deps = uint32(len(in))
		if len(in) == 0 && !external[uint32(t)] {
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
	return g, nil
}

// Len returns the number of tasks.
func (g *Graph) Len() int { return len(g.recs) - 1 }

// Inputs returns the tasks whose results t takes. The slice must not be changed.
func (g *Graph) inputs(t uint32) []uint32 { return g.preds[g.poff[t]:g.poff[t+1]] }

// successors returns the tasks that take t's result, with the sole bit.
func (g *Graph) successors(t uint32) []uint32 { return g.adj[g.recs[t].succ:g.recs[t+1].succ] }

// Key returns the task's name, as "sum-4[12]": the operation, its number in the plan, and the task's arg.
func (g *Graph) Key(t TaskID) string {
	r := g.recs[t]
	for _, x := range g.ext {
		if x.task == uint32(t) {
			return x.src.Key()
		}
	}
	return g.ops[r.op].Name + "-" + strconv.Itoa(int(r.op)) + "[" + strconv.Itoa(int(r.arg)) + "]"
}

// label returns the piece of the whole that t computes, or "".
func (g *Graph) label(t uint32) string {
	r := g.recs[t]
	if f := g.ops[r.op].Label; f != nil {
		return f(int(r.arg))
	}
	return ""
}
