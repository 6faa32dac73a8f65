//go:build libhdf5 && cgo

package hdf5io_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/io/hdf5io"
)

// sample writes a file with the numbers from 0 to 999999 and returns its name.
func sample() (path string, remove func()) {
	dir, err := os.MkdirTemp("", "hdf5io")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, "random.hdf5")
	w, err := hdf5io.Create(path)
	if err != nil {
		log.Fatal(err)
	}
	x, err := hdf5io.CreateDataset[float32](w, "/x", []int{1_000_000}, []int{100_000}, hdf5io.Shuffle(), hdf5io.Gzip(4))
	if err != nil {
		log.Fatal(err)
	}
	block := make([]float32, 1000)
	for i := range 1000 {
		for k := range block {
			block[k] = float32(i*1000 + k)
		}
		x.Write(block) // an error stays, and Close returns it
	}
	if err := errors.Join(x.Close(), w.Close()); err != nil {
		log.Fatal(err)
	}
	return path, func() { os.RemoveAll(dir) }
}

func ExampleDataset() {
	path, remove := sample()
	defer remove()

	f, err := hdf5io.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	x, err := hdf5io.Dataset[float32](f, "/x", array.Chunks(250_000))
	if err != nil {
		log.Fatal(err)
	}
	largest, err := x.Max().Item(context.Background()) // reads the file
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(largest)
	// Output: 999999
}

func ExampleFile_Datasets() {
	path, remove := sample()
	defer remove()

	f, err := hdf5io.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	infos, err := f.Datasets()
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range infos {
		fmt.Println(d.Name, d.Type, d.Shape, d.Layout, d.Chunks, strings.Join(d.Filters, "+"))
	}
	// Output: /x float32 [1000000] chunked [100000] shuffle+deflate
}

func ExampleFile_Type() {
	path, remove := sample()
	defer remove()

	f, err := hdf5io.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	switch kind, err := f.Type("/x"); kind {
	case hdf5io.Float32:
		x, err := hdf5io.Dataset[float32](f, "/x")
		fmt.Println(x.Shape(), err)
	default:
		fmt.Println(kind, err)
	}
	_, err = hdf5io.Dataset[int32](f, "/x")
	fmt.Println(errors.Is(err, hdf5io.ErrType))
	// Output:
	// [1000000] <nil>
	// true
}

func ExampleCreate() {
	dir, err := os.MkdirTemp("", "hdf5io")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	w, err := hdf5io.Create(filepath.Join(dir, "squares.hdf5"))
	if err != nil {
		log.Fatal(err)
	}
	// Contiguous, 2×3, written in two pieces.
	d, err := hdf5io.CreateDataset[int64](w, "/tables/squares", []int{2, 3}, nil)
	if err != nil {
		log.Fatal(err)
	}
	d.Write([]int64{0, 1, 4, 9})
	d.Write([]int64{16, 25})
	fmt.Println(errors.Join(d.Close(), w.Close()))
	// Output: <nil>
}
