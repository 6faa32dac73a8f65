//go:build libhdf5 && cgo

package hdf5io

// #include <stdlib.h>
// #include "libhdf5.h"
import "C"

import (
	"unsafe"

	"gonum.org/v1/hdf5"
)

// librarySink writes through libhdf5. Its fields are touched inside lib only.
type librarySink struct {
	file *hdf5.File // nil once closed
	ids  map[int64]struct{}
}

func createSink(path string) (sink, error) {
	s := &librarySink{ids: map[int64]struct{}{}}
	err := lib(func() (err error) {
		if s.file, err = hdf5.CreateFile(path, hdf5.F_ACC_TRUNC); err != nil {
			return errLibrary
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *librarySink) with(fn func(file C.hid_t) error) error {
	return lib(func() error {
		if s.file == nil {
			return ErrClosed
		}
		return fn(C.hid_t(s.file.ID()))
	})
}

// create goes past gonum's CreateDataset, which keeps a copy of the datatype open for ever and cannot shuffle.
func (s *librarySink) create(name string, kind Kind, shape, chunk []int, o writeOptions) (id int64, err error) {
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	dims, chunks := coords(shape), coords(chunk)
	var chunkAt *C.uint64_t
	if chunk != nil {
		chunkAt = &chunks[0]
	}
	flag := map[bool]C.int{true: 1}
	level := C.int(-1)
	if o.gzip {
		level = C.int(o.level)
	}
	err = s.with(func(file C.hid_t) error {
		d := C.mh5_create(file, cname, C.int(kind), C.int(len(shape)), &dims[0], chunkAt,
			flag[o.shuffle], level, flag[o.fletcher])
		if d < 0 {
			return errLibrary
		}
		id = int64(d)
		s.ids[id] = struct{}{}
		return nil
	})
	return id, err
}

func (s *librarySink) write(id int64, kind Kind, src []byte, start, shape []int) error {
	if len(src) == 0 {
		return nil
	}
	at, n := coords(start), coords(shape)
	return s.with(func(C.hid_t) error {
		return check(C.mh5_write(C.hid_t(id), C.int(kind), C.int(len(shape)), &at[0], &n[0], unsafe.Pointer(&src[0])))
	})
}

func (s *librarySink) release(id int64) error {
	return s.with(func(C.hid_t) error {
		delete(s.ids, id)
		return check(C.mh5_close_dataset(C.hid_t(id)))
	})
}

func (s *librarySink) close() error {
	return lib(func() error {
		if s.file == nil {
			return nil
		}
		for id := range s.ids {
			C.mh5_close_dataset(C.hid_t(id))
		}
		err := s.file.Close()
		s.file = nil
		if err != nil {
			return errLibrary
		}
		return nil
	})
}
