package hdf5io

import (
	"fmt"
	"math"
	"math/bits"
	"os"
)

// store is what this package needs from something that understands HDF5 metadata. libhdf5 is one; a reader in
// pure Go can be another. Its methods may be called from many goroutines.
type store interface {
	// names returns the absolute names of all datasets reachable without following soft or external links,
	// in the order of the names.
	names() ([]string, error)
	// open finds a dataset and describes it. The errors wrap ErrNoDataset, ErrIsGroup, ErrCorrupt.
	open(name string) (*meta, error)
	// release gives back what open holds. The meta must not be used with the store after that.
	release(m *meta) error
	// chunk returns the stored bytes of the chunk whose first element is at origin, in buf's memory if they
	// fit there. nil bytes mean that the chunk was never written. Bit i of skipped is set when filter i was
	// not applied.
	chunk(m *meta, origin []int, buf []byte) (raw []byte, skipped uint32, err error)
	// native lets the store read a region, in row-major order and the machine's own number format.
	native(m *meta, dst []byte, start, shape []int) error
	// close makes every later call fail with ErrClosed.
	close() error
}

type layout uint8

const (
	layoutOther layout = iota // virtual, and what is not known yet
	layoutCompact
	layoutContiguous
	layoutChunked
)

func (l layout) String() string {
	return [...]string{"virtual", "compact", "contiguous", "chunked"}[l]
}

// meta is everything about one dataset that reading it takes.
type meta struct {
	name   string
	id     int64 // the store's handle
	kind   Kind
	stored string // the element type in words, for messages about types that are not numbers
	null   bool
	shape  []int

	// plain: the bytes are the kind's ordinary form, in one of the two byte orders, and ours to decode.
	plain bool
	big   bool

	layout layout
	// offset is where contiguous data start in the file, -1 if they are not there: spread over several files, or
	// never written. outside is the name of the file if it is another one, bytes that file once it is open.
	offset    int64
	outside   string
	bytes     *os.File
	chunk     []int
	filters   []filter
	wholeEdge bool   // edge chunks pass the filters like all others
	fill      []byte // one element in the machine's order, for chunks never written
	storage   int64  // bytes allocated in the file
}

// filter is one step of a chunk's pipeline, as recorded in the file.
type filter struct {
	id        int
	name      string
	param     uint32 // the first client value: shuffle's element size
	hasParam  bool
	available bool // libhdf5 could undo it
}

// maxChunkBytes is the format's own limit for one chunk.
const maxChunkBytes = 1<<32 - 1

// validate rejects what cannot be addressed or cannot be true, before anything is allocated because of it.
func (m *meta) validate(fileSize int64) error {
	if m.null {
		return ErrNoElements
	}
	if m.kind == Unsupported {
		return because(ErrType, "%s; magpie reads booleans, and integers and floats of up to 8 bytes", m.stored)
	}
	size, err := product(m.shape, m.kind.Size(), math.MaxInt64)
	if err != nil {
		return because(ErrCorrupt, "shape %v: %v", m.shape, err)
	}
	for _, f := range m.filters {
		if !f.available && !ours(f.id) {
			return because(ErrFilter, "%s (id %d); install its HDF5 plugin and set HDF5_PLUGIN_PATH, or rewrite the dataset with gzip", f.name, f.id)
		}
	}
	switch m.layout {
	case layoutContiguous:
		if m.offset >= 0 && (m.offset > fileSize || size > fileSize-m.offset) {
			return because(ErrTruncated, "the data end at byte %d and the file at %d", uint64(m.offset)+uint64(size), fileSize)
		}
	case layoutChunked:
		if len(m.chunk) != len(m.shape) {
			return because(ErrCorrupt, "chunks of %d dimensions in a dataset of %d", len(m.chunk), len(m.shape))
		}
		for _, n := range m.chunk {
			if n <= 0 {
				return because(ErrCorrupt, "chunk shape %v", m.chunk)
			}
		}
		if _, err := product(m.chunk, m.kind.Size(), maxChunkBytes); err != nil {
			return because(ErrCorrupt, "chunk shape %v: %v", m.chunk, err)
		}
	}
	return nil
}

// product returns shape's element count times unit, or an error where that passes limit or a length is negative.
func product(shape []int, unit int, limit uint64) (int64, error) {
	total, over := uint64(unit), false
	for _, n := range shape {
		if n < 0 {
			return 0, fmt.Errorf("length %d", n)
		}
		if n == 0 {
			return 0, nil
		}
		hi, lo := bits.Mul64(total, uint64(n))
		if hi != 0 || lo > limit {
			// A later zero still makes the product zero.
			over, lo = true, total
		}
		total = lo
	}
	if over {
		return 0, fmt.Errorf("more than %d bytes", limit)
	}
	return int64(total), nil
}

// elements returns how many elements a region of a validated dataset has.
func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// direct reports whether the chunks are read raw and decoded here.
func (m *meta) direct() bool {
	if m.layout != layoutChunked || !m.plain || !m.wholeEdge {
		return false
	}
	compressors := 0
	for _, f := range m.filters {
		if !ours(f.id) {
			return false
		}
		if f.id == filterDeflate || f.id == filterLZF {
			compressors++
		}
	}
	// What lies between two compressors has a length recorded nowhere.
	return compressors <= 1
}

// pread reports whether regions are read from the file without the store.
func (m *meta) pread() bool { return m.layout == layoutContiguous && m.plain && m.offset >= 0 }
