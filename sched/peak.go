package sched

// sequentialPeak returns the bytes of results held at once when one worker runs the graph in plan order, as far as
// the operations estimate them: what a memory limit must at least be.
func (g *Graph) sequentialPeak() int64 {
	live, peak := g.reserved, g.reserved
	used := make([]uint32, g.Len())
	for t := range uint32(g.Len()) {
		live += g.bytes(t)
		peak = max(peak, live+g.scratch(t))
		for _, q := range g.inputs(t) {
			if used[q]++; used[q] == g.fanout(q) && !g.kept(q) {
				live -= g.bytes(q)
			}
		}
		if g.fanout(t) == 0 && !g.kept(t) {
			live -= g.bytes(t)
		}
	}
	return peak
}

// bytes returns the estimate of t's result.
func (g *Graph) bytes(t uint32) int64 {
	op := &g.ops[g.op(t)]
	if op.Bytes == nil {
		return 0
	}
	return max(op.Bytes(int(g.recs[t].arg)), 0)
}

// scratch returns the estimate of what t needs while it runs, beside inputs and result.
func (g *Graph) scratch(t uint32) int64 {
	op := &g.ops[g.op(t)]
	if op.Scratch == nil {
		return 0
	}
	return max(op.Scratch(int(g.recs[t].arg)), 0)
}
