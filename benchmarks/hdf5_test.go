//go:build libhdf5 && cgo

package benchmarks

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/io/hdf5io"
)

// BenchmarkHDF5Sum is the second job of the README: from the file (in the page cache), and persisted.
func BenchmarkHDF5Sum(b *testing.B) {
	ctx := context.Background()
	for _, layout := range []struct {
		name   string
		chunks []int
		opts   []hdf5io.WriteOption
	}{
		{"contiguous", nil, nil},
		{"chunked", []int{chunk}, nil},
		{"gzip", []int{chunk}, []hdf5io.WriteOption{hdf5io.Shuffle(), hdf5io.Gzip(1)}},
	} {
		f := openValues(b, layout.chunks, layout.opts)
		x, err := hdf5io.Dataset[float32](f, "/x", array.Chunks(chunk))
		if err != nil {
			b.Fatal(err)
		}
		b.Run("file/"+layout.name, func(b *testing.B) {
			b.SetBytes(4 * elements)
			for b.Loop() {
				if _, err := x.Sum().Item(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
		if layout.chunks != nil {
			continue
		}
		kept := x.Persist(ctx)
		if err := kept.Wait(ctx); err != nil {
			b.Fatal(err)
		}
		b.Run("persisted", func(b *testing.B) {
			b.SetBytes(4 * elements)
			for b.Loop() {
				if _, err := kept.Sum().Item(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
		kept.Release()
	}
	baselines(b)
}

// openValues writes the values to a file and opens it.
func openValues(b *testing.B, chunks []int, opts []hdf5io.WriteOption) *hdf5io.File {
	b.Helper()
	path := filepath.Join(b.TempDir(), "values.hdf5")
	w, err := hdf5io.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	d, err := hdf5io.CreateDataset[float32](w, "/x", []int{elements}, chunks, opts...)
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Write(values()); err != nil {
		b.Fatal(err)
	}
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	f, err := hdf5io.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}
