package array

import (
	"fmt"
	"strings"
)

// sketched is a value of any element type, as a sketch sees it.
type sketched interface {
	line() string
	operands() []sketched
}

// parent is a node with operands that it evaluates. Sources have none.
type parent interface{ operands() []sketched }

func (v *value[T]) line() string {
	return fmt.Sprintf("%s %v in %d chunks, at %s", v.op, v.shape, v.numChunks(), v.site)
}

func (v *value[T]) operands() []sketched {
	if p, ok := v.node.(parent); ok {
		return p.operands()
	}
	return nil
}

func (n *unaryNode[T]) operands() []sketched      { return []sketched{n.x} }
func (n *convertNode[U, T]) operands() []sketched { return []sketched{n.x} }
func (n *broadcastNode[T]) operands() []sketched  { return []sketched{n.x} }
func (n *holdNode[T]) operands() []sketched       { return []sketched{n.x} }
func (n *sameNode[T]) operands() []sketched       { return []sketched{n.x} }
func (n *sliceOf[T]) operands() []sketched        { return []sketched{n.x} }
func (n *transposeNode[T]) operands() []sketched  { return []sketched{n.x} }
func (n *binaryNode[T]) operands() []sketched     { return []sketched{n.x, n.y} }
func (n *combineNode[U, T]) operands() []sketched { return []sketched{n.x, n.y} }
func (n *whereNode[T]) operands() []sketched      { return []sketched{n.m, n.x, n.y} }
func (n *reduceNode[T, A, R]) operands() []sketched {
	return []sketched{n.x}
}
func (n *concatNode[T]) operands() (all []sketched) {
	for _, x := range n.xs {
		all = append(all, x)
	}
	return all
}

// sketch writes the expression below v, an operation a line, operands indented under it. A part that is used twice is
// written once.
func sketch(v sketched) string {
	var b strings.Builder
	seen := map[sketched]bool{}
	var write func(v sketched, depth int)
	write = func(v sketched, depth int) {
		b.WriteString(strings.Repeat("  ", depth))
		b.WriteString(v.line())
		if seen[v] {
			b.WriteString(" (as above)\n")
			return
		}
		seen[v] = true
		b.WriteString("\n")
		for _, x := range v.operands() {
			write(x, depth+1)
		}
	}
	write(v, 0)
	return b.String()
}

// written is the expression of a delayed value that was made of an array.
type written struct{ v sketched }

// Sketch is Array.Sketch.
func (w written) Sketch() string { return sketch(w.v) }

// Sketch returns the expression as it was written, an operation a line with its operands indented below it: what
// [sched.Explain] shows before the tasks. Nothing is computed.
func (x *Array[T]) Sketch() string { return sketch(x.v) }

// Sketch returns the expression as it was written; see [Array.Sketch].
func (m *Mask) Sketch() string { return sketch(m.v) }
