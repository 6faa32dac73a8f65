package array

import "github.com/gomagpie/magpie/sched"

// chunker is a node whose chunks are results of tasks of their own: reductions, persisted arrays. Expressions take
// them as inputs.
type chunker interface {
	// chunk adds the task whose result is chunk c, with all it needs, and returns it.
	chunk(p *sched.Plan, c int) (sched.TaskID, error)
}

// leaf is a value that exists in chunks, as part of an expression.
type leaf[T any] struct {
	st      *state
	v       *value[T]
	held    map[int]*view[T] // the chunks given to this evaluation
	last    *view[T]         // the one used last
	reg     register[T]
	views   []*view[T] // spare
	box     region     // the region of a chunk
	part    region     // the part of a tile in one chunk
	at      []int
	dst     []int
	strides []int
	spans   [][]span
}

// span is a run of positions of a region that lie in one chunk of an axis.
type span struct{ chunk, from, to int }

func newLeaf[T any](b *builder, v *value[T]) expr[T] {
	nd := len(v.shape)
	l := &leaf[T]{st: b.st, v: v, held: map[int]*view[T]{}, box: newRegion(nd), part: newRegion(nd),
		at: make([]int, nd), dst: make([]int, nd), strides: make([]int, nd), spans: make([][]span, nd)}
	b.st.leaves = true
	b.st.drops = append(b.st.drops, l.drop)
	return l
}

func (l *leaf[T]) drop() {
	for c, v := range l.held {
		v.data = nil
		l.views = append(l.views, v)
		delete(l.held, c)
	}
	l.last = nil
}

// visit takes or asks for the chunks that r touches, in row-major order: the same when the plan is made and when the
// task runs, which is how a task knows which input is which.
func (l *leaf[T]) visit(r *region) {
	switch l.st.phase {
	case lowering:
		l.chunks(r, func(c int) {
			if l.st.err != nil {
				return
			}
			id, err := l.v.chunk(l.st.plan, c)
			if err != nil {
				l.st.fail(err)
				return
			}
			l.st.ids = append(l.st.ids, id)
		})
	case binding:
		l.chunks(r, func(c int) {
			l.hold(c, l.st.in[0].([]T))
			l.st.in = l.st.in[1:]
		})
	}
}

func (l *leaf[T]) hold(c int, data []T) {
	var v *view[T]
	if n := len(l.views); n > 0 {
		v, l.views = l.views[n-1], l.views[:n-1]
	} else {
		nd := len(l.v.shape)
		v = &view[T]{origin: make([]int, nd), strides: make([]int, nd)}
	}
	l.v.grid.chunk(c, &l.box)
	v.data = data
	copy(v.origin, l.box.start)
	stridesInto(v.strides, l.box.shape)
	l.held[c] = v
}

// cut splits each axis of r at the chunks' boundaries.
func (l *leaf[T]) cut(r *region) (several bool) {
	for d := range l.spans {
		l.spans[d] = l.spans[d][:0]
		l.v.grid[d].visit(r.start[d], r.step[d], r.shape[d], func(c, from, to int) {
			l.spans[d] = append(l.spans[d], span{c, from, to})
		})
		several = several || len(l.spans[d]) > 1
	}
	return several
}

// chunks calls f for each chunk that r touches.
func (l *leaf[T]) chunks(r *region, f func(c int)) {
	l.cut(r)
	l.each(0, func() { f(l.v.grid.index(l.at)) })
}

// each calls f with l.at set to each combination of chunks of the spans, and l.dst to the number of the span.
func (l *leaf[T]) each(d int, f func()) {
	if d == len(l.spans) {
		f()
		return
	}
	for i, s := range l.spans[d] {
		l.at[d], l.dst[d] = s.chunk, i
		l.each(d+1, f)
	}
}

func (l *leaf[T]) tile(r *region) []T {
	if l.last != nil && l.within(r) {
		return l.from(l.last, r)
	}
	if !l.cut(r) {
		for d := range l.spans {
			l.at[d] = l.spans[d][0].chunk
		}
		c := l.v.grid.index(l.at)
		l.last = l.held[c]
		l.v.grid.chunk(c, &l.box)
		return l.from(l.last, r)
	}
	l.last = nil
	out := l.reg.get(r.size())
	strides := stridesInto(l.strides, r.shape)
	l.each(0, func() {
		off := 0
		for d, i := range l.dst {
			s := l.spans[d][i]
			l.part.start[d] = r.start[d] + s.from*r.step[d]
			l.part.step[d] = r.step[d]
			l.part.shape[d] = s.to - s.from
			off += s.from * strides[d]
		}
		l.held[l.v.grid.index(l.at)].gather(out[off:], strides, &l.part)
	})
	return out
}

// within reports whether r lies in the chunk used last, whose region is still in l.box.
func (l *leaf[T]) within(r *region) bool {
	for d, n := range l.box.shape {
		lo := r.start[d] - l.box.start[d]
		hi := lo + (r.shape[d]-1)*r.step[d]
		if lo < 0 || hi < 0 || lo >= n || hi >= n {
			return false
		}
	}
	return true
}

func (l *leaf[T]) from(v *view[T], r *region) []T {
	if t := v.whole(r); t != nil {
		return t
	}
	out := l.reg.get(r.size())
	v.gather(out, stridesInto(l.dst, r.shape), r)
	return out
}

// scratch is false: most tiles are parts of the chunks themselves.
func (l *leaf[T]) scratch() bool { return false }

func (l *leaf[T]) whole(r *region) []T {
	if l.cut(r) {
		return nil
	}
	for d := range l.spans {
		l.at[d] = l.spans[d][0].chunk
	}
	return l.held[l.v.grid.index(l.at)].whole(r)
}
