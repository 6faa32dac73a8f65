package sched

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"
)

// maxDrawn is the largest graph that WriteDOT draws task by task.
const maxDrawn = 200

// WriteDOT writes the graph of the values in Graphviz's language: task by task up to 200 tasks, else a node for each
// operation with its number of tasks. Nothing is computed.
//
// Inputs that are under way or over, futures and pieces of persisted collections, are filled with a colour for their
// state, which is also an attribute of the node. A persisted value given itself is drawn as the computation behind it,
// as long as that has not ended well: what has finished, what failed, what was not computed for that.
func WriteDOT(w io.Writer, values ...Lazy) error {
	g, err := lowered(values)
	if err != nil {
		return err
	}
	g, states := g.standing()
	d := &drawing{DirectedGraph: simple.NewDirectedGraph()}
	if g.Len() <= maxDrawn {
		for t := range uint32(g.Len()) {
			shape := "box"
			if g.kept(t) {
				shape = "doubleoctagon"
			}
			n := drawn{id: int64(t), key: g.Key(TaskID(t)), label: g.label(t), site: g.ops[g.op(t)].Site.String(), shape: shape}
			if s := states[t]; s != lazyState {
				n.state = s.String()
			}
			d.AddNode(n)
		}
		for t := range uint32(g.Len()) {
			for _, q := range g.inputs(t) {
				if !d.HasEdgeFromTo(int64(q), int64(t)) {
					d.SetEdge(d.NewEdge(d.Node(int64(q)), d.Node(int64(t))))
				}
			}
		}
	} else {
		sum := g.summary()
		for _, o := range sum {
			n := drawn{id: int64(o.op), key: o.key(), label: fmt.Sprintf("%d tasks", o.tasks), site: o.site, shape: "box3d"}
			if state, finished := g.stateOf(o.op, states); state != lazyState {
				n.state = state.String()
				n.label = fmt.Sprintf("%d of %d finished", finished, o.tasks)
			}
			d.AddNode(n)
		}
		for _, o := range sum {
			for _, from := range o.feeds {
				if from != o.op {
					d.SetEdge(d.NewEdge(d.Node(int64(from)), d.Node(int64(o.op))))
				}
			}
		}
	}
	text, err := dot.Marshal(d, "magpie", "", "  ")
	if err != nil {
		return fmt.Errorf("sched: write DOT: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// drawing is a graph with attributes for gonum's encoder.
type drawing struct{ *simple.DirectedGraph }

// DOTAttributers returns the attributes of the whole drawing.
func (drawing) DOTAttributers() (g, n, e encoding.Attributer) {
	return attributes{{Key: "rankdir", Value: "BT"}}, attributes{{Key: "fontname", Value: "Helvetica"}}, attributes{}
}

type attributes []encoding.Attribute

// Attributes returns a.
func (a attributes) Attributes() []encoding.Attribute { return a }

// drawn is a node of a drawing.
type drawn struct {
	id               int64
	key, label, site string
	shape            string
	state            string // or ""
}

// fills are the colours of states.
var fills = map[string]string{
	"pending": "#e3e3e3", "running": "#ffe08a", "finished": "#a8dba8", "error": "#f4a3a0", "cancelled": "#c9b8d8",
}

var _ graph.Node = drawn{}

// ID returns the node's number.
func (n drawn) ID() int64 { return n.id }

// DOTID returns the node's name.
func (n drawn) DOTID() string { return fmt.Sprintf("%q", n.key) }

// Attributes returns the node's label, shape and the user's line.
func (n drawn) Attributes() []encoding.Attribute {
	label := n.key
	if n.label != "" {
		label += `\n` + n.label
	}
	list := []encoding.Attribute{
		{Key: "label", Value: `"` + strings.ReplaceAll(label, `"`, `\"`) + `"`},
		{Key: "shape", Value: n.shape},
		{Key: "tooltip", Value: fmt.Sprintf("%q", n.site)},
	}
	if n.state != "" {
		list = append(list, encoding.Attribute{Key: "state", Value: n.state},
			encoding.Attribute{Key: "style", Value: "filled"}, encoding.Attribute{Key: "fillcolor", Value: `"` + fills[n.state] + `"`})
	}
	return list
}
