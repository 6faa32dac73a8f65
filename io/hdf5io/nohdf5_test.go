//go:build !libhdf5 || !cgo

package hdf5io

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWithoutLibrary: a program built without libhdf5 says so, names the file and the way out, and leaves nothing.
func TestWithoutLibrary(t *testing.T) {
	dir := t.TempDir()
	_, read := Open("testdata/types.h5")
	_, write := Create(filepath.Join(dir, "new.h5"))
	for _, err := range []error{read, write} {
		if !errors.Is(err, ErrNoHDF5) || !strings.Contains(err.Error(), "apt-get install libhdf5-dev") ||
			!strings.Contains(err.Error(), "-tags libhdf5") || !strings.Contains(err.Error(), ".h5: ") {
			t.Errorf("error %q", err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("Create left %v", left)
	}
}
