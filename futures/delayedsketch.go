package futures

import (
	"fmt"
	"strings"

	"github.com/gomagpie/magpie/sched"
)

// What a sketch shows at most: lines, and levels of indentation.
const (
	maxLines = 500
	maxDepth = 40
)

// Sketch returns the expression as it was written, a call a line with its inputs indented below it, and the pipelines
// of the collections that they come from: what [sched.Explain] shows before the tasks. Plain values are left out. A
// call, or a collection that calls reduce, is written once if it is used twice. Of a long expression the first 500 lines
// are shown, and how many there are more. Nothing is computed.
func (d *Delayed[T]) Sketch() string {
	if d == nil {
		return "nil\n"
	}
	var s sketch
	s.seen = map[any]bool{}
	s.write(d)
	return s.String()
}

func (d *Delayed[T]) origin() sched.Sketcher {
	if d.other == nil {
		return nil
	}
	return d.other.from
}

// sketch is a text under construction.
type sketch struct {
	strings.Builder
	seen  map[any]bool
	lines int
}

// print writes a line, unless there are enough.
func (s *sketch) print(depth int, text string) {
	if s.lines++; s.lines > maxLines {
		return
	}
	s.WriteString(strings.Repeat("  ", min(depth, maxDepth)))
	s.WriteString(text)
	s.WriteString("\n")
}

// line writes a line, and reports whether what it stands for is written for the first time.
func (s *sketch) line(id any, depth int, text string) (first bool) {
	first = !s.seen[id]
	if s.seen[id] = true; !first {
		text += " (as above)"
	}
	s.print(depth, text)
	return first
}

// write writes the expression below root, depth first.
func (s *sketch) write(root node) {
	type place struct {
		x     any // a node, or a handle
		depth int
	}
	stack := []place{{root, 0}}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n, ok := at.x.(node)
		if !ok {
			s.line(at.x, at.depth, at.x.(*handle).label())
			continue
		}
		text := ""
		if s.lines < maxLines {
			text = n.String()
		}
		if !s.line(n, at.depth, text) {
			continue
		}
		if from := n.origin(); from != nil {
			head, rest, _ := strings.Cut(strings.TrimRight(from.Sketch(), "\n"), "\n")
			if s.line(from, at.depth+1, head) && rest != "" {
				for line := range strings.SplitSeq(rest, "\n") {
					s.print(at.depth+1, line)
				}
			}
		}
		below := len(stack)
		for i := 0; n.input(i) != nil; i++ {
			x := n.input(i)
			if next := x.node(); next != nil {
				stack = append(stack, place{next, at.depth + 1})
			} else if h, ok := x.(*handle); ok {
				stack = append(stack, place{h, at.depth + 1})
			}
		}
		for i, j := below, len(stack)-1; i < j; i, j = i+1, j-1 {
			stack[i], stack[j] = stack[j], stack[i]
		}
	}
	if more := s.lines - maxLines; more > 0 {
		fmt.Fprintf(s, "… and %d more lines\n", more)
	}
}
