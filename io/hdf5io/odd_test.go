//go:build libhdf5 && cgo

package hdf5io

import (
	"errors"
	"slices"
	"testing"
)

// TestOddFormats: number formats and layouts beyond the common ones, as testdata/odd.py wrote them.
func TestOddFormats(t *testing.T) {
	f, err := Open("testdata/odd.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string][]float64{
		"enum":      {0, 2, 1},
		"g/again":   {0, 2, 1},
		"int24":     {-5, 0, 7, -1 << 23, 1<<23 - 1},
		"bfloat16":  {1.5, -2, 0, 100},
		"half_fill": {1, 2, 3, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5},
		"big_fill":  {-77, -77, -77, -77, -77, -77, -77, -77, -77, -77},
		"unwritten": {-77, -77, -77},
		"scalar":    {7},
		"szip":      count[float64](100),
		// A group may contain itself.
		"g/loop/g/loop/odd name ü": {0, 1, 2},
	} {
		if got, _, err := all[float64](f, name); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"ldouble", "reference"} {
		if _, err := f.Type(name); !errors.Is(err, ErrType) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Each object is listed once, under its first name, although the groups go round in a circle.
	if infos, err := f.Datasets(); err != nil || len(infos) != 11 {
		t.Errorf("%d datasets, %v", len(infos), err)
	}
}
