//go:build libhdf5 && cgo

package hdf5io

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gonum.org/v1/hdf5"

	"github.com/gomagpie/magpie/array"
)

// benchN elements are 64 MB: larger than the caches, small enough to stay in memory.
const benchN, benchChunk = 8_000_000, 1_000_000

// benchFile holds noise that compresses about twofold, as measurements do.
func benchFile(b *testing.B, chunks []int, opts ...WriteOption) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "x.h5")
	rng := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, benchN)
	for i := range x {
		x[i] = float64(rng.Int32N(1<<24)) / 256
	}
	create(b, path, "x", x, []int{benchN}, chunks, opts...)
	return path
}

// BenchmarkSum is the sum of a dataset, by this package and by the binding's own reads of the same chunks.
func BenchmarkSum(b *testing.B) {
	for _, layout := range []struct {
		name   string
		chunks []int
		opts   []WriteOption
	}{{"contiguous", nil, nil}, {"gzip+shuffle", []int{benchChunk}, []WriteOption{Shuffle(), Gzip(4)}}} {
		path := benchFile(b, layout.chunks, layout.opts...)
		b.Run(layout.name+"/magpie", func(b *testing.B) {
			f, err := Open(path)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			x, err := Dataset[float64](f, "x", array.Chunks(benchChunk))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(benchN * 8)
			for b.Loop() {
				if _, err := x.Sum().Item(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(layout.name+"/gonum", func(b *testing.B) { sumGonum(b, path) })
	}
}

func sumGonum(b *testing.B, path string) {
	f, err := hdf5.OpenFile(path, hdf5.F_ACC_RDONLY)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	d, err := f.OpenDataset("x")
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	buf := make([]float64, benchChunk)
	memory, err := hdf5.CreateSimpleDataspace([]uint{benchChunk}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer memory.Close()
	b.SetBytes(benchN * 8)
	total := 0.0
	for b.Loop() {
		for at := uint(0); at < benchN; at += benchChunk {
			space := d.Space()
			if err := space.SelectHyperslab([]uint{at}, nil, []uint{benchChunk}, nil); err != nil {
				b.Fatal(err)
			}
			if err := d.ReadSubset(&buf, memory, space); err != nil {
				b.Fatal(err)
			}
			space.Close()
			for _, v := range buf {
				total += v
			}
		}
	}
	if total == 0 {
		b.Fatal("nothing was read")
	}
}

func BenchmarkUnshuffle(b *testing.B) {
	for name, size := range map[string]int{"2": 2, "4": 4, "8": 8} {
		b.Run(name, func(b *testing.B) {
			src, dst := random(1<<20), make([]byte, 1<<20)
			b.SetBytes(1 << 20)
			for b.Loop() {
				unshuffle(dst, src, size)
			}
		})
	}
}

func BenchmarkFletcher32(b *testing.B) {
	src := random(1 << 20)
	b.SetBytes(1 << 20)
	for b.Loop() {
		fletcher32(src)
	}
}
