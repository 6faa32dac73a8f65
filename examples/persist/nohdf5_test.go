//go:build !libhdf5

package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/io/hdf5io"
)

// TestWithout checks that a program built without libhdf5 says so, and how to build it with.
func TestWithout(t *testing.T) {
	err := own(context.Background(), new(bytes.Buffer), 10)
	if !errors.Is(err, hdf5io.ErrNoHDF5) || !strings.Contains(err.Error(), "-tags libhdf5") {
		t.Errorf("error %v", err)
	}
}
