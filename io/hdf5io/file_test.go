package hdf5io

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestOpenWhatIsNotThere: the operating system's own reason, the path once, with and without libhdf5.
func TestOpenWhatIsNotThere(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.h5")
	_, err := Open(missing)
	if !errors.Is(err, fs.ErrNotExist) || strings.Count(err.Error(), missing) != 1 {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("directory: %v", err)
	}
	if _, err := Create(filepath.Join(missing, "x.h5")); err == nil {
		t.Error("created a file in a directory that does not exist")
	}
}

func TestAbsolute(t *testing.T) {
	for in, want := range map[string]string{"x": "/x", "/x": "/x", "//a//b/": "/a/b", "": "/", "/": "/"} {
		if got := absolute(in); got != want {
			t.Errorf("absolute(%q) = %q, want %q", in, got, want)
		}
	}
}
