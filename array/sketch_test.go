package array_test

import (
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// Explain shows the expression as written and what is left of it: five operations in two fused reductions.
func TestExplain(t *testing.T) {
	x := array.Arange[float64](0, 1000, 1, array.Chunks(100))
	text := sched.Explain(x.Sub(x.Mean()).Square().Sum())
	want := []string{"as written:", "  sum [] in 1 chunks, at sketch_test.go:14\n", "    square [1000] in 10 chunks", "      subtract", "(as above)", "as run: "}
	at := 0
	for _, w := range want {
		i := strings.Index(text[at:], w)
		if i < 0 {
			t.Fatalf("%q is missing, or not in its place, in\n%s", w, text)
		}
		at += i
	}
	if _, run, _ := strings.Cut(text, "as run: "); strings.Contains(run, "square") {
		t.Errorf("square is not fused into the sum:\n%s", text)
	}
}
