package demo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// manifestName is the file that says what a directory's data sets were made from. It is written before the first data
// file and again, with the sizes, after the last; a data file appears under its name only when it is complete.
const manifestName = "magpie-demo.json"

// generation counts the changes that alter the bytes written for the same parameters.
const generation = 1

type manifest struct {
	Generation int
	Params     Params
	Bytes      map[string]int64 // of each complete file; empty until all are
}

// readManifest returns nil where there is none.
func readManifest(dir string) (*manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("demo: %s is damaged (remove it with the data): %w", filepath.Join(dir, manifestName), err)
	}
	return &m, nil
}

func (m *manifest) write(dir string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return create(filepath.Join(dir, manifestName), func(path string) error {
		return os.WriteFile(path, append(b, '\n'), 0o644)
	})
}

// has reports whether dir still holds the file as it was written. Before the sizes are known its name is proof enough.
func (m *manifest) has(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	size, known := m.Bytes[name]
	return !known || size == info.Size()
}

// create has write make a file under a temporary name and gives it its own name when it is complete.
func create(path string, write func(path string) error) error {
	temporary := path + ".part"
	if err := write(temporary); err != nil {
		os.Remove(temporary)
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		os.Remove(temporary)
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
