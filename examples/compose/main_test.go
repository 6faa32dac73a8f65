package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/gomagpie/magpie/futures"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	got, err := run(context.Background(), dir, 7, 11)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 77 {
		t.Fatalf("%d numbers, want 77", len(got))
	}
	for i, x := range got {
		if x != i*i {
			t.Errorf("number %d is %d, want %d", i, x, i*i)
		}
	}
	if written, err := filepath.Glob(filepath.Join(dir, "list-*.txt")); err != nil || len(written) != 7 {
		t.Errorf("%d files, %v, want 7", len(written), err)
	}
}

// TestFailure checks that a file that cannot be written is the error of what combines the files.
func TestFailure(t *testing.T) {
	_, err := run(context.Background(), filepath.Join(t.TempDir(), "missing"), 3, 1)
	var input *futures.InputError
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &input) || input.Name != "combine" {
		t.Errorf("error %v, want a missing directory as an input of combine", err)
	}
}
