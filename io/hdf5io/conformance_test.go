//go:build libhdf5 && cgo

package hdf5io

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
)

// all reads a whole dataset through the region reader.
func all[T array.Number](f *File, name string) ([]T, []int, error) {
	r, err := newReader[T](f, name)
	if err != nil {
		return nil, nil, err
	}
	out := make([]T, elements(r.m.shape))
	err = r.Read(context.Background(), out, make([]int, len(r.m.shape)), r.m.shape)
	return out, r.m.shape, err
}

// TestConformance reads every dataset that h5py wrote in every version of the format, and compares with NumPy.
func TestConformance(t *testing.T) {
	read := map[string]func(*testing.T, *File, expected) ([]int, error){
		"bool": check1[uint8], "int8": check1[int8], "int16": check1[int16], "int32": check1[int32], "int64": check1[int64],
		"uint8": check1[uint8], "uint16": check1[uint16], "uint32": check1[uint32], "uint64": check1[uint64],
		"float16": check1[float32], "float32": check1[float32], "float64": check1[float64], "": check1[float64],
	}
	for _, e := range readExpected(t) {
		t.Run(e.File+e.Dataset, func(t *testing.T) {
			f, err := Open(filepath.Join("testdata", e.File))
			var shape []int
			if err == nil {
				defer f.Close()
				if kind, _ := f.Type(e.Dataset); e.Error == "" && kind.String() != e.Dtype {
					t.Errorf("kind %v, want %v", kind, e.Dtype)
				}
				shape, err = read[e.Dtype](t, f, e)
			}
			if e.Error != "" {
				checkError(t, err, e)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(shape, e.Shape) {
				t.Errorf("shape %v, want %v", shape, e.Shape)
			}
		})
	}
}

func check1[T array.Number](t *testing.T, f *File, e expected) ([]int, error) {
	x, shape, err := all[T](f, e.Dataset)
	if err == nil {
		checkValues(t, e, x)
	}
	return shape, err
}

func checkError(t *testing.T, err error, e expected) {
	t.Helper()
	sentinel := map[string]error{
		"unsupported element type": ErrType, "no such dataset": ErrNoDataset, "is a group, not a dataset": ErrIsGroup,
		"null dataspace has no elements": ErrNoElements, "link does not resolve": ErrNoDataset, "not an HDF5 file": ErrNotHDF5,
		"truncated file": ErrTruncated, "checksum does not match": ErrCorrupt, "chunk does not inflate": ErrCorrupt,
	}[e.Error]
	if sentinel == nil || !errors.Is(err, sentinel) {
		t.Fatalf("got %v, want %v", err, sentinel)
	}
	var placed *Error
	if !errors.As(err, &placed) || !strings.Contains(err.Error(), e.Error) || !strings.Contains(err.Error(), e.File) {
		t.Errorf("error %q does not say %q of %s", err, e.Error, e.File)
	}
	t.Log(err)
}
