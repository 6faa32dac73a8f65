package array_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// unpacking is a reader of ones that says how much it needs beside them.
type unpacking struct{ beside int64 }

func (unpacking) Read(_ context.Context, dst []float64, _, _ []int) error {
	for i := range dst {
		dst[i] = 1
	}
	return nil
}

func (u unpacking) Scratch() int64 { return u.beside }

// What a reader needs beside the elements counts under a memory limit.
func TestReaderScratch(t *testing.T) {
	for _, c := range []struct {
		beside int64
		fits   bool
	}{{100_000, true}, {1_000_000, false}} {
		x := array.FromReader(unpacking{c.beside}, []int{100_000}, array.Chunks(10_000)) // 80,000 bytes a chunk
		sum, err := x.Sum().Compute(context.Background(), sched.Workers(2), sched.MemoryLimit(500_000), sched.SpillDir(t.TempDir()))
		me, refused := errors.AsType[*sched.MemoryError](err)
		if c.fits && (err != nil || sum.Data()[0] != 100_000) || !c.fits && (!refused || me.Need < 1_080_000) {
			t.Errorf("%+v: %v, %v", c, sum, err)
		}
	}
}
