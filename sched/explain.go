package sched

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/simple"
)

// Sketcher is implemented by lazy values that can say what they are before they are lowered: the user's expression,
// a line for each operation.
type Sketcher interface{ Sketch() string }

// Explain returns a text that says what computing the values would do: the expressions as written, where the values
// can tell, and the tasks that remain after fusion and sharing, a line for each operation. Nothing is computed.
func Explain(values ...Lazy) string {
	var b strings.Builder
	for _, v := range values {
		if s, ok := v.(Sketcher); ok {
			fmt.Fprintf(&b, "as written:\n%s\n", indent(s.Sketch()))
		}
	}
	g, err := lowered(values)
	if err != nil {
		fmt.Fprintf(&b, "cannot be computed: %v\n", err)
		return b.String()
	}
	fmt.Fprintf(&b, "as run: %d tasks, %d edges, %d roots", g.Len(), len(g.preds), len(g.roots))
	if peak := g.sequentialPeak(); peak > 0 {
		fmt.Fprintf(&b, ", at least %d bytes held at once", peak)
	}
	b.WriteString("\n")
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "  op\ttasks\tinputs\tbuilt at")
	for _, o := range g.summary() {
		fmt.Fprintf(w, "  %s\t%d\t%s\t%s\n", o.name, o.tasks, strings.Join(o.from, ", "), o.site)
	}
	w.Flush()
	return b.String()
}

func indent(s string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n  ")
}

// lowered returns the graph of the values.
func lowered(values []Lazy) (*Graph, error) {
	p := NewPlan()
	for _, v := range values {
		ids, err := v.Lower(p)
		if err != nil {
			return nil, err
		}
		p.Keep(ids...)
	}
	return p.Graph()
}

// opSummary is one operation of a graph.
type opSummary struct {
	op    uint32
	name  string
	site  string
	tasks int
	from  []string // the operations that feed it
	feeds []uint32
}

func (o *opSummary) key() string { return fmt.Sprintf("%s-%d", o.name, o.op) }

// summary lists the operations that have tasks, in the order of their first task.
func (g *Graph) summary() []*opSummary {
	byOp := map[uint32]*opSummary{}
	var list []*opSummary
	type pair struct{ from, to uint32 }
	seen := map[pair]bool{}
	for t := range uint32(g.Len()) {
		op := g.op(t)
		o := byOp[op]
		if o == nil {
			name := g.ops[op].Name
			o = &opSummary{op: op, name: name, site: g.ops[op].Site.String()}
			byOp[op] = o
			list = append(list, o)
		}
		o.tasks++
		for _, q := range g.inputs(t) {
			from := g.op(q)
			if p := (pair{from, op}); !seen[p] {
				seen[p] = true
				o.from = append(o.from, g.ops[from].Name)
				o.feeds = append(o.feeds, from)
			}
		}
	}
	return list
}

// maxDrawn is the largest graph that WriteDOT draws task by task.
const maxDrawn = 200

// WriteDOT writes the graph of the values in Graphviz's language: task by task up to 200 tasks, else a node for each
// operation with its number of tasks. Nothing is computed.
func WriteDOT(w io.Writer, values ...Lazy) error {
	g, err := lowered(values)
	if err != nil {
		return err
	}
	d := &drawing{DirectedGraph: simple.NewDirectedGraph()}
	if g.Len() <= maxDrawn {
		for t := range uint32(g.Len()) {
			shape := "box"
			if g.kept(t) {
				shape = "doubleoctagon"
			}
			d.AddNode(drawn{int64(t), g.Key(TaskID(t)), g.label(t), g.ops[g.op(t)].Site.String(), shape})
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
			d.AddNode(drawn{int64(o.op), o.key(), fmt.Sprintf("%d tasks", o.tasks), o.site, "box3d"})
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
	return []encoding.Attribute{
		{Key: "label", Value: `"` + strings.ReplaceAll(label, `"`, `\"`) + `"`},
		{Key: "shape", Value: n.shape},
		{Key: "tooltip", Value: fmt.Sprintf("%q", n.site)},
	}
}
