// Command frame is the eighth tutorial: a toy data frame, made of delayed tables, one for each CSV file. Its count and
// sum are delayed too, so that both come from one reading of the files.
//
//	go run ./examples/frame
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gomagpie/magpie/futures"
)

// Frame is all partitions, none of them read yet.
type Frame struct{ partitions []*futures.Delayed[Table] }

// ReadCSV returns the frame of the files that match pattern.
func ReadCSV(pattern string) (Frame, error) {
	paths, err := filepath.Glob(pattern)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("no file matches %s", pattern)
	}
	var f Frame
	for _, path := range paths {
		f.partitions = append(f.partitions, futures.TryDelay1(readTable, futures.Value(path)))
	}
	return f, err
}

// Where keeps the rows whose column has that value.
func (f Frame) Where(column, value string) Frame {
	var kept Frame
	for _, p := range f.partitions {
		kept.partitions = append(kept.partitions, futures.TryDelay3(where, p, futures.Value(column), futures.Value(value)))
	}
	return kept
}

// Count returns the number of rows.
func (f Frame) Count() *futures.Delayed[int] {
	var counts []*futures.Delayed[int]
	for _, p := range f.partitions {
		counts = append(counts, futures.Delay1(func(t Table) int { return len(t.rows) }, p))
	}
	return futures.DelaySlice(total[int], counts)
}

// Sum returns the sum of a column of numbers; empty cells are left out.
func (f Frame) Sum(column string) *futures.Delayed[float64] {
	var sums []*futures.Delayed[float64]
	for _, p := range f.partitions {
		sums = append(sums, futures.TryDelay2(sum, p, futures.Value(column)))
	}
	return futures.DelaySlice(total[float64], sums)
}

func main() {
	log.SetFlags(0)
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "frame")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := generate(dir, 10, 10_000); err != nil {
		return err
	}

	orders, err := ReadCSV(filepath.Join(dir, "*.csv"))
	if err != nil {
		return err
	}
	apples := orders.Where("item", "apple")
	rows, all, some, err := futures.Compute3(ctx, orders.Count(), orders.Sum("price"), apples.Sum("price"))
	if err != nil {
		return err
	}
	fmt.Printf("%d files, %d rows, price in all %.0f, of apples %.0f\n", len(orders.partitions), rows, all, some)
	return nil
}
