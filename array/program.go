package array

import (
	"sync"

	"github.com/gomagpie/magpie/sched"
)

// program is one fused expression, ready to run on any worker. It keeps evaluators that are not in use, with their
// registers and read buffers, for the next task, until the garbage collector wants the memory: a persisted array keeps
// its graph, and must not keep what its making needed.
type program[T any] struct {
	v    *value[T]
	idle sync.Pool
}

// machine is an evaluator of a program with all that it needs to run a chunk.
type machine[T any] struct {
	st    state
	root  expr[T]
	whole wholer[T] // root, where it can give a region without copying
	box   region
	block cursor
	tile  cursor
	limit int // elements in a tile that is written
}

// wholer is implemented by leaves that may be able to give a region as it lies in memory; nil if they cannot.
type wholer[T any] interface{ whole(r *region) []T }

// filler is implemented by leaves that can write a whole region to a place of the caller's with no step between.
type filler[T any] interface {
	fill(dst []T, r *region) bool
}

func newProgram[T any](v *value[T]) *program[T] { return &program[T]{v: v} }

// get returns an evaluator that nobody else uses.
func (p *program[T]) get() *machine[T] {
	if m, ok := p.idle.Get().(*machine[T]); ok {
		return m
	}
	return newMachine(p.v)
}

func (p *program[T]) put(m *machine[T]) {
	m.release()
	p.idle.Put(m)
}

const (
	registerBytes = 16 << 10  // a tile: registers of a few operands fit the first-level cache
	blockBytes    = 128 << 10 // what is read at a time from sources that are read in small pieces
	viewTile      = 64 << 10  // elements in a tile that nothing writes
	pollEvery     = 128       // calls of a function of the user's, which may take long, between looks at the context
)

func newMachine[T any](v *value[T]) *machine[T] {
	nd := len(v.shape)
	m := &machine[T]{box: newRegion(nd), block: newCursor(nd), tile: newCursor(nd)}
	b := &builder{st: &m.st, memo: map[exprKey]any{}, uses: map[exprKey]int{}, count: true}
	eval(b, v)
	m.st = state{}
	b = &builder{st: &m.st, scope: nil, memo: scopesOf(b.memo), uses: b.uses}
	m.root = eval(b, v)
	m.whole, _ = m.root.(wholer[T])
	m.limit = registerBytes / max(m.st.widest, 1)
	return m
}

// scopesOf keeps the scopes of a build, so that a second build finds the counts of the first.
func scopesOf(memo map[exprKey]any) map[exprKey]any {
	out := map[exprKey]any{}
	for k, e := range memo {
		if _, ok := e.(*scope); ok {
			out[k] = e
		}
	}
	return out
}

// needs adds, for chunk region r, the tasks whose results the evaluation takes as inputs.
func (m *machine[T]) needs(p *sched.Plan, r *region) ([]sched.TaskID, error) {
	m.st.ids = m.st.ids[:0]
	if !m.st.leaves || r.size() == 0 {
		return nil, nil
	}
	m.st.phase, m.st.plan, m.st.err, m.st.read = lowering, p, nil, 0
	m.st.tick++
	m.root.visit(r)
	m.st.plan = nil
	return m.st.ids, m.st.err
}

// bind gives the evaluation of region r its task and inputs.
func (m *machine[T]) bind(t *sched.Task, in []any, r *region) error {
	m.st.phase, m.st.task, m.st.ctx, m.st.in, m.st.err = binding, t, t.Context(), in, nil
	m.box.set(r)
	if m.st.leaves && r.size() > 0 {
		m.st.tick++
		m.root.visit(r)
	}
	return m.st.err
}

// run calls f with all tiles of the bound region in row-major order: the piece's region and its elements.
func (m *machine[T]) run(f func(r *region, tile []T) error) error {
	if m.box.size() == 0 {
		return nil
	}
	block, limit := viewTile, m.limit
	if m.st.loads {
		block = blockBytes / max(m.st.widest, 1)
	}
	if m.whole != nil && m.whole.whole(&m.box) != nil {
		limit = viewTile
	}
	m.block.reset(&m.box, block)
	for m.block.next() {
		if m.st.loads {
			m.st.phase = loading
			m.st.tick++
			m.root.visit(&m.block.cur)
		}
		for m.tile.reset(&m.block.cur, limit); m.st.err == nil && m.tile.next(); {
			if err := m.st.task.Err(); err != nil { // a nanosecond a tile
				return err
			}
			m.st.tick++
			tile := m.root.tile(&m.tile.cur)
			if m.st.err != nil {
				break
			}
			if err := f(&m.tile.cur, tile); err != nil {
				return err
			}
		}
		if m.st.err != nil {
			return m.st.err
		}
	}
	return nil
}

// release drops what the last task gave.
func (m *machine[T]) release() {
	for _, drop := range m.st.drops {
		drop()
	}
	m.st.task, m.st.ctx, m.st.in, m.st.err = nil, nil, nil, nil
}
