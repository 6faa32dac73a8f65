package sched

import "errors"

// lazyState is the state of a task that nobody has begun to compute.
const lazyState = ^State(0)

// standing returns the graph to draw for g and where its tasks stand. That is g itself, whose external tasks have
// states; or, if g is nothing but what one persisted value has to give, the graph that is computed for it.
func (g *Graph) standing() (*Graph, []State) {
	if behind, states := g.behind(); behind != nil {
		return behind, states
	}
	states := make([]State, g.Len())
	for t := range states {
		states[t] = lazyState
		if x, ok := g.external(uint32(t)); ok {
			states[t] = stateOf(x)
		}
	}
	return g, states
}

// stateOf returns where an external result stands.
func stateOf(x External) State {
	if x, ok := x.(interface{ State() State }); ok {
		return x.State()
	}
	switch err, ok := Ended(x); {
	case !ok:
		return Pending
	case err != nil:
		return Failed
	}
	return Finished
}

// State returns where the result stands: that of the whole computation, unless this result is there before its end.
func (l loan) State() State {
	if err, ok := l.Ended(); ok && err == nil {
		return Finished
	}
	return l.p.State()
}

// behind returns the graph behind the one persisted value that g's tasks are the results of, if that is under way or
// has failed; else nil.
func (g *Graph) behind() (*Graph, []State) {
	var p *Persisted
	for t := range uint32(g.Len()) {
		x, _ := g.external(t)
		l, ok := x.(loan)
		if !ok || p != nil && l.p != p {
			return nil, nil
		}
		p = l.p
	}
	if p == nil {
		return nil, nil
	}
	if run := p.h.current(); run != nil && run.book == nil && run.graph != nil && !run.over() {
		return run.graph, run.known()
	}
	if te, ok := errors.AsType[*TaskError](p.Err()); ok && te.graph != nil {
		return te.graph, te.known()
	}
	return nil, nil
}

// known returns where the tasks of a run under way stand, as far as its results tell: what a result that is there was
// made from has finished. The engine keeps no record of single tasks, which would cost each of them.
func (r *Run) known() []State {
	states := make([]State, r.graph.Len()) // pending
	for _, t := range r.graph.keep {
		if (output{r, uint32(t)}).there() {
			r.graph.finished(states, uint32(t))
		}
	}
	return states
}

// finished marks t and all it was made from.
func (g *Graph) finished(states []State, t uint32) {
	for open := []uint32{t}; len(open) > 0; {
		t, open = open[len(open)-1], open[:len(open)-1]
		if states[t] == Finished {
			continue
		}
		states[t] = Finished
		open = append(open, g.inputs(t)...)
	}
}

// known returns where the tasks of the failed graph stand: those before the failed one in plan order were run, what comes
// after was not, or in vain.
func (e *TaskError) known() []State {
	states := make([]State, e.graph.Len())
	for t := range states {
		switch {
		case uint32(t) < e.task:
			states[t] = Finished
		case uint32(t) == e.task:
			states[t] = Failed
		default:
			states[t] = Cancelled
		}
	}
	return states
}
