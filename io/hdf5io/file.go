package hdf5io

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"

	"github.com/gomagpie/magpie/internal/patient"
)

// File is an HDF5 file open for reading.
//
// Arrays made from it read from it whenever they are computed, so it must stay open until then. Its methods may
// be called from any goroutine. Closing it while a computation reads makes that computation fail with ErrClosed.
type File struct {
	path  string
	size  int64
	bytes *os.File
	store store
	reads patient.Reads

	mu     sync.Mutex
	closed bool
	open   map[string]*meta // the datasets arrays were made of
}

// Open opens an HDF5 file for reading.
//
// It reads the file's header only. Cost: about 20 µs. Errors: a missing file, a directory or a lack of permission
// in the operating system's words; ErrNotHDF5; ErrTruncated; ErrNoHDF5 in a program built without libhdf5.
func Open(path string) (*File, error) {
	f, err := open(path)
	if err != nil {
		return nil, &Error{Path: path, Err: bare(err)}
	}
	return f, nil
}

func open(path string) (*File, error) {
	bytes, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := bytes.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("is a %s, not a file", kindOfFile(info.Mode()))
	}
	var s store
	if err == nil {
		s, err = openStore(path, info.Size())
	}
	if err != nil {
		bytes.Close()
		return nil, err
	}
	return &File{path: path, size: info.Size(), bytes: bytes, store: s, open: map[string]*meta{}}, nil
}

// bare takes the operation and the path off a system error; an Error names the path already.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func kindOfFile(m fs.FileMode) string {
	if m.IsDir() {
		return "directory"
	}
	return "device or pipe"
}

// Close releases the file. A second Close does nothing. Reads under way end first or fail with ErrClosed.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	f.closed = true
	err := errors.Join(f.store.close(), f.bytes.Close())
	for _, m := range f.open {
		err = errors.Join(err, m.discard(f.bytes))
	}
	f.open = nil
	if err != nil {
		return &Error{Path: f.path, Err: err}
	}
	return nil
}

// Path returns the name the file was opened with.
func (f *File) Path() string { return f.path }

// dataset opens the named dataset for as long as the file is open. A dataset used twice is opened once.
func (f *File) dataset(name string) (*meta, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.open[name]; m != nil {
		return m, nil
	}
	m, err := f.look(name)
	if err != nil {
		return nil, err
	}
	if err := f.admit(m); err != nil {
		f.store.release(m)
		return nil, err
	}
	f.open[name] = m
	return m, nil
}

// admit validates a dataset against the file its values are in, and opens that if it is another one.
func (f *File) admit(m *meta) (err error) {
	m.bytes = f.bytes
	size := f.size
	if m.outside != "" && m.validate(math.MaxInt64) == nil {
		if m.bytes, err = os.Open(m.outside); err != nil {
			return fmt.Errorf("its values are in another file: %w", err)
		}
		info, err := m.bytes.Stat()
		if err != nil {
			return err
		}
		size = info.Size()
	}
	if err = m.validate(size); err != nil {
		m.discard(f.bytes)
	}
	return err
}

// discard closes the file of values outside the file itself.
func (m *meta) discard(own *os.File) error {
	if m.bytes == own || m.bytes == nil {
		return nil
	}
	return m.bytes.Close()
}

// look opens the named dataset without validating it, and on a miss says what there is.
func (f *File) look(name string) (*meta, error) {
	m, err := f.store.open(name)
	if err == nil {
		return m, nil
	}
	if errors.Is(err, ErrNoDataset) || errors.Is(err, ErrIsGroup) {
		if names, nameErr := f.store.names(); nameErr == nil {
			err = fmt.Errorf("%w; %s", err, offer(names, name))
		}
	}
	return nil, err
}

// offer words the choice of names, those below the wanted one first if it is a group.
func offer(names []string, wanted string) string {
	const most = 10
	var below []string
	for _, n := range names {
		if strings.HasPrefix(n, strings.TrimSuffix(wanted, "/")+"/") {
			below = append(below, n)
		}
	}
	if len(below) > 0 {
		names = below
	}
	if len(names) == 0 {
		return "the file has no datasets"
	}
	if len(names) > most {
		return fmt.Sprintf("the file has %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return "the file has " + strings.Join(names, ", ")
}

// absolute gives a dataset's name its one form: a leading slash, single slashes between, none at the end.
func absolute(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	return "/" + strings.Join(parts, "/")
}

// fail places an error in the file.
func (f *File) fail(name string, err error) error {
	if placed := (*Error)(nil); err == nil || errors.As(err, &placed) {
		return err
	}
	return &Error{Path: f.path, Dataset: name, Err: err}
}
