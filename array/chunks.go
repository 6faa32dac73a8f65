package array

import (
	"errors"
	"fmt"
	"math"
)

// Option sets how a source is cut into chunks.
type Option func(*sourceOptions)

type sourceOptions struct{ chunks []int }

// Chunks sets the length of chunks: one number for every axis, or one for each axis. -1 takes a whole axis; a length
// beyond the axis is cut to it. Without this option chunks are chosen: see the package's page.
func Chunks(lengths ...int) Option {
	return func(o *sourceOptions) { o.chunks = lengths }
}

const (
	maxChunkBytes    = 16 << 20 // what automatic chunks aim at
	maxChunkElements = 4 << 20  // and at most, for small elements
	minChunkElements = 64 << 10 // below this a task costs as much as its work
	wantedChunks     = 64       // what keeps the cores of one machine busy to the end
)

// gridFor cuts shape as the options say. storage is the shape of the pieces in which the source keeps its elements,
// or nil.
func gridFor(shape, storage []int, elementBytes int, opts []Option) (grid, error) {
	var o sourceOptions
	for _, opt := range opts {
		if opt == nil {
			return nil, errNilOption
		}
		opt(&o)
	}
	if _, err := sizeOfShape(shape); err != nil {
		return nil, err
	}
	lengths := o.chunks
	switch {
	case lengths == nil:
		lengths = autoChunks(shape, storage, elementBytes)
	case len(lengths) == 1 && len(shape) > 0:
		lengths = make([]int, len(shape))
		for d := range lengths {
			lengths[d] = o.chunks[0]
		}
	case len(lengths) != len(shape):
		return nil, fmt.Errorf("%d chunk lengths for %d axes", len(lengths), len(shape))
	}
	g := make(grid, len(shape))
	for d, n := range shape {
		if lengths[d] == 0 || lengths[d] < -1 {
			return nil, fmt.Errorf("chunk length %d: want a positive one, or -1 for the whole axis", lengths[d])
		}
		g[d] = evenAxis(n, lengths[d])
	}
	if g.tooMany() {
		return nil, errors.New("more chunks than can be counted: use larger ones")
	}
	return g, nil
}

// tooMany reports whether the chunks do not fit a task's argument.
func (g grid) tooMany() bool {
	n := uint64(1)
	for d := range g {
		k := uint64(g[d].count())
		if n > math.MaxUint32/k {
			return true
		}
		n *= k
	}
	return false
}

// autoChunks chooses chunk lengths: multiples of the storage's own, grown from the last axis to the first until a
// chunk holds enough. Rows that lie together in storage then stay together.
func autoChunks(shape, storage []int, elementBytes int) []int {
	want := min(maxChunkElements, maxChunkBytes/max(elementBytes, 1))
	want = max(min(want, product(shape)/wantedChunks), min(want, minChunkElements))
	lengths := make([]int, len(shape))
	have := 1
	for d := range lengths {
		lengths[d] = 1
		if len(storage) == len(shape) && storage[d] > 0 {
			lengths[d] = storage[d]
		}
		lengths[d] = max(1, min(lengths[d], shape[d]))
		have *= lengths[d]
	}
	for d := len(shape) - 1; d >= 0; d-- {
		unit := lengths[d]
		rest := have / unit
		if rest*shape[d] <= want {
			lengths[d] = max(1, shape[d])
		} else {
			lengths[d] = unit * max(1, want/(rest*unit))
		}
		have = rest * lengths[d]
	}
	return lengths
}
