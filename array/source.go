package array

import (
	"context"
	"fmt"
	"strings"

	"github.com/gomagpie/magpie/internal/site"
)

// Reader gives the elements of an array that lies elsewhere: in a file, behind a function.
//
// Read fills dst, row-major, with the region that begins at start and has the given shape; len(dst) is the number of
// its elements. It must not keep the slices. It is called by several goroutines at once, and ends with an error soon
// after ctx does.
type Reader[T Number] interface {
	Read(ctx context.Context, dst []T, start, shape []int) error
}

// Tiler is implemented by a [Reader] of which small regions can be read at no more cost than a chunk, as of a
// contiguous file. If Tiles returns true, computations that do not keep the elements read about 128 KB at a time,
// which stays in the cache, in place of whole chunks.
type Tiler interface{ Tiles() bool }

// Describer is implemented by a [Reader] that can say what it reads, for errors, as "data/random.hdf5::/x".
type Describer interface{ Describe() string }

// ChunkShaper is implemented by a [Reader] whose storage keeps its elements in pieces of one shape; automatic chunks
// are then multiples of it, so that no piece is read twice.
type ChunkShaper interface{ ChunkShape() []int }

// Scratcher is implemented by a [Reader] whose Read needs memory beside dst, as for chunks that it decompresses: so many
// bytes at most. A computation under a memory limit counts them for each task that reads.
type Scratcher interface{ Scratch() int64 }

// FromSlice returns an array of the elements of data, row-major. data is not copied: it must not change while the
// array is in use. len(data) must be the size of shape.
//
// Source: NumPy asarray and reshape; Dask from_array.
func FromSlice[T Number](data []T, shape []int, opts ...Option) *Array[T] {
	return wrap(fromSlice(data, shape, opts))
}

func fromSlice[T any](data []T, shape []int, opts []Option) *value[T] {
	g, err := gridFor(shape, nil, sizeOf[T](), opts)
	if err == nil && product(shape) != len(data) {
		err = fmt.Errorf("%d elements do not have shape %s", len(data), shapeString(shape))
	}
	if err != nil {
		return failed[T]("from slice", err)
	}
	v := &view[T]{data: data, origin: make([]int, len(shape)), strides: stridesOf(shape)}
	return newValue("from slice", g, &sliceNode[T]{v})
}

// sliceNode is elements in the user's memory.
type sliceNode[T any] struct{ view *view[T] }

func (n *sliceNode[T]) expr(*builder, *value[T]) expr[T] {
	return &viewExpr[T]{v: n.view, strides: make([]int, len(n.view.strides))}
}

// viewExpr is a part of an expression that lies in memory.
type viewExpr[T any] struct {
	v       *view[T]
	reg     register[T]
	strides []int
}

func (e *viewExpr[T]) visit(*region) {}

func (e *viewExpr[T]) tile(r *region) []T {
	if t := e.v.whole(r); t != nil {
		return t
	}
	out := e.reg.get(r.size())
	e.v.gather(out, stridesInto(e.strides, r.shape), r)
	return out
}

func (e *viewExpr[T]) scratch() bool       { return false }
func (e *viewExpr[T]) whole(r *region) []T { return e.v.whole(r) }

// FromReader returns the array of the given shape whose elements r gives. Nothing is read before a computation, and
// then only the regions that it needs; every computation reads anew, so [Array.Persist] an array that is used often
// and fits in memory.
//
// Source: Dask from_array.
func FromReader[T Number](r Reader[T], shape []int, opts ...Option) *Array[T] {
	if r == nil {
		return wrap(failed[T]("read", errNilReader))
	}
	var storage []int
	if s, ok := r.(ChunkShaper); ok {
		storage = s.ChunkShape()
	}
	g, err := gridFor(shape, storage, sizeOf[T](), opts)
	if err != nil {
		return wrap(failed[T]("read", err))
	}
	n := &readerNode[T]{r: r, site: site.User()}
	if t, ok := r.(Tiler); ok {
		n.tiles = t.Tiles()
	}
	return wrap(newValue("read", g, n))
}

type readerNode[T Number] struct {
	r     Reader[T]
	tiles bool
	site  site.Site
}

func (n *readerNode[T]) expr(b *builder, v *value[T]) expr[T] {
	b.st.leaves = true
	b.st.loads = b.st.loads || n.tiles
	nd := len(v.shape)
	e := &readExpr[T]{st: b.st, n: n, shape: make([]int, nd), strides: make([]int, nd)}
	e.view.origin, e.view.strides = make([]int, nd), make([]int, nd)
	return e
}

// readExpr is a part of an expression that is read: the region of the whole chunk at once, or block by block. A
// region with steps is read with what lies between.
type readExpr[T Number] struct {
	st      *state
	n       *readerNode[T]
	view    view[T] // what was read last
	mem     register[T]
	reg     register[T]
	shape   []int
	strides []int
}

func (e *readExpr[T]) visit(r *region) {
	if e.st.phase == lowering {
		if s, ok := e.n.r.(Scratcher); ok {
			e.st.read += s.Scratch()
		}
		if !e.n.tiles {
			e.bound(r)
			e.st.read += int64(product(e.shape)) * int64(sizeOf[T]())
		}
	}
	if e.st.err != nil || e.st.phase == lowering || (e.st.phase == loading) != e.n.tiles {
		return
	}
	e.bound(r)
	e.view.data = e.mem.get(product(e.shape))
	stridesInto(e.view.strides, e.shape)
	e.read(e.view.data)
}

// bound sets the view's origin and shape to the smallest box around r.
func (e *readExpr[T]) bound(r *region) {
	for d, n := range r.shape {
		first := r.start[d]
		last := first + (n-1)*r.step[d]
		e.view.origin[d] = min(first, last)
		e.shape[d] = max(first, last) - e.view.origin[d] + 1
	}
}

func (e *readExpr[T]) read(dst []T) {
	if err := e.n.r.Read(e.st.ctx, dst, e.view.origin, e.shape); err != nil {
		e.st.fail(e.n.wrap(err, e.view.origin, e.shape))
	}
}

// fill reads r to where the caller wants it. What is read by the chunk has been read, when the chunk was bound, and is
// only copied: to read it again took twice as long.
func (e *readExpr[T]) fill(dst []T, r *region) bool {
	for d, n := range r.shape {
		if n > 1 && r.step[d] != 1 {
			return false
		}
	}
	if !e.n.tiles {
		copy(dst, e.view.data)
		return true
	}
	e.bound(r)
	e.read(dst)
	return true
}

func (e *readExpr[T]) tile(r *region) []T {
	if t := e.view.whole(r); t != nil {
		return t
	}
	out := e.reg.get(r.size())
	e.view.gather(out, stridesInto(e.strides, r.shape), r)
	return out
}

// scratch is false although the memory is the evaluation's own: an operand that is broadcast is asked for the same
// elements again and again.
func (e *readExpr[T]) scratch() bool { return false }

// wrap says which region of what could not be read, and where the array was made.
func (n *readerNode[T]) wrap(err error, start, shape []int) error {
	what := "array"
	if d, ok := n.r.(Describer); ok {
		what = d.Describe()
	}
	return fmt.Errorf("array: read %s %s, opened at %s: %w", what, rangeString(start, shape), n.site, err)
}

// rangeString writes a region as Python slices it: [0:10, 3:4].
func rangeString(start, shape []int) string {
	parts := make([]string, len(start))
	for d := range start {
		parts[d] = fmt.Sprintf("%d:%d", start[d], start[d]+shape[d])
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
