//go:build libhdf5 && cgo

package hdf5io

// #cgo LDFLAGS: -lhdf5
// #cgo darwin CFLAGS: -I/usr/local/include
// #cgo darwin LDFLAGS: -L/usr/local/lib
// #cgo linux,!arm64 CFLAGS: -I/usr/local/include -I/usr/lib/x86_64-linux-gnu/hdf5/serial/include
// #cgo linux,!arm64 LDFLAGS: -L/usr/local/lib -L/usr/lib/x86_64-linux-gnu/hdf5/serial
// #cgo linux,arm64 CFLAGS: -I/usr/local/include -I/usr/lib/aarch64-linux-gnu/hdf5/serial/include
// #cgo linux,arm64 LDFLAGS: -L/usr/local/lib -L/usr/lib/aarch64-linux-gnu/hdf5/serial
// #include <stdlib.h>
// #include "libhdf5.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// gate is the one way into libhdf5. Many builds of the library are not thread-safe, and those that are have one
// lock for everything, so a lock of our own costs nothing. The goroutine is held on its thread because the
// library's error stack and its printing of errors are per thread. A thread of its own for the library was
// measured at 16 µs a call, against 0.15 µs for this.
var gate sync.Mutex

// lib runs fn with libhdf5 to itself and silent. An error of fn gets the library's own words for it.
func lib(fn func() error) error {
	gate.Lock()
	defer gate.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.mh5_begin()
	err := fn()
	if errors.Is(err, errLibrary) {
		text := C.GoString(C.mh5_error())
		if text == "" {
			text = "libhdf5 gave no reason"
		}
		return libraryError(text)
	}
	return err
}

// errLibrary, returned inside lib, stands for "ask the library why".
var errLibrary = errors.New("libhdf5 failed")

// libraryError gives the library's words a place among the sentinels.
func libraryError(text string) error {
	switch {
	case strings.Contains(text, "truncated file"):
		return because(ErrTruncated, "%s", strings.TrimPrefix(text, "truncated file: "))
	case strings.Contains(text, "unable to lock file"), strings.Contains(text, "lock file"):
		return fmt.Errorf("%s: another program is writing the file, or its file system has no locks (then set HDF5_USE_FILE_LOCKING=FALSE)", text)
	case strings.Contains(text, "required filter"):
		return because(ErrFilter, "%s", text)
	case strings.Contains(text, "fletcher32"), strings.Contains(text, "checksum"):
		return because(ErrCorrupt, "checksum does not match: %s", text)
	}
	return because(ErrCorrupt, "%s", text)
}

// check turns a C status into errLibrary.
func check[I ~int | ~int32 | ~int64](rc I) error {
	if rc < 0 {
		return errLibrary
	}
	return nil
}
