// Command hdf5sum computes the sum and the mean of a float32 dataset of an HDF5 file in chunks of a million elements,
// then keeps it in memory and sums it again.
//
//	hdf5sum data/random.hdf5 /x
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/io/hdf5io"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: hdf5sum data/random.hdf5 /x")
	}
	if err := run(context.Background(), os.Stdout, os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, path, dataset string) error {
	f, err := hdf5io.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	x, err := hdf5io.Dataset[float32](f, dataset, array.Chunks(1_000_000))
	if err != nil {
		return err
	}
	if err := timed(w, "sum from the file", func() (float32, error) { return x.Sum().Item(ctx) }); err != nil {
		return err
	}
	if err := timed(w, "mean from the file", func() (float64, error) { return x.Mean().Item(ctx) }); err != nil {
		return err
	}

	begin := time.Now()
	x = x.Persist(ctx) // starts to read and returns; it is Wait that waits
	if err := x.Wait(ctx); err != nil {
		return err
	}
	defer x.Release()
	fmt.Fprintf(w, "read into memory (%.3f s)\n", time.Since(begin).Seconds())
	return timed(w, "sum from memory", func() (float32, error) { return x.Sum().Item(ctx) })
}

// timed prints what compute gives and how long it took.
func timed[T any](w io.Writer, what string, compute func() (T, error)) error {
	begin := time.Now()
	v, err := compute()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %v (%.4f s)\n", what, v, time.Since(begin).Seconds())
	return nil
}
