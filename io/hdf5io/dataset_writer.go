package hdf5io

import (
	"fmt"
	"math"

	"github.com/gomagpie/magpie/array"
)

// DatasetWriter fills one dataset from its first element to its last. It belongs to one goroutine.
type DatasetWriter[T array.Number] struct {
	w     *Writer
	name  string
	id    int64
	kind  Kind
	shape []int
	total int

	// done elements have been given to the library, pending ones wait for their band of chunks to be complete:
	// a chunk written in parts would be compressed once for each part.
	done    int
	pending []T
	band    int
	err     error
	closed  bool
}

// check validates what CreateDataset was given and returns the number of elements.
func (d *DatasetWriter[T]) check(chunks []int, o writeOptions) (int, error) {
	bytes, err := product(d.shape, d.kind.Size(), math.MaxInt64)
	if err != nil {
		return 0, fmt.Errorf("shape %v: %w", d.shape, err)
	}
	if chunks == nil {
		if o.shuffle || o.fletcher || o.gzip {
			return 0, fmt.Errorf("filters need a chunked dataset: give the shape of the chunks")
		}
		return int(bytes) / d.kind.Size(), nil
	}
	if len(chunks) != len(d.shape) || len(chunks) == 0 {
		return 0, fmt.Errorf("chunks %v of a dataset of shape %v", chunks, d.shape)
	}
	for i, n := range chunks {
		if n <= 0 || n > max(1, d.shape[i]) {
			return 0, fmt.Errorf("chunks %v do not fit in shape %v", chunks, d.shape)
		}
	}
	if _, err := product(chunks, d.kind.Size(), maxChunkBytes); err != nil {
		return 0, fmt.Errorf("chunks %v: %w", chunks, err)
	}
	if o.gzip && (o.level < 0 || o.level > 9) {
		return 0, fmt.Errorf("gzip level %d: it goes from 0 to 9", o.level)
	}
	return int(bytes) / d.kind.Size(), nil
}

// Write appends values in row-major order, any number at a time. The slice is not kept.
func (d *DatasetWriter[T]) Write(values []T) error {
	if d.err != nil {
		return d.err
	}
	if d.closed {
		return d.fail(ErrClosed)
	}
	if room := d.total - d.done - len(d.pending); len(values) > room {
		return d.fail(fmt.Errorf("%d values for the last %d elements of shape %v", len(values), room, d.shape))
	}
	if d.band == 0 {
		return d.put(values)
	}
	for len(values) > 0 {
		if len(d.pending) == 0 && len(values) >= d.band {
			n := len(values) / d.band * d.band
			if err := d.put(values[:n]); err != nil {
				return err
			}
			values = values[n:]
			continue
		}
		if d.pending == nil {
			d.pending = make([]T, 0, d.band)
		}
		n := min(len(values), d.band-len(d.pending))
		d.pending = append(d.pending, values[:n]...)
		values = values[n:]
		if len(d.pending) == d.band {
			if err := d.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close writes what is pending. It is an error if elements are missing. A second Close returns what the first did.
func (d *DatasetWriter[T]) Close() error {
	if d.closed {
		return d.err
	}
	if d.err == nil && len(d.pending) > 0 {
		d.flush()
	}
	if d.err == nil && d.done < d.total {
		d.fail(fmt.Errorf("%d of %d elements were written", d.done, d.total))
	}
	d.closed = true
	if err := d.w.sink.release(d.id); err != nil && d.err == nil {
		d.fail(err)
	}
	d.w.settle(d.err)
	return d.err
}

func (d *DatasetWriter[T]) flush() error {
	err := d.put(d.pending)
	d.pending = d.pending[:0]
	return err
}

// put gives the library the next values, as the few rectangular regions that a stretch of row-major order is.
func (d *DatasetWriter[T]) put(values []T) error {
	for len(values) > 0 {
		start, shape := stretch(d.shape, d.done, len(values))
		n := elements(shape)
		if err := d.w.sink.write(d.id, d.kind, bytesOf(values[:n]), start, shape); err != nil {
			return d.fail(err)
		}
		values = values[n:]
		d.done += n
	}
	return nil
}

func (d *DatasetWriter[T]) fail(err error) error {
	d.err = &Error{Path: d.w.path, Dataset: d.name, Err: err}
	return d.err
}

// stretch returns the largest rectangular region that starts at element pos of whole, in row-major order, and whose
// elements are consecutive there and at most n. n is at least 1 and pos+n at most the number of elements.
func stretch(whole []int, pos, n int) (start, shape []int) {
	start, shape = make([]int, len(whole)), make([]int, len(whole))
	rest := pos
	for d := len(whole) - 1; d >= 0; d-- {
		start[d] = rest % whole[d]
		rest /= whole[d]
		shape[d] = 1
	}
	// From the innermost dimension outwards: a dimension is taken whole if we stand at its beginning and have
	// enough for it; the first that is not is taken in part, and those outside it have length one.
	unit := 1
	for d := len(whole) - 1; d >= 0; d-- {
		shape[d] = min(whole[d]-start[d], n/unit)
		if start[d] != 0 || shape[d] < whole[d] {
			shape[d] = max(1, shape[d])
			break
		}
		unit *= whole[d]
	}
	return start, shape
}
