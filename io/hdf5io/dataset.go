package hdf5io

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gomagpie/magpie/array"
)

// Dataset returns a dataset as a lazy array of T. The leading slash of the name may be left out.
//
// T is the stored type, or one that holds all its values exactly: int8 reads as int64 or float32, float32 as
// float64, a boolean as uint8 (0 or 1), a half float as float32. Any other T is an error that names those that
// work. Byte order does not matter. A scalar dataset is an array of shape [].
//
// Only the description is read now. Values are read chunk by chunk when the array is computed, on the workers,
// and anew by each computation; Persist keeps them. f must stay open until the last one.
//
// The array's chunks follow the options; automatic ones are made of whole storage chunks. Chunks that cut
// through compressed storage chunks decompress those more than once.
//
// Elements never written have the dataset's fill value.
//
// Errors: ErrNoDataset, ErrIsGroup, ErrType, ErrNoElements, ErrFilter, ErrTruncated, ErrCorrupt, ErrClosed, all in
// an *Error. Damage inside the values shows only when they are read.
func Dataset[T array.Number](f *File, name string, opts ...array.Option) (*array.Array[T], error) {
	r, err := newReader[T](f, name)
	if err != nil {
		return nil, err
	}
	a := array.FromReader(r, r.m.shape, opts...)
	return a, a.Err()
}

func newReader[T array.Number](f *File, name string) (*reader[T], error) {
	name = absolute(name)
	m, err := f.dataset(name)
	if err == nil && !m.kind.fits(kindOf[T]()) {
		err = mismatch(m, kindOf[T]())
	}
	if err != nil {
		return nil, f.fail(name, err)
	}
	return &reader[T]{f, m}, nil
}

// mismatch says what is stored and what to write instead.
func mismatch(m *meta, asked Kind) error {
	fits := m.kind.reads()
	names := make([]string, len(fits))
	for i, k := range fits {
		names[i] = "Dataset[" + k.String() + "]"
	}
	return because(errMismatch, "%s does not hold every %s; use %s", asked, m.typeName(), strings.Join(names, " or "))
}

// errMismatch is an ErrType in other words.
var errMismatch = &mismatchError{}

type mismatchError struct{}

func (*mismatchError) Error() string        { return "the element type does not match" }
func (*mismatchError) Is(target error) bool { return target == ErrType }

// reader is a dataset as package array wants it.
type reader[T array.Number] struct {
	f *File
	m *meta
}

// Read fills dst with a region in row-major order.
func (r *reader[T]) Read(ctx context.Context, dst []T, start, shape []int) error {
	err := r.f.read(ctx, r.m, tail(dst, r.m.kind), start, shape)
	if err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return err
		}
		return r.f.fail(r.m.name, err)
	}
	widen(dst, r.m.kind)
	return nil
}

// Tiles is true for contiguous data, of which any piece costs what its bytes cost.
func (r *reader[T]) Tiles() bool { return r.m.pread() }

// Describe returns "data/x.hdf5::/x", as the command line has it.
func (r *reader[T]) Describe() string { return r.f.path + "::" + r.m.name }

// ChunkShape returns the storage chunks' shape, nil if there are none.
func (r *reader[T]) ChunkShape() []int { return slices.Clone(r.m.chunk) }

// Scratch is what decoding takes beside the elements: a chunk as it is stored, one decoded that is cut, and what lies
// between two filters.
func (r *reader[T]) Scratch() int64 {
	if r.m.chunk == nil {
		return blockBytes
	}
	n := int64(elements(r.m.chunk)) * int64(r.m.kind.Size())
	return n * int64(2+min(max(len(r.m.filters)-1, 0), 2))
}
