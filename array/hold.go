package array

import "github.com/gomagpie/magpie/sched"

// hold returns v as a value whose chunks are results of tasks of their own: computed once, and kept in memory until
// the last part of the computation that needs them.
func hold[T any](v *value[T]) *value[T] {
	n := &holdNode[T]{v}
	return &value[T]{op: v.op, site: v.site, shape: v.shape, grid: v.grid, node: n, deep: nestingOf(n)}
}

type holdNode[T any] struct{ x *value[T] }

func (n *holdNode[T]) chunk(p *sched.Plan, c int) (sched.TaskID, error) { return n.x.chunk(p, c) }

func (n *holdNode[T]) expr(b *builder, v *value[T]) expr[T] { return newLeaf(b, v) }
