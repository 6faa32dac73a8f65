//go:build libhdf5 && cgo

package hdf5io

// #include <stdlib.h>
// #include "libhdf5.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"gonum.org/v1/hdf5"
)

// library is the store over libhdf5. Its fields are touched inside lib only.
type library struct {
	path string
	size int64
	file *hdf5.File // nil once closed
	ids  map[int64]struct{}
}

// headerBytes is the longest superblock. A shorter file was cut inside it, whatever the library makes of the rest.
const headerBytes = 96

func openStore(path string, size int64) (store, error) {
	l := &library{path: path, size: size, ids: map[int64]struct{}{}}
	err := lib(func() (err error) {
		if !hdf5.IsHDF5(path) {
			return ErrNotHDF5
		}
		if l.file, err = hdf5.OpenFile(path, hdf5.F_ACC_RDONLY); err != nil {
			return errLibrary
		}
		return nil
	})
	if errors.Is(err, ErrCorrupt) && size < headerBytes {
		err = because(ErrTruncated, "it has %d bytes", size)
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// with runs fn inside lib, unless the file is closed.
func (l *library) with(fn func(file C.hid_t) error) error {
	return lib(func() error {
		if l.file == nil {
			return ErrClosed
		}
		return fn(C.hid_t(l.file.ID()))
	})
}

func (l *library) names() ([]string, error) {
	var out []string
	err := l.with(func(file C.hid_t) error {
		var n C.size_t
		list := C.mh5_names(file, &n)
		if list == nil {
			return errLibrary
		}
		defer C.free(unsafe.Pointer(list))
		for name := range strings.SplitSeq(string(unsafe.Slice((*byte)(unsafe.Pointer(list)), n)), "\x00") {
			if name != "" {
				out = append(out, "/"+name)
			}
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

func (l *library) open(name string) (*meta, error) {
	m := &meta{name: name}
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	err := l.with(func(file C.hid_t) error {
		if err := found(C.mh5_probe(file, cname)); err != nil {
			return err
		}
		d, err := l.file.OpenDataset(name)
		if err != nil {
			return errLibrary
		}
		id := C.hid_t(d.ID())
		var info C.mh5_info
		if C.mh5_describe(file, id, &info) < 0 {
			err = errLibrary
		} else if err = m.take(&info); err == nil && m.layout == layoutContiguous && m.offset < 0 {
			err = l.outside(m, id)
		}
		if err != nil {
			C.mh5_close_dataset(id)
			return err
		}
		m.id = int64(id)
		l.ids[m.id] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// found turns what mh5_probe says into an error.
func found(rc C.int) error {
	switch rc {
	case C.MH5_DATASET:
		return nil
	case C.MH5_GROUP:
		return ErrIsGroup
	case C.MH5_NOT_DATA:
		return because(ErrNoDataset, "the name is that of a stored datatype")
	case C.MH5_MISSING:
		return ErrNoDataset
	case C.MH5_DANGLING:
		return because(ErrNoDataset, "the link does not resolve: what it points to is missing")
	}
	return errLibrary
}

// outside notes the file that an external dataset's values are in, when they are in one. The library looks relative
// names up in the working directory, and its setting to look beside the HDF5 file fails when the dataset is open
// twice. So such a file is read like any contiguous data, from beside the HDF5 file or else the working directory.
// Values spread over several files, and HDF5_EXTFILE_PREFIX, are left to the library.
func (l *library) outside(m *meta, id C.hid_t) error {
	var buf [4096]C.char
	var offset C.int64_t
	if C.mh5_external(id, &buf[0], C.size_t(len(buf)), &offset) < 0 {
		return errLibrary
	}
	name := C.GoString(&buf[0])
	if name == "" || os.Getenv("HDF5_EXTFILE_PREFIX") != "" {
		return nil
	}
	if beside := filepath.Join(filepath.Dir(l.path), name); !filepath.IsAbs(name) {
		if _, err := os.Stat(beside); err == nil {
			name = beside
		}
	}
	m.outside, m.offset = name, int64(offset)
	return nil
}

// take copies the C description, rejecting lengths that no Go slice could have.
func (m *meta) take(c *C.mh5_info) (err error) {
	m.kind, m.plain, m.big, m.null = Kind(c.kind), c.plain != 0, c.big != 0, c.null_space != 0
	m.stored = C.GoString(&c.stored[0])
	m.offset, m.storage, m.wholeEdge = int64(c.offset), int64(c.storage), c.whole_edge != 0
	m.layout = [...]layout{layoutOther, layoutCompact, layoutContiguous, layoutChunked}[c.layout]
	m.fill = make([]byte, m.kind.Size())
	for i := range m.fill {
		m.fill[i] = byte(c.fill[i])
	}
	if m.shape, err = lengths(c.dims[:c.rank]); err != nil {
		return err
	}
	if m.layout == layoutChunked {
		if m.chunk, err = lengths(c.chunk[:c.rank]); err != nil {
			return err
		}
	}
	for i := range int(c.nfilters) {
		m.filters = append(m.filters, filter{
			id: int(c.filter[i]), name: C.GoString(&c.filter_name[i][0]),
			param: uint32(c.param[i]), hasParam: c.nparams[i] != 0, available: c.available[i] != 0,
		})
	}
	return nil
}

func lengths(c []C.uint64_t) ([]int, error) {
	out := make([]int, len(c))
	for i, n := range c {
		if uint64(n) > math.MaxInt {
			return nil, because(ErrCorrupt, "a dimension of length %d", uint64(n))
		}
		out[i] = int(n)
	}
	return out, nil
}

func (l *library) release(m *meta) error {
	err := l.with(func(C.hid_t) error {
		delete(l.ids, m.id)
		return check(C.mh5_close_dataset(C.hid_t(m.id)))
	})
	if errors.Is(err, ErrClosed) {
		return nil // closing the file has released it
	}
	return err
}

func (l *library) chunk(m *meta, origin []int, buf []byte) (raw []byte, skipped uint32, err error) {
	at := coords(origin)
	err = l.with(func(C.hid_t) error {
		var size C.uint64_t
		if C.mh5_raw_size(C.hid_t(m.id), &at[0], &size) < 0 {
			return errLibrary
		}
		if size == 0 {
			return nil
		}
		if uint64(size) > uint64(l.size) {
			return because(ErrTruncated, "it says it takes %d bytes of a file of %d", uint64(size), l.size)
		}
		if raw = buf[:0]; uint64(cap(raw)) < uint64(size) {
			raw = make([]byte, size+size/4)
		}
		raw = raw[:size]
		return check(C.mh5_raw_read(C.hid_t(m.id), &at[0], unsafe.Pointer(&raw[0]), (*C.uint32_t)(&skipped)))
	})
	return raw, skipped, err
}

func (l *library) native(m *meta, dst []byte, start, shape []int) error {
	if len(dst) == 0 {
		return nil
	}
	if want := elements(shape) * m.kind.Size(); len(dst) != want {
		return fmt.Errorf("a region of %d bytes into a buffer of %d", want, len(dst))
	}
	// What an undefined fill value leaves unwritten must not be the last use of a pooled buffer.
	clear(dst)
	s, c := coords(start), coords(shape)
	return l.with(func(C.hid_t) error {
		return check(C.mh5_read(C.hid_t(m.id), C.int(m.kind), C.int(len(shape)), &s[0], &c[0], unsafe.Pointer(&dst[0])))
	})
}

// coords gives C at least one element to point at, also for rank 0.
func coords(x []int) []C.uint64_t {
	out := make([]C.uint64_t, max(1, len(x)))
	for i, v := range x {
		out[i] = C.uint64_t(v)
	}
	return out
}

func (l *library) close() error {
	return lib(func() error {
		if l.file == nil {
			return nil
		}
		for id := range l.ids {
			C.mh5_close_dataset(C.hid_t(id))
		}
		l.ids = nil
		err := l.file.Close()
		l.file = nil
		if err != nil {
			return errLibrary
		}
		return nil
	})
}

// openIDs counts what the library holds open in the whole process; tests look for leaks with it.
func openIDs() (n int64) {
	lib(func() error { n = int64(C.mh5_open_ids()); return nil })
	return n
}
