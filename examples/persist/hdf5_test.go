//go:build libhdf5

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"testing"
)

// TestOwn checks what is printed: the sum of 0 … 999, 3500 times, and 4 MB for each million elements.
func TestOwn(t *testing.T) {
	var out bytes.Buffer
	if err := own(context.Background(), &out, 3_500_000); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^heap, at first +\S+ MB
sum from the file +\S+ s: 1\.74825e\+09
sum once more +\S+ s: 1\.74825e\+09
persist returned +\S+ s
persisted +\S+ s, 14\.0 MB
heap, persisted +1\d\.\d MB
sum from memory +\S+ s: 1\.74825e\+09
sum once more +\S+ s: 1\.74825e\+09
heap, released +\d\.\d MB
$`)
	if !want.Match(out.Bytes()) {
		t.Errorf("printed\n%swant a match of\n%s", &out, want)
	}
}

func TestMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.hdf5")
	if err := generate(path, "/x", 10); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), new(bytes.Buffer), path, "/y"); err == nil {
		t.Error("a missing dataset is no error")
	}
}
