package sched

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/gomagpie/magpie/internal/site"
)

// Sketcher is implemented by lazy values that can say what they are before they are lowered: the user's expression,
// a line for each operation.
type Sketcher interface{ Sketch() string }

// The bounds of Explain's text, beside what the values sketch.
const (
	maxOpsShown  = 500
	maxFromShown = 8
)

// Explain returns a text that says what computing the values would do: the expressions as written, where the values
// can tell, the tasks that remain after fusion and sharing, a line for each operation, of at most 500, and which
// results a memory limit cannot move to disk. Nothing is computed.
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
	ops := g.summary()
	for _, o := range ops[:min(len(ops), maxOpsShown)] {
		from := strings.Join(o.from[:min(len(o.from), maxFromShown)], ", ")
		if more := len(o.from) - maxFromShown; more > 0 {
			from += fmt.Sprintf(", … and %d more", more)
		}
		fmt.Fprintf(w, "  %s\t%d\t%s\t%s\n", o.name, o.tasks, from, o.site)
	}
	w.Flush()
	if more := len(ops) - maxOpsShown; more > 0 {
		fmt.Fprintf(&b, "  … and %d operations more\n", more)
	}
	if stay := g.unspillable(ops); len(stay) > 0 {
		fmt.Fprintf(&b, "cannot go to disk under a memory limit, having no codec: %s", strings.Join(stay[:min(len(stay), maxFromShown)], ", "))
		if more := len(stay) - maxFromShown; more > 0 {
			fmt.Fprintf(&b, ", … and %d more", more)
		}
		b.WriteString("\n")
	}
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
	site  site.Site
	tasks int
	from  []string // the operations that feed it
}

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
			o = &opSummary{op: op, name: name, site: g.ops[op].Site}
			byOp[op] = o
			list = append(list, o)
		}
		o.tasks++
		for _, q := range g.inputs(t) {
			from := g.op(q)
			if p := (pair{from, op}); !seen[p] {
				seen[p] = true
				o.from = append(o.from, g.ops[from].Name)
			}
		}
	}
	return list
}

// unspillable names the operations of ops whose results stay in memory until nobody needs them, whatever the limit.
// What costs little to compute again and needs no inputs is dropped instead, and what comes from outside is not the
// graph's.
func (g *Graph) unspillable(ops []*opSummary) (names []string) {
	seen := map[string]bool{}
	for _, o := range ops {
		if op := &g.ops[o.op]; o.op != g.extOp && op.Codec == nil && !(op.Cheap && len(o.from) == 0) && !seen[o.name] {
			seen[o.name] = true
			names = append(names, o.name)
		}
	}
	return names
}
