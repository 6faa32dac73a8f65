package limits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/gomagpie/magpie/sched"
)

// scale is how large the data of all rows is.
type scale struct {
	name  string
	n     int   // elements of 8 bytes
	limit int64 // bytes
	exact bool  // the growth of the process is checked
}

var scales = map[string]scale{
	"soak":  {"soak", 250_000_000, 200 << 20, true},
	"short": {"short", 25_000_000, 20 << 20, true},
	"small": {"small", 400_000, 320 << 10, false},
}

// promise is by how much the process may grow: see [sched.MemoryLimit].
func (s scale) promise() int64 { return s.limit*13/10 + 64<<20 }

// world is what a row runs in.
type world struct {
	scale
	ctx context.Context
	e   *sched.Engine
	on  sched.Option // runs a computation on e
}

// cols is the length of the rows of two-dimensional data.
const cols = 1000

// workers is the same on every machine: what tasks under way hold is part of what is measured.
const workers = 4

func newWorld(s scale) (w *world, close func(), err error) {
	dir, err := os.MkdirTemp("", "magpie-limits-")
	if err != nil {
		return nil, nil, err
	}
	e := sched.New(sched.Workers(workers), sched.MemoryLimit(s.limit), sched.SpillDir(dir))
	return &world{s, context.Background(), e, sched.On(e)}, func() {
		e.Close()
		os.RemoveAll(dir)
	}, nil
}

// rows is the number of rows of two-dimensional data.
func (w *world) rows() int { return w.n / cols }

// chunkRows is how many rows are in a chunk, of which about 80 fill the limit.
func (w *world) chunkRows() int { return max(int(w.limit)/8/80/cols, 1) }

// chunk is how many elements are in a chunk.
func (w *world) chunk() int { return w.chunkRows() * cols }

// parts is the number of partitions of bags.
func (w *world) parts() int { return w.n / w.chunk() }

// near says whether got is want but for rounding.
func near(got float64, err error, want float64) error {
	if err != nil {
		return err
	}
	if !(math.Abs(got-want) <= 1e-9*max(math.Abs(want), 1)) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

// equal says whether got is want.
func equal[T comparable](got T, err error, want T) error {
	if err == nil && got != want {
		err = fmt.Errorf("got %v, want %v", got, want)
	}
	return err
}

// refusal reports whether err says that memory is short.
func refusal(err error) bool {
	var e *sched.MemoryError
	return errors.As(err, &e)
}

// sumTo is the sum of the integers from 0 up to, not including, n.
func sumTo(n int) int { return n * (n - 1) / 2 }
