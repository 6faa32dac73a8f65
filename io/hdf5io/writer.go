package hdf5io

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/gomagpie/magpie/array"
)

// sink is what writing needs from a library. Its methods may be called from many goroutines.
type sink interface {
	create(name string, kind Kind, shape, chunk []int, o writeOptions) (id int64, err error)
	write(id int64, kind Kind, src []byte, start, shape []int) error
	release(id int64) error
	close() error
}

// Writer makes a new HDF5 file.
//
// The file appears under its name when Close succeeds, replacing what was there; until then, and after a
// failure, only a temporary file beside it exists. So nobody ever reads half a file. Its methods may be called from
// any goroutine; several datasets may be written at the same time.
type Writer struct {
	path, temp string
	sink       sink

	mu     sync.Mutex
	open   int // dataset writers not closed yet
	err    error
	closed bool
}

// Create starts a new HDF5 file, in the format every HDF5 since 1.8 reads.
//
// Errors: ErrNoHDF5 in a program built without libhdf5; a directory that is missing or not writable.
func Create(path string) (*Writer, error) {
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x.part", filepath.Base(path), rand.Uint32()))
	// Not os.CreateTemp: the finished file should have the permissions any new file gets.
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, &Error{Path: path, Err: bare(err)}
	}
	f.Close()
	s, err := createSink(temp)
	if err != nil {
		os.Remove(temp)
		return nil, &Error{Path: path, Err: err}
	}
	return &Writer{path: path, temp: temp, sink: s}, nil
}

// Close finishes the file and gives it its name. A dataset not written to its end, or any error before, makes it
// fail and leaves no file. A second Close returns what the first did.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.err
	}
	w.closed = true
	if w.open > 0 {
		w.err = errors.Join(w.err, &Error{Path: w.path, Err: fmt.Errorf("%d datasets are still being written", w.open)})
	}
	if err := w.sink.close(); err != nil {
		w.err = errors.Join(w.err, &Error{Path: w.path, Err: err})
	}
	if w.err == nil {
		if err := os.Rename(w.temp, w.path); err != nil {
			w.err = &Error{Path: w.path, Err: bare(err)}
		}
	}
	if w.err != nil {
		os.Remove(w.temp)
	}
	return w.err
}

// settle remembers that one dataset writer is done, and its failure.
func (w *Writer) settle(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open--
	if err != nil && w.err == nil {
		w.err = err
	}
}

// A WriteOption says how a dataset is stored.
type WriteOption func(*writeOptions)

type writeOptions struct {
	shuffle, fletcher bool
	gzip              bool
	level             int
}

// Gzip compresses the chunks with deflate at a level from 0 to 9. It needs a chunked dataset.
func Gzip(level int) WriteOption { return func(o *writeOptions) { o.gzip, o.level = true, level } }

// Shuffle sorts the bytes of a chunk by their place in the element before compression, which makes numbers
// compress better. It needs a chunked dataset.
func Shuffle() WriteOption { return func(o *writeOptions) { o.shuffle = true } }

// Fletcher32 stores a checksum with every chunk. It needs a chunked dataset.
func Fletcher32() WriteOption { return func(o *writeOptions) { o.fletcher = true } }

// CreateDataset adds a dataset of T to the file, to be filled in row-major order by [DatasetWriter.Write]. Groups
// in the name that do not exist are made.
//
// chunks is the shape of the storage chunks; nil stores the values contiguously, uncompressed. Memory: one band of
// chunks, that is chunks[0] rows of the dataset, and nothing if contiguous. Errors: a shape with negative lengths,
// chunks of another rank or larger than the format's 4 GiB, a filter without chunks, a name that is taken.
func CreateDataset[T array.Number](w *Writer, name string, shape, chunks []int, opts ...WriteOption) (*DatasetWriter[T], error) {
	name = absolute(name)
	var o writeOptions
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	d := &DatasetWriter[T]{w: w, name: name, kind: kindOf[T](), shape: slices.Clone(shape)}
	total, err := d.check(chunks, o)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.closed {
			err = ErrClosed
		} else {
			d.id, err = w.sink.create(name, d.kind, shape, chunks, o)
		}
	}
	if err != nil {
		return nil, &Error{Path: w.path, Dataset: name, Err: err}
	}
	w.open++
	d.total = total
	if len(chunks) > 0 && total > 0 {
		d.band = chunks[0] * elements(shape[1:])
		d.band = min(d.band, total)
	}
	return d, nil
}
