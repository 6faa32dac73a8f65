package sched

import (
	"strconv"

	"github.com/gomagpie/magpie/internal/site"
)

// Outline is what a graph looks like from outside, for who draws or lists it, as package viz does: its tasks if they are
// few, else its operations. It is a copy, and does not change when the work goes on.
type Outline struct {
	Tasks  int           // in the graph
	Edges  int           // from a task to one that takes its result
	ByTask bool          // a node is a task; else it is an operation
	Nodes  []OutlineNode // in the order of the plan; an operation stands where its first task does
	Left   int           // nodes left out, because there were too many
}

// OutlineNode is a task of a graph, or an operation with its tasks.
type OutlineNode struct {
	Key      string    // of the task, as "sum-4[12]", or of the operation, as "sum-4"
	Piece    string    // the chunk or partition of a task, or ""
	Site     site.Site // the user's line that built it
	Tasks    int       // 1, or the number of the operation's
	Inputs   []int     // the nodes whose results it takes, itself aside: their indices in Nodes, each once
	Result   bool      // the result of the task was asked for
	Begun    bool      // all of its tasks are under way or over, as futures and pieces of persisted values are
	State    State     // if Begun: where the task stands; of several an error, if there is one, else what is least advanced
	Finished int       // how many of its tasks have finished
}

// NewOutline returns an outline of the graph that the values would be computed by, of at most limit nodes. Nothing is
// computed.
//
// A graph of at most limit tasks has a node a task, a larger one a node an operation. Where that are more than limit too,
// operations of one name that were built on one line, as in a loop, are one node, which has the key of the first; of
// what is still too much the first are there, and Left says how many are not.
//
// One persisted value given by itself is outlined as the computation behind it, as long as that has not ended well: what
// has finished, what failed, what was not computed for that.
//
// Cost: the graph is made, and walked once, without recursion: about a second for ten million tasks. An error is that of
// a value which cannot be computed. It is safe for concurrent use.
func NewOutline(limit int, values ...Lazy) (*Outline, error) {
	g, err := lowered(values)
	if err != nil {
		return nil, err
	}
	g, states := g.standing()
	o := &Outline{Tasks: g.Len(), Edges: len(g.preds), ByTask: g.Len() <= limit}
	if o.ByTask {
		o.listTasks(g, states)
	} else {
		o.listOps(g, states, limit)
	}
	return o, nil
}

func (o *Outline) listTasks(g *Graph, states []State) {
	for t := range uint32(g.Len()) {
		n := OutlineNode{
			Key: g.Key(TaskID(t)), Piece: g.label(t), Site: g.ops[g.op(t)].Site, Tasks: 1, Result: g.kept(t), Begun: states[t] != lazyState,
		}
		if n.Begun {
			n.State = states[t]
		}
		if n.State == Finished {
			n.Finished = 1
		}
		seen := map[uint32]bool{}
		for _, q := range g.inputs(t) {
			if !seen[q] {
				seen[q] = true
				n.Inputs = append(n.Inputs, int(q))
			}
		}
		o.Nodes = append(o.Nodes, n)
	}
}

// leftOut is the node of operations that have none.
const leftOut = -1

func (o *Outline) listOps(g *Graph, states []State, limit int) {
	node := o.nodes(g, limit)
	tallies := make([]tally, len(o.Nodes))
	type edge struct{ from, to int }
	seen := map[edge]bool{}
	var last edge // most edges are between the nodes of the edge before
	for t := range uint32(g.Len()) {
		to := node[g.op(t)]
		if to == leftOut {
			continue
		}
		tallies[to].add(states[t])
		for _, q := range g.inputs(t) {
			e := edge{node[g.op(q)], to}
			if e == last || e.from == e.to || e.from == leftOut {
				continue
			}
			last = e
			if !seen[e] {
				seen[e] = true
				o.Nodes[to].Inputs = append(o.Nodes[to].Inputs, e.from)
			}
		}
	}
	for i, c := range tallies {
		n := &o.Nodes[i]
		n.Tasks, n.Finished = c.tasks, c.of[Finished]
		n.State, n.Begun = c.state()
	}
}

// nodes makes the nodes of operations, without what depends on their tasks, and returns the node of each operation.
func (o *Outline) nodes(g *Graph, limit int) (node []int) {
	node = make([]int, len(g.ops))
	for i := range node {
		node[i] = leftOut
	}
	known := make([]bool, len(g.ops))
	var order []uint32 // of the operations that have tasks, by their first
	for t := range uint32(g.Len()) {
		if op := g.op(t); !known[op] {
			known[op] = true
			order = append(order, op)
		}
	}
	type place struct {
		name string
		site site.Site
	}
	same := map[place]int{}
	for _, op := range order {
		at := place{g.ops[op].Name, g.ops[op].Site}
		if i, ok := same[at]; ok && len(order) > limit {
			node[op] = i
			continue
		}
		if len(o.Nodes) >= limit {
			same[at] = leftOut
			o.Left++
			continue
		}
		same[at], node[op] = len(o.Nodes), len(o.Nodes)
		o.Nodes = append(o.Nodes, OutlineNode{Key: at.name + "-" + strconv.Itoa(int(op)), Site: at.site})
	}
	return node
}

// tally counts tasks by where they stand.
type tally struct {
	tasks, lazy int
	of          [Cancelled + 1]int
}

func (c *tally) add(s State) {
	c.tasks++
	if s == lazyState {
		c.lazy++
	} else {
		c.of[s]++
	}
}

// state sums up: an error, if there is one, else what the least advanced task is at; running, if some have finished and
// some have not. Tasks that nobody has begun leave it open.
func (c *tally) state() (s State, begun bool) {
	switch {
	case c.lazy > 0:
		return 0, false
	case c.of[Failed] > 0:
		return Failed, true
	case c.of[Cancelled] > 0:
		return Cancelled, true
	case c.of[Finished] == c.tasks:
		return Finished, true
	case c.of[Finished]+c.of[Running] > 0:
		return Running, true
	}
	return Pending, true
}
