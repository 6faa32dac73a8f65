package bag

import (
	"fmt"

	"github.com/gomagpie/magpie/sched"
)

// nesting is how deep a pipeline is. Each stage calls the next for an element, and to plan a bag that is computed from
// the held partitions of another is to plan that first, so depth costs stack, of which a goroutine has a gigabyte and
// then the process ends. Bounding it where bags are built keeps passes as simple as they are: after maxFused stages a
// bag's partitions are held, as results of tasks that go when the next stages have read them, and a chain of millions
// of stages is some thousand passes.
type nesting struct {
	ops   int32 // stages between here and the nearest partitions that are held
	tasks int32 // bags with held partitions below one another
}

const (
	maxFused  = 512
	maxNested = 50_000 // some kilobytes of stack each while a plan is made
)

var errTooDeep = fmt.Errorf("%d bags whose partitions are held are made one from the other: Persist one of them", maxNested)

// nestingOf returns how deep a bag is that reads the bags from. restarts says that it reads their results and not them.
func nestingOf(restarts bool, from []upstream) nesting {
	var deep nesting
	for _, b := range from {
		d := b.nesting()
		deep.ops, deep.tasks = max(deep.ops, d.ops), max(deep.tasks, d.tasks)
	}
	if restarts {
		return nesting{0, deep.tasks + 1}
	}
	return nesting{deep.ops + 1, deep.tasks}
}

func (b *Bag[T]) nesting() nesting { return b.deep }

// bounded returns b, or what stands for b so that its depth is within bounds.
func (b *Bag[T]) bounded() *Bag[T] {
	if b.err != nil {
		return b
	}
	if b.deep.ops > maxFused {
		r := &root{stage: b.stage, parts: b.root.parts, label: b.root.label, needs: b.partition, width: one}
		b = held[T](r, extent{rows: b.size.rows}, b)
	}
	if b.deep.tasks > maxNested {
		return Fail[T](fmt.Errorf("bag: %s at %s: %w", b.stage.op, b.stage.at, errTooDeep))
	}
	return b
}

// partition returns the task that holds partition p, as the needs of a root that reads it.
func (b *Bag[T]) partition(plan *sched.Plan, p int) ([]sched.TaskID, error) {
	h, err := b.holder(plan)
	if err != nil {
		return nil, err
	}
	id, err := h.task(p)
	return []sched.TaskID{id}, err
}
