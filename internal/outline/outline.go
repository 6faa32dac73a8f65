// Package outline writes an expression as text: an operation a line, with what it is made of indented below it.
package outline

import (
	"fmt"
	"strings"
)

// MaxLines is how many lines a text has at most, beside the one that says how many were left out: more than anybody
// reads, and little enough for an expression of millions of operations.
const MaxLines = 500

// maxIndent is the depth from which lines are not indented further.
const maxIndent = 40

// Text returns the outline of the expression at root: line describes a node, and below lists what it is made of. A node
// that is used twice is written once, and its second line says so. Nodes are compared with ==.
//
// The walk keeps its place on the heap and not on the stack, so that an expression of any depth can be written.
func Text[N comparable](root N, line func(N) string, below func(N) []N) string {
	var b strings.Builder
	type place struct {
		node  N
		depth int
	}
	left := []place{{root, 0}}
	seen := map[N]bool{}
	lines, more := 0, 0
	for len(left) > 0 {
		at := left[len(left)-1]
		left = left[:len(left)-1]
		again := seen[at.node]
		if lines < MaxLines {
			lines++
			b.WriteString(strings.Repeat("  ", min(at.depth, maxIndent)))
			b.WriteString(line(at.node))
			if again {
				b.WriteString(" (as above)")
			}
			b.WriteString("\n")
		} else if !again {
			more++
		}
		if again {
			continue
		}
		seen[at.node] = true
		under := below(at.node)
		for i := len(under) - 1; i >= 0; i-- {
			left = append(left, place{under[i], at.depth + 1})
		}
	}
	if more > 0 {
		fmt.Fprintf(&b, "… and %d operations more\n", more)
	}
	return b.String()
}
