package outline

import (
	"fmt"
	"strings"
	"testing"
)

// text is the outline of a graph of numbers.
func text(below map[int][]int) string {
	return Text(0, func(n int) string { return fmt.Sprint("op ", n) }, func(n int) []int { return below[n] })
}

func TestText(t *testing.T) {
	got := text(map[int][]int{0: {1, 2}, 1: {3}, 2: {3, 1}, 3: {4}})
	want := "op 0\n  op 1\n    op 3\n      op 4\n  op 2\n    op 3 (as above)\n    op 1 (as above)\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// An expression of any depth, width and number of uses has a short text, which says how much is missing.
func TestTextIsBounded(t *testing.T) {
	const n = 100_000
	wide := make([]int, n)
	for i := range wide {
		wide[i] = i + 1
	}
	for name, below := range map[string]func(int) []int{
		"deep": func(i int) []int { return wide[i:min(i+1, n)] },
		"wide": func(i int) []int {
			if i == 0 {
				return wide
			}
			return nil
		},
		"diamonds": func(i int) []int { return wide[i:min(i+2, n)] },
	} {
		got := Text(0, func(i int) string { return fmt.Sprint(i) }, below)
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		if len(lines) != MaxLines+1 || len(got) > MaxLines*(2*maxIndent+20) {
			t.Errorf("%s: %d lines, %d bytes", name, len(lines), len(got))
		}
		// Every node is a line of its own or counted as left out.
		first := 0
		for _, l := range lines[:MaxLines] {
			if !strings.HasSuffix(l, "(as above)") {
				first++
			}
		}
		if want := fmt.Sprintf("… and %d operations more", n+1-first); lines[MaxLines] != want {
			t.Errorf("%s: %q, want %q", name, lines[MaxLines], want)
		}
	}
}
