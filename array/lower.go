package array

import (
	"fmt"

	"github.com/gomagpie/magpie/internal/buf"
	"github.com/gomagpie/magpie/sched"
)

// Lower adds the tasks that compute all chunks.
func (v *value[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	if v.err != nil {
		return nil, v.err
	}
	if v.grid.tooMany() {
		return nil, fmt.Errorf("array: %s at %s: more chunks than a plan can hold: use larger ones", v.op, v.site)
	}
	ids := make([]sched.TaskID, v.grid.count())
	for c := range ids {
		var err error
		if ids[c], err = v.chunk(p, c); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// chunk adds the task whose result is chunk c as a []T, once a plan.
func (v *value[T]) chunk(p *sched.Plan, c int) (sched.TaskID, error) {
	if n, ok := v.node.(chunker); ok {
		return n.chunk(p, c)
	}
	f, err := sched.Share(p, v, func() (*fused, error) { return lowerFused(p, v), nil })
	if err != nil {
		return 0, err
	}
	return f.task(p, c)
}

// fused is the tasks of one operation in a plan, one a chunk of what it goes over.
type fused struct {
	op    sched.OpID
	made  map[int]sched.TaskID
	needs func(p *sched.Plan, c int) ([]sched.TaskID, error)
}

// task returns the task for chunk c, adding it after its inputs if it is not there yet.
func (f *fused) task(p *sched.Plan, c int) (sched.TaskID, error) {
	if id, ok := f.made[c]; ok {
		return id, nil
	}
	in, err := f.needs(p, c)
	if err != nil {
		return 0, err
	}
	id := p.Add(f.op, c, in...)
	f.made[c] = id
	return id, nil
}

// newFused makes the tasks of an operation that evaluates v chunk by chunk and does run with each.
func newFused[T any](p *sched.Plan, v *value[T], op sched.Op, run func(t *sched.Task, m *machine[T]) (any, error)) *fused {
	prog := newProgram(v)
	op.Label = v.grid.label
	op.Run = func(t *sched.Task, in []any) (any, error) {
		m := prog.get()
		defer prog.put(m)
		r := newRegion(len(v.grid))
		v.grid.chunk(t.Arg(), &r)
		if err := m.bind(t, in, &r); err != nil {
			return nil, err
		}
		return run(t, m)
	}
	read := int64(0) // the most that is read whole for one chunk
	op.Scratch = func(int) int64 { return read }
	return &fused{op: p.Op(op), made: map[int]sched.TaskID{}, needs: func(p *sched.Plan, c int) ([]sched.TaskID, error) {
		// An evaluator plans, and is there for the first task: it is not made twice, nor kept while others are planned.
		m := prog.get()
		defer prog.put(m)
		v.grid.chunk(c, &m.box)
		in, err := m.needs(p, &m.box)
		read = max(read, m.st.read)
		return in, err
	}}
}

// lowerFused makes the tasks whose results are the chunks of v.
func lowerFused[T any](p *sched.Plan, v *value[T]) *fused {
	op := sched.Op{Name: v.op, Site: v.site, Codec: codec[T]{}, Bytes: v.chunkBytes}
	return newFused(p, v, op, func(t *sched.Task, m *machine[T]) (any, error) {
		return m.chunk()
	})
}

func (v *value[T]) chunkBytes(c int) int64 { return int64(v.grid.elements(c)) * int64(sizeOf[T]()) }

// chunk evaluates the bound region into memory of its own, or returns it as it lies in memory.
func (m *machine[T]) chunk() (any, error) {
	if m.whole != nil && m.box.size() > 0 {
		if t := m.whole.whole(&m.box); t != nil {
			return t, nil
		}
	}
	out := buf.Make[T](m.box.size())
	return out, m.store(out)
}

// store evaluates the bound region to dst.
func (m *machine[T]) store(dst []T) error {
	if f, ok := m.root.(filler[T]); ok && len(dst) > 0 && f.fill(dst, &m.box) {
		return m.st.err
	}
	at := 0
	return m.run(func(_ *region, tile []T) error {
		at += copy(dst[at:], tile)
		return nil
	})
}
