package array

import (
	"slices"

	"github.com/gomagpie/magpie/internal/pack"
	"github.com/gomagpie/magpie/sched"
)

// reducer is one reduction: of elements T to results R by way of accumulators A. Its functions take whole stretches,
// so that the types are erased once a tile.
type reducer[T, A, R any] struct {
	name string
	// empty sets accumulators to the reduction of nothing; nil: the zero A is it.
	empty func(dst []A)
	// tile reduces the middle axis of a block of shape (outer, n, inner). It adds to dst, or sets it where sets says
	// so. base is the index of the block's first element on the reduced axis, for reductions that are indexed.
	tile func(dst []A, a []T, outer, n, inner, base int)
	sets bool
	// merge adds src to dst.
	merge func(dst, src []A)
	// final turns accumulators into results.
	final func(dst []R, src []A) error
	// flat: indices count elements of the whole array, not of one axis.
	flat bool
}

// fanIn is how many partial results are merged at once. The tree's shape follows from the number of chunks alone.
const fanIn = 8

// reduceNode is a reduction of x: one partial result a chunk, merged in a tree.
type reduceNode[T, A, R any] struct {
	x       *value[T]
	red     *reducer[T, A, R]
	reduced []bool // by axis of x
	out     *value[R]
	keep    bool
}

// reduce returns the reduction of x over the axes that opts name.
func reduce[T, A, R any](x *value[T], o *reduceOptions, red *reducer[T, A, R]) *value[R] {
	n := &reduceNode[T, A, R]{x: x, red: red, reduced: o.reduced, keep: o.keep}
	g := grid{}
	for d := range x.grid {
		switch {
		case !o.reduced[d]:
			g = append(g, x.grid[d])
		case o.keep:
			g = append(g, evenAxis(1, 1))
		}
	}
	n.out = newValue[R](red.name, g, n)
	return n.out
}

func (n *reduceNode[T, A, R]) expr(b *builder, v *value[R]) expr[R] { return newLeaf(b, v) }

// lowered is the reduction in one plan.
type lowered struct {
	partial        *fused
	combine, final sched.OpID
	made           map[int]sched.TaskID
}

func (n *reduceNode[T, A, R]) lower(p *sched.Plan) (*lowered, error) {
	v := n.out
	op := sched.Op{Name: v.op, Site: v.site}
	// Partial results are as many as the chunk of the result has elements. Single numbers are not worth booking.
	if most := int64(v.grid.elements(0)) * int64(sizeOf[A]()); most >= 4<<10 && pack.Of[A]().Flat() {
		op.Bytes, op.Codec = func(int) int64 { return most }, codec[A]{}
	}
	l := &lowered{made: map[int]sched.TaskID{}}
	l.partial = newFused(p, n.x, op, func(t *sched.Task, m *machine[T]) (any, error) {
		return n.partial(m)
	})
	op.Name = v.op + "-combine"
	op.Run = func(_ *sched.Task, in []any) (any, error) {
		acc := slices.Clone(in[0].([]A))
		for _, part := range in[1:] {
			n.red.merge(acc, part.([]A))
		}
		return acc, nil
	}
	l.combine = p.Op(op)
	op.Name = v.op + "-final"
	op.Label, op.Bytes, op.Codec = v.grid.label, v.chunkBytes, codec[R]{}
	op.Run = func(_ *sched.Task, in []any) (any, error) {
		acc := in[0].([]A)
		if len(in) > 1 {
			acc = slices.Clone(acc)
		}
		for _, part := range in[1:] {
			n.red.merge(acc, part.([]A))
		}
		out := make([]R, len(acc))
		return out, n.red.final(out, acc)
	}
	l.final = p.Op(op)
	return l, nil
}

// chunk adds the tasks of chunk c of the result: the chunks of x that it reduces are merged in row-major order.
func (n *reduceNode[T, A, R]) chunk(p *sched.Plan, c int) (sched.TaskID, error) {
	l, err := sched.Share(p, n, func() (*lowered, error) { return n.lower(p) })
	if err != nil {
		return 0, err
	}
	if id, ok := l.made[c]; ok {
		return id, nil
	}
	at := make([]int, len(n.x.grid))
	n.place(c, at)
	count := 1
	for d, r := range n.reduced {
		if r {
			count *= n.x.grid[d].count()
		}
	}
	part := func(k int) (sched.TaskID, error) {
		for d := len(at) - 1; d >= 0; d-- {
			if n.reduced[d] {
				m := n.x.grid[d].count()
				at[d] = k % m
				k /= m
			}
		}
		return l.partial.task(p, n.x.grid.index(at))
	}
	in, err := mergeTree(p, l.combine, 0, count, part)
	if err != nil {
		return 0, err
	}
	id := p.Add(l.final, c, in...)
	l.made[c] = id
	return id, nil
}

// place sets the kept axes of at to the place of result chunk c among the chunks of x.
func (n *reduceNode[T, A, R]) place(c int, at []int) {
	out := make([]int, len(n.out.grid))
	n.out.grid.coords(c, out)
	k := 0
	for d, r := range n.reduced {
		if !r {
			at[d] = out[k]
		}
		if !r || n.keep {
			k++
		}
	}
}

// mergeTree adds the partial results lo to hi and returns at most fanIn tasks that hold them merged. Each subtree is
// complete before the next one begins, so a computation holds a few partial results for each level.
func mergeTree(p *sched.Plan, combine sched.OpID, lo, hi int, part func(k int) (sched.TaskID, error)) ([]sched.TaskID, error) {
	step := 1
	for (hi-lo+step-1)/step > fanIn {
		step *= fanIn
	}
	var ids []sched.TaskID
	for ; lo < hi; lo += step {
		if step == 1 {
			id, err := part(lo)
			if err != nil {
				return nil, err
			}
			ids = append(ids, id)
			continue
		}
		in, err := mergeTree(p, combine, lo, min(lo+step, hi), part)
		if err != nil {
			return nil, err
		}
		if len(in) == 1 {
			ids = append(ids, in[0])
			continue
		}
		ids = append(ids, p.Add(combine, lo, in...))
	}
	return ids, nil
}
