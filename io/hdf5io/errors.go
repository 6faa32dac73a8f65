package hdf5io

import (
	"errors"
	"fmt"
	"strings"
)

// The reasons an HDF5 operation fails for, to be tested with errors.Is. The error itself is an [*Error] that
// names the file, the dataset and, where there is one, the chunk.
var (
	// ErrNoHDF5: the program was built without libhdf5.
	ErrNoHDF5 = errors.New("this binary was built without HDF5: install libhdf5 (apt-get install libhdf5-dev) and build with -tags libhdf5")
	// ErrNotHDF5: the file is there, but is not HDF5.
	ErrNotHDF5 = errors.New("not an HDF5 file")
	// ErrTruncated: the file is shorter than what it describes.
	ErrTruncated = errors.New("truncated file")
	// ErrNoDataset: no object has that name, or the link of that name leads nowhere.
	ErrNoDataset = errors.New("no such dataset")
	// ErrIsGroup: the name is that of a group.
	ErrIsGroup = errors.New("is a group, not a dataset")
	// ErrNoElements: the dataset has a null dataspace, which has neither shape nor values.
	ErrNoElements = errors.New("null dataspace has no elements")
	// ErrType: the elements are not numbers, or not all of them fit the requested type.
	ErrType = errors.New("unsupported element type")
	// ErrFilter: the data are compressed with something neither magpie nor the installed libhdf5 knows.
	ErrFilter = errors.New("filter is not available")
	// ErrCorrupt: stored bytes contradict their checksum, their format or each other.
	ErrCorrupt = errors.New("corrupt data")
	// ErrClosed: the file was closed, perhaps while a computation was reading it.
	ErrClosed = errors.New("file is closed")
)

// Error says which file, dataset and chunk an operation failed on. Use errors.Is with the sentinels above, or
// errors.As with *Error to get at the place.
type Error struct {
	Path    string // the file, as it was given to Open or Create
	Dataset string // the dataset's absolute name; "" when the file as a whole is meant
	Chunk   []int  // the position of the storage chunk's first element; nil when no single chunk is meant
	Err     error
}

// Error returns "hdf5io: file: dataset: chunk at [i j]: cause".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("hdf5io: ")
	b.WriteString(e.Path)
	if e.Dataset != "" {
		b.WriteString(": ")
		b.WriteString(e.Dataset)
	}
	if e.Chunk != nil {
		fmt.Fprintf(&b, ": chunk at %v", e.Chunk)
	}
	b.WriteString(": ")
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// because attaches a detail to a sentinel: "truncated file: the superblock promises 926946 bytes".
func because(sentinel error, format string, args ...any) error {
	return &reason{sentinel, fmt.Sprintf(format, args...)}
}

type reason struct {
	sentinel error
	detail   string
}

func (r *reason) Error() string { return r.sentinel.Error() + ": " + r.detail }
func (r *reason) Unwrap() error { return r.sentinel }
