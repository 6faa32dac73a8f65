package viz

import (
	"fmt"
	"io"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"

	"github.com/gomagpie/magpie/sched"
)

// maxDrawn is the largest number of boxes in a picture.
const maxDrawn = 200

// WriteDOT writes the graph of the values in Graphviz's language: task by task up to 200 tasks, else a node for each
// operation with its number of tasks. Operations of one name that were built on one line, as in a loop, are one node
// where there are more than 200, and the label of the whole says how many nodes were left out of what is still more.
// Nothing is computed.
//
// Inputs that are under way or over, futures and pieces of persisted collections, are filled with a colour for their
// state, which is also an attribute of the node. A persisted value given itself is drawn as the computation behind it,
// as long as that has not ended well: what has finished, what failed, what was not computed for that.
//
// An error is that of a value which cannot be computed, or of w.
func WriteDOT(w io.Writer, values ...sched.Lazy) error {
	o, err := sched.NewOutline(maxDrawn, values...)
	if err != nil {
		return err
	}
	d := &drawing{DirectedGraph: simple.NewDirectedGraph(), left: o.Left}
	for i := range o.Nodes {
		d.AddNode(drawn{int64(i), o.ByTask, &o.Nodes[i]})
	}
	for i, n := range o.Nodes {
		for _, from := range n.Inputs {
			d.SetEdge(d.NewEdge(d.Node(int64(from)), d.Node(int64(i))))
		}
	}
	text, err := dot.Marshal(d, "magpie", "", "  ")
	if err != nil {
		return fmt.Errorf("viz: write DOT: %w", err)
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// drawing is a graph with attributes for gonum's encoder.
type drawing struct {
	*simple.DirectedGraph
	left int
}

// DOTAttributers returns the attributes of the whole drawing.
func (d *drawing) DOTAttributers() (g, n, e encoding.Attributer) {
	whole := attributes{{Key: "rankdir", Value: "BT"}}
	if d.left > 0 {
		whole = append(whole, encoding.Attribute{Key: "label", Value: quoted(leftOut(d.left))})
	}
	return whole, attributes{{Key: "fontname", Value: "Helvetica"}}, attributes{}
}

// leftOut says that n nodes were left out.
func leftOut(n int) string { return fmt.Sprintf("%d more operations are not drawn", n) }

type attributes []encoding.Attribute

// Attributes returns a.
func (a attributes) Attributes() []encoding.Attribute { return a }

// drawn is a node of a drawing.
type drawn struct {
	id     int64
	byTask bool
	*sched.OutlineNode
}

var _ graph.Node = drawn{}

// ID returns the node's number.
func (n drawn) ID() int64 { return n.id }

// DOTID returns the node's name.
func (n drawn) DOTID() string { return quoted(n.Key) }

// Attributes returns the node's label, shape and the user's line.
func (n drawn) Attributes() []encoding.Attribute {
	shape := "box3d"
	switch {
	case n.byTask && n.Result:
		shape = "doubleoctagon"
	case n.byTask:
		shape = "box"
	}
	list := []encoding.Attribute{
		{Key: "label", Value: quoted(strings.Join(label(n.OutlineNode, n.byTask), "\n"))},
		{Key: "shape", Value: shape},
		{Key: "tooltip", Value: quoted(n.Site.String())},
	}
	if n.Begun {
		list = append(list, encoding.Attribute{Key: "state", Value: n.State.String()},
			encoding.Attribute{Key: "style", Value: "filled"}, encoding.Attribute{Key: "fillcolor", Value: quoted(fills[n.State])})
	}
	return list
}

// quoted is a string of Graphviz's language, in which a quote is escaped and nothing else.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// label returns the lines in a node.
func label(n *sched.OutlineNode, byTask bool) []string {
	switch {
	case byTask && n.Piece == "":
		return []string{n.Key}
	case byTask:
		return []string{n.Key, n.Piece}
	case n.Begun:
		return []string{n.Key, fmt.Sprintf("%d of %d finished", n.Finished, n.Tasks)}
	}
	return []string{n.Key, fmt.Sprintf("%d tasks", n.Tasks)}
}

// fills are the colours of states.
var fills = [...]string{
	sched.Pending: "#e3e3e3", sched.Running: "#ffe08a", sched.Finished: "#a8dba8", sched.Failed: "#f4a3a0", sched.Cancelled: "#c9b8d8",
	sched.Released: "#b9cbe0",
}
