//go:build !libhdf5

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/io/hdf5io"
)

// TestWithout checks that a program built without libhdf5 says so, and how to build it with.
func TestWithout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.hdf5")
	if err := os.WriteFile(path, []byte("\x89HDF\r\n\x1a\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background(), new(bytes.Buffer), path, "/x")
	if !errors.Is(err, hdf5io.ErrNoHDF5) || !strings.Contains(err.Error(), "-tags libhdf5") {
		t.Errorf("error %v", err)
	}
}
