package bag_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// buffered is a source of ten numbers in each of ten partitions that says how much it needs beside them.
type buffered struct{ beside int64 }

func (buffered) NumPartitions() int    { return 10 }
func (buffered) Label(int) string      { return "" }
func (b buffered) Scratch(p int) int64 { return b.beside }
func (buffered) Each(_ context.Context, _ int, yield func(int) bool) error {
	for i := range 10 {
		if !yield(i) {
			break
		}
	}
	return nil
}

// What a source needs beside the elements counts under a memory limit.
func TestSourceScratch(t *testing.T) {
	for _, c := range []struct {
		beside int64
		fits   bool
	}{{100_000, true}, {1_000_000, false}} {
		n, err := bag.FromSource(buffered{c.beside}).Count().Compute(context.Background(),
			sched.Workers(2), sched.MemoryLimit(500_000), sched.SpillDir(t.TempDir()))
		me, refused := errors.AsType[*sched.MemoryError](err)
		if c.fits && (err != nil || n != 100) || !c.fits && (!refused || me.Need < 1_000_000) {
			t.Errorf("%+v: %d, %v", c, n, err)
		}
	}
}
