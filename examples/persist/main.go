// Command persist is the third tutorial: an array in an HDF5 file is summed twice, which reads the file twice; it is
// kept in memory and summed twice again; then the memory is given back. Without arguments it writes a file first.
//
//	go run -tags libhdf5 ./examples/persist [data/random.hdf5 /x]
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/io/hdf5io"
	"github.com/gomagpie/magpie/sched"
)

func main() {
	log.SetFlags(0)
	var err error
	switch len(os.Args) {
	case 1:
		err = own(context.Background(), os.Stdout, 50_000_000)
	case 3:
		err = run(context.Background(), os.Stdout, os.Args[1], os.Args[2])
	default:
		log.Fatal("usage: persist [file.hdf5 /dataset]")
	}
	if err != nil {
		log.Fatal(err)
	}
}

// own runs on a file of n elements that it writes and removes.
func own(ctx context.Context, w io.Writer, n int) error {
	dir, err := os.MkdirTemp("", "persist")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cycle.hdf5")
	if err := generate(path, "/x", n); err != nil {
		return err
	}
	return run(ctx, w, path, "/x")
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
	s := session{ctx, w}
	s.heap("at first")
	if err := errors.Join(s.sum("from the file", x), s.sum("once more", x)); err != nil {
		return err
	}

	begin := time.Now()
	kept := x.Persist(ctx) // starts to read, and returns
	s.print("persist returned", "%.4f s", time.Since(begin).Seconds())
	if err := kept.Wait(ctx); err != nil {
		return err
	}
	s.print("persisted", "%.4f s, %s", time.Since(begin).Seconds(), megabytes(kept.NBytes()))
	s.heap("persisted")
	if err := errors.Join(s.sum("from memory", kept), s.sum("once more", kept)); err != nil {
		return err
	}

	kept.Release() // or drop it: the garbage collector finds it
	s.heap("released")
	if err := s.sum("", kept); !errors.Is(err, sched.ErrReleased) {
		return fmt.Errorf("use after release: %v", err)
	}
	return nil
}

// session prints what happens.
type session struct {
	ctx context.Context
	w   io.Writer
}

func (s session) print(title, format string, args ...any) {
	fmt.Fprintf(s.w, "%-20s "+format+"\n", append([]any{title}, args...)...)
}

// sum prints the sum of x and how long it took.
func (s session) sum(title string, x *array.Array[float32]) error {
	begin := time.Now()
	sum, err := x.Sum().Item(s.ctx)
	if err == nil {
		s.print("sum "+title, "%.4f s: %v", time.Since(begin).Seconds(), sum)
	}
	return err
}

// heap prints the memory in use.
func (s session) heap(title string) { s.print("heap, "+title, "%s", megabytes(heapBytes())) }

// heapBytes returns the bytes of all that can still be reached.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC() // twice: pools give up what they hold at the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
