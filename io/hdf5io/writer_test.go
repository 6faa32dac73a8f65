//go:build libhdf5 && cgo

package hdf5io

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
)

// create writes one file with one dataset, in blocks of random length.
func create[T array.Number](t testing.TB, path, name string, values []T, shape, chunks []int, opts ...WriteOption) {
	t.Helper()
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	d, err := CreateDataset[T](w, name, shape, chunks, opts...)
	if err != nil {
		t.Fatal(err)
	}
	for rest := values; len(rest) > 0; {
		n := min(len(rest), 1+rand.IntN(len(values)/2+1))
		if err := d.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func count[T array.Number](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i)
	}
	return x
}

// TestRoundTrip: what is written in blocks of any size comes back, in every layout and shape.
func TestRoundTrip(t *testing.T) {
	shapes := []struct{ shape, chunks []int }{
		{[]int{}, nil}, {[]int{0}, nil}, {[]int{0, 3}, []int{1, 3}}, {[]int{1}, []int{1}}, {[]int{1000}, nil},
		{[]int{1000}, []int{64}}, {[]int{17, 23}, nil}, {[]int{17, 23}, []int{4, 5}}, {[]int{5, 6, 7}, []int{2, 6, 3}},
		{[]int{5, 1, 7}, nil},
	}
	for _, s := range shapes {
		filters := [][]WriteOption{nil}
		if s.chunks != nil {
			filters = append(filters, []WriteOption{Gzip(4)}, []WriteOption{Shuffle(), Gzip(1)}, []WriteOption{Shuffle(), Gzip(9), Fletcher32()})
		}
		for _, opts := range filters {
			path := filepath.Join(t.TempDir(), "x.h5")
			want := count[int32](elements(s.shape))
			create(t, path, "/deep/er/x", want, s.shape, s.chunks, opts...)
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			got, shape, err := all[int32](f, "deep/er/x")
			if err != nil || !slices.Equal(got, want) || !slices.Equal(shape, s.shape) {
				t.Errorf("%v with %d filters: %v, shape %v, equal %v", s, len(opts), err, shape, slices.Equal(got, want))
			}
			f.Close()
		}
	}
}

// TestUnfinishedLeavesNothing: a dataset with missing elements is an error, and no file takes the name.
func TestUnfinishedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "x.h5"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := CreateDataset[float64](w, "x", []int{10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(make([]float64, 9)); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err == nil || !strings.Contains(err.Error(), "9 of 10 elements") {
		t.Errorf("Close: %v", err)
	}
	if err := w.Close(); err == nil {
		t.Error("the file was finished")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCreateDatasetRejects(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "x.h5"))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	try := func(want string, shape, chunks []int, opts ...WriteOption) {
		t.Helper()
		if _, err := CreateDataset[int8](w, "x", shape, chunks, opts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("shape %v chunks %v: %v, want %q", shape, chunks, err, want)
		}
	}
	try("length -1", []int{-1}, nil)
	try("more than", []int{1 << 40, 1 << 40}, nil)
	try("do not fit", []int{4}, []int{5})
	try("do not fit", []int{4}, []int{0})
	try("chunks [2 2]", []int{4}, []int{2, 2})
	try("need a chunked dataset", []int{4}, nil, Gzip(4))
	try("gzip level 10", []int{4}, []int{4}, Gzip(10))
	d, err := CreateDataset[int8](w, "x", []int{2}, nil)
	if err != nil {
		t.Fatal(err)
	}
	try("name already exists", []int{2}, nil)
	if err := d.Write(make([]int8, 3)); err == nil || !strings.Contains(err.Error(), "3 values for the last 2 elements") {
		t.Errorf("too many values: %v", err)
	}
}
