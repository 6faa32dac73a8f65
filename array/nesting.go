package array

import "fmt"

// nesting is how deep an expression is. Evaluators call those of their operands, and lowering a value that exists in
// chunks lowers those it is made from, so depth costs stack, of which a goroutine has a gigabyte and then the process
// ends. Bounding it where expressions are built keeps both as simple as they are: an expression is evaluated in pieces
// of at most maxFused operations, whose chunks are held from one to the next, and a chain of millions of operations
// is some thousand pieces. To evaluate without recursion at all was not worth it: the tiles of the first operations
// would have left the cache long before the last ones.
type nesting struct {
	ops   int32 // operations between here and the nearest values that exist in chunks
	tasks int32 // such values below one another
}

const (
	maxFused  = 512
	maxNested = 50_000 // some kilobytes of stack each while a plan is made
)

var errTooDeep = fmt.Errorf("%d values that exist in chunks are made one from the other: Persist one of them", maxNested)

// nestingOf returns how deep the value of node n is.
func nestingOf(n any) nesting {
	var deep nesting
	if p, ok := n.(parent); ok {
		for _, x := range p.operands() {
			d := x.nesting()
			deep.ops, deep.tasks = max(deep.ops, d.ops), max(deep.tasks, d.tasks)
		}
	}
	if _, ok := n.(chunker); ok {
		return nesting{0, deep.tasks + 1}
	}
	return nesting{deep.ops + 1, deep.tasks}
}

func (v *value[T]) nesting() nesting { return v.deep }
