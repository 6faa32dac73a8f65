package viz_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

// graph is a value of a test's own tasks.
type graph func(p *sched.Plan) []sched.TaskID

// Lower implements sched.Lazy.
func (g graph) Lower(p *sched.Plan) ([]sched.TaskID, error) { return g(p), nil }

// written returns the values in Graphviz's language, and the numbers of nodes and edges.
func written(t *testing.T, values ...sched.Lazy) (text string, nodes, edges int) {
	t.Helper()
	var b strings.Builder
	if err := viz.WriteDOT(&b, values...); err != nil {
		t.Fatal(err)
	}
	text = b.String()
	return text, len(regexp.MustCompile(`(?m)^\s+label=|\[label=`).FindAllString(text, -1)), strings.Count(text, " -> ")
}

func TestWriteDOT(t *testing.T) {
	text, nodes, edges := written(t, graph(func(p *sched.Plan) []sched.TaskID {
		read := p.Op(sched.Op{Name: `read "a\b"`, Label: func(i int) string { return fmt.Sprint("chunk ", i) }})
		sum := p.Op(sched.Op{Name: "sum"})
		var in []sched.TaskID
		for i := range 10 {
			in = append(in, p.Add(read, i))
		}
		return []sched.TaskID{p.Add(sum, 0, append(in, in[3])...)} // one of them twice
	}))
	for _, want := range []string{
		"strict digraph magpie", `"read \"a\\b\"-0[9]" -> "sum-1[0]"`, `label="read \"a\\b\"-0[9]\nchunk 9"`, "shape=doubleoctagon",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if nodes != 11 || edges != 10 {
		t.Errorf("%d nodes and %d edges", nodes, edges)
	}
}

// chain is n tasks, each after the one before, of ops operations in turn, of which each has one of names.
func chain(n, ops int, name func(op int) string) graph {
	return func(p *sched.Plan) []sched.TaskID {
		for i := range ops {
			p.Op(sched.Op{Name: name(i)})
		}
		t := p.Add(0, 0)
		for i := 1; i < n; i++ {
			t = p.Add(sched.OpID(i%ops), i, t)
		}
		return []sched.TaskID{t}
	}
}

// However long a chain is, and of however many operations, the picture is small, and says what is not in it.
func TestLongChains(t *testing.T) {
	for _, c := range []struct {
		what         string
		value        graph
		nodes, edges int
		want         string
	}{
		{"one operation", chain(3_000_000, 1, func(int) string { return "inc" }), 1, 0, "3000000 tasks"},
		{"two in turn", chain(3_000_000, 2, func(op int) string { return fmt.Sprint("step", op) }), 2, 2, "1500000 tasks"},
		{"one in a loop", chain(300_000, 300_000, func(int) string { return "inc" }), 1, 0, "300000 tasks"},
		{"many", chain(300_000, 1000, func(op int) string { return fmt.Sprint("step", op) }), 200, 199, "800 more operations are not drawn"},
	} {
		text, nodes, edges := written(t, c.value)
		if !strings.Contains(text, c.want) || len(text) > 100_000 {
			t.Errorf("%s: no %q in %d bytes", c.what, c.want, len(text))
		}
		if strings.Contains(c.want, "not drawn") {
			nodes-- // the label of the whole
		}
		if nodes != c.nodes || edges != c.edges {
			t.Errorf("%s: %d nodes and %d edges, want %d and %d", c.what, nodes, edges, c.nodes, c.edges)
		}
		picture := picture(t, "chain", c.value)
		if n := strings.Count(picture, "<title>"); n != c.nodes || !strings.Contains(picture, c.want) {
			t.Errorf("%s: %d boxes, want %d and %q", c.what, n, c.nodes, c.want)
		}
	}
}
