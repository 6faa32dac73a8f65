//go:build libhdf5

package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/gomagpie/magpie/io/hdf5io"
)

// TestRun sums 0, 1, … 9, 250,000 times: 45 each time, and 4.5 in the mean.
func TestRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.hdf5")
	file, err := hdf5io.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	x, err := hdf5io.CreateDataset[float32](file, "/x", []int{2_500_000}, nil)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]float32, 500_000)
	for i := range block {
		block[i] = float32(i % 10)
	}
	for range 5 {
		if err := x.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(x.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(context.Background(), &out, path, "/x"); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^sum from the file: 1\.125e\+07 \(\S+ s\)
mean from the file: 4\.5 \(\S+ s\)
read into memory \(\S+ s\)
sum from memory: 1\.125e\+07 \(\S+ s\)
$`)
	if !want.Match(out.Bytes()) {
		t.Errorf("printed\n%swant a match of\n%s", &out, want)
	}
	if err := run(context.Background(), new(bytes.Buffer), path, "/y"); err == nil {
		t.Error("a missing dataset is no error")
	}
}
