package hdf5io

import "context"

// readChunks reads a region chunk by chunk: the library hands over each overlapping chunk's stored bytes, and they
// are decoded here, each once, straight into place where the chunk is contiguous there and by rows where it is not.
func (f *File) readChunks(ctx context.Context, m *meta, dst []byte, start, shape []int) error {
	s := scratches.Get().(*scratch)
	defer s.recycle()
	b := newBox(m.chunk, start, shape)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.readChunk(ctx, m, dst, shape, b, s); err != nil {
			return &Error{Path: f.path, Dataset: m.name, Chunk: append([]int(nil), b.origin...), Err: err}
		}
		if !b.next() {
			return nil
		}
	}
}

// readChunk brings one chunk's part of the region into dst.
func (f *File) readChunk(ctx context.Context, m *meta, dst []byte, shape []int, b *box, s *scratch) error {
	var raw []byte
	var skipped uint32
	_, err := f.reads.Do(ctx, func() (n int, err error) {
		raw, skipped, err = f.store.chunk(m, b.origin, s.raw)
		return len(raw), err
	})
	if err != nil {
		return err
	}
	size := m.kind.Size()
	if raw == nil {
		fillRegion(dst, shape, b, m.fill)
		return nil
	}
	s.raw = raw
	n := elements(m.chunk) * size
	out, inPlace := b.slice(dst, shape, size)
	if !inPlace {
		// Refused here as in decode, because here is where the memory would be given.
		if n/maxExpansion > len(raw)+8 {
			return because(ErrCorrupt, "%d stored bytes cannot make a chunk of %d", len(raw), n)
		}
		out = sized(&s.whole, n)
	}
	if err := decode(out, raw, m.filters, skipped, s); err != nil {
		return err
	}
	if m.big != machineBig {
		swap(out, size)
	}
	if !inPlace {
		from := newRuns(b.chunk, b.inChunk, b.part, size)
		to := newRuns(shape, b.inRegion, b.part, size)
		for left := elements(b.part) * size; left > 0; {
			k := min(from.left(), to.left())
			copy(dst[to.offset():][:k], out[from.offset():][:k])
			from.advance(k)
			to.advance(k)
			left -= k
		}
	}
	return nil
}

// fillRegion writes the fill value where a chunk was never written.
func fillRegion(dst []byte, shape []int, b *box, fill []byte) {
	to := newRuns(shape, b.inRegion, b.part, len(fill))
	for left := elements(b.part) * len(fill); left > 0; {
		row := dst[to.offset():][:to.left()]
		for n := copy(row, fill); n < len(row); n *= 2 {
			copy(row[n:], row[:n])
		}
		left -= len(row)
		to.advance(len(row))
	}
}

// box walks the storage chunks that a region touches, in row-major order, and for each says which part of it the
// region has, seen from the dataset, the chunk and the region.
type box struct {
	chunk, start, shape []int
	origin              []int // the chunk's first element in the dataset
	inChunk, inRegion   []int // the part's first element in the chunk and in the region
	part                []int // the part's shape
}

// newBox expects a region of at least one element and stands at its first chunk.
func newBox(chunk, start, shape []int) *box {
	n := len(chunk)
	mem := make([]int, 4*n)
	b := &box{chunk, start, shape, mem[:n], mem[n : 2*n], mem[2*n : 3*n], mem[3*n:]}
	for d := range chunk {
		b.origin[d] = start[d] / chunk[d] * chunk[d]
		b.clip(d)
	}
	return b
}

func (b *box) clip(d int) {
	lo := max(b.origin[d], b.start[d])
	hi := b.start[d] + b.shape[d]
	// Written so that a chunk reaching past the largest int does not overflow.
	if b.chunk[d] < hi-b.origin[d] {
		hi = b.origin[d] + b.chunk[d]
	}
	b.inChunk[d], b.inRegion[d], b.part[d] = lo-b.origin[d], lo-b.start[d], hi-lo
}

// next moves to the next chunk, or reports false behind the last one.
func (b *box) next() bool {
	for d := len(b.chunk) - 1; d >= 0; d-- {
		if b.chunk[d] < b.start[d]+b.shape[d]-b.origin[d] {
			b.origin[d] += b.chunk[d]
			b.clip(d)
			return true
		}
		b.origin[d] = b.start[d] / b.chunk[d] * b.chunk[d]
		b.clip(d)
	}
	return false
}

// slice returns the part's place in dst if the region has the chunk whole and as one run.
func (b *box) slice(dst []byte, shape []int, size int) ([]byte, bool) {
	offset, n, outer := 0, size, true
	for d := range shape {
		if b.part[d] != b.chunk[d] {
			return nil, false
		}
		if !outer && b.part[d] != shape[d] {
			return nil, false
		}
		outer = outer && b.part[d] == 1
		offset = offset*shape[d] + b.inRegion[d]
		n *= b.part[d]
	}
	return dst[offset*size:][:n], true
}
