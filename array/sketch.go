package array

import (
	"fmt"

	"github.com/gomagpie/magpie/internal/outline"
)

// sketched is a value of any element type, as a sketch sees it.
type sketched interface {
	line() string
	operands() []sketched
	nesting() nesting
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

func sketch(v sketched) string { return outline.Text(v, sketched.line, sketched.operands) }

// written is the expression of a delayed value that was made of an array.
type written struct{ v sketched }

// Sketch is Array.Sketch.
func (w written) Sketch() string { return sketch(w.v) }

// Sketch returns the expression as it was written, an operation a line with its operands indented below it: what
// [sched.Explain] shows before the tasks, in at most 500 lines. Nothing is computed.
func (x *Array[T]) Sketch() string { return sketch(x.value()) }

// Sketch returns the expression as it was written; see [Array.Sketch].
func (m *Mask) Sketch() string { return sketch(m.value()) }
