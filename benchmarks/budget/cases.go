package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"unsafe"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// chunkBytes is the size of every chunk.
const chunkBytes = 4 << 20

// cases are the shapes of computations that a limit must survive. Each checks its own answer.
var cases = []struct {
	name string
	run  func(ctx context.Context, e *sched.Engine, chunks int) error
}{
	{"axis sum", axisSum},
	{"variance", variance},
	{"transpose", transpose},
	{"shuffle", shuffle},
	{"persist", persist},
}

// spillCounter adds up what was written to disk.
type spillCounter struct{ bytes atomic.Int64 }

func (s *spillCounter) Observe(events []sched.Event) {
	for _, ev := range events {
		if ev.Kind == sched.Spilled {
			s.bytes.Add(ev.Bytes)
		}
	}
}

// virtual is an array that nobody stores: element i is a hash of i.
type virtual struct{ cols int }

// Read fills dst with a region.
func (v virtual) Read(_ context.Context, dst []float64, start, shape []int) error {
	for r := range shape[0] {
		at := uint64((start[0]+r)*v.cols + start[1])
		row := dst[r*shape[1] : (r+1)*shape[1]]
		for i := range row {
			row[i] = noise(at + uint64(i))
		}
	}
	return nil
}

// noise returns a number in [0, 1) that looks random: the mean of many is 1/2 and their variance 1/12.
func noise(i uint64) float64 {
	i *= 0x9E3779B97F4A7C15
	i ^= i >> 32
	i *= 0xD6E8FEB86659FD93
	i ^= i >> 29
	return float64(i>>11) / (1 << 53)
}

func virtualArray(chunks int) *array.Array[float64] {
	const side = 512 // rows of a chunk; 1024 columns
	rows, cols := side*max(chunks/16, 1), 1024*16
	return array.FromReader[float64](virtual{cols}, []int{rows, cols}, array.Chunks(side, 1024))
}

func axisSum(ctx context.Context, e *sched.Engine, chunks int) error {
	x := virtualArray(chunks)
	out, err := x.Sum(array.Axis(0)).Compute(ctx, sched.On(e))
	if err != nil {
		return err
	}
	n := float64(x.Shape()[0])
	for _, v := range out.Data() {
		if math.Abs(v/n-0.5) > 6*math.Sqrt(1.0/12/n) {
			return fmt.Errorf("a column's mean is %v", v/n)
		}
	}
	return nil
}

func variance(ctx context.Context, e *sched.Engine, chunks int) error {
	x := virtualArray(chunks)
	v, err := x.Sub(x.Mean()).Square().Mean().Item(ctx, sched.On(e))
	if err != nil {
		return err
	}
	if math.Abs(v-1.0/12) > 1e-3 {
		return fmt.Errorf("the variance is %v, want about 1/12", v)
	}
	return nil
}

// graph is a lazy value written down task by task.
type graph func(p *sched.Plan) ([]sched.TaskID, error)

// Lower adds the tasks.
func (g graph) Lower(p *sched.Plan) ([]sched.TaskID, error) { return g(p) }

// words writes chunks as they lie in memory.
type words struct{}

// Encode writes a []uint64.
func (words) Encode(w io.Writer, v any) error {
	s := v.([]uint64)
	_, err := w.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), 8*len(s)))
	return err
}

// Decode reads a []uint64.
func (words) Decode(r io.Reader) (any, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	// The first word of a chunk is its length, so that it is read straight into its place.
	n := binary.NativeEndian.Uint64(head[:])
	if n < 1 || n > chunkBytes/8 {
		return nil, fmt.Errorf("a chunk of %d words", n)
	}
	s := make([]uint64, n)
	s[0] = n
	_, err := io.ReadFull(r, unsafe.Slice((*byte)(unsafe.Pointer(&s[1])), 8*(n-1)))
	return s, err
}

// newChunk returns n words: the length, a value, and noise.
func newChunk(n int, value, seed uint64) []uint64 {
	s := make([]uint64, n)
	for i := range s {
		seed = seed*6364136223846793005 + 1442695040888963407
		s[i] = seed ^ seed>>29
	}
	s[0], s[1] = uint64(n), value
	return s
}

func sized(n int64) func(int) int64 { return func(int) int64 { return n } }

// total is the graph's last task: the sum of the values of its inputs, added in small groups.
func total(p *sched.Plan, ids []sched.TaskID) sched.TaskID {
	op := p.Op(sched.Op{Name: "total", Bytes: sized(8), Run: func(_ *sched.Task, in []any) (any, error) {
		var sum uint64
		for _, v := range in {
			switch v := v.(type) {
			case []uint64:
				sum += v[1]
			case uint64:
				sum += v
			}
		}
		return sum, nil
	}})
	for len(ids) > 1 {
		var up []sched.TaskID
		for i := 0; i < len(ids); i += 8 {
			up = append(up, p.Add(op, len(up), ids[i:min(i+8, len(ids))]...))
		}
		ids = up
	}
	return ids[0]
}

func check(ctx context.Context, e *sched.Engine, g graph, want uint64) error {
	out, err := sched.Compute(ctx, []sched.Lazy{g}, sched.On(e))
	if err != nil {
		return err
	}
	if got := out[0][0].(uint64); got != want {
		return fmt.Errorf("the answer is %d, want %d", got, want)
	}
	return nil
}

// transpose makes a square of chunks, and needs for each of them the one across the diagonal as well.
func transpose(ctx context.Context, e *sched.Engine, chunks int) error {
	side := int(math.Sqrt(float64(chunks)))
	g := graph(func(p *sched.Plan) ([]sched.TaskID, error) {
		read := p.Op(sched.Op{Name: "make", Bytes: sized(chunkBytes), Codec: words{}, Run: func(t *sched.Task, _ []any) (any, error) {
			return newChunk(chunkBytes/8, uint64(t.Arg()), uint64(t.Arg())), nil
		}})
		both := p.Op(sched.Op{Name: "both", Bytes: sized(8), Run: func(_ *sched.Task, in []any) (any, error) {
			return in[0].([]uint64)[1]*3 + in[1].([]uint64)[1], nil
		}})
		// Row by row, as a file is read: what lies across the diagonal is made long before or after.
		at := make([]sched.TaskID, side*side)
		for i := range at {
			at[i] = p.Add(read, i)
		}
		var ids []sched.TaskID
		for i := range side {
			for j := range side {
				ids = append(ids, p.Add(both, i*side+j, at[i*side+j], at[j*side+i]))
			}
		}
		return []sched.TaskID{total(p, ids)}, nil
	})
	n := uint64(side * side)
	return check(ctx, e, g, 4*(n*(n-1)/2))
}

// shuffle splits the partitions of two inputs into pieces, and makes each output of a piece of every partition.
func shuffle(ctx context.Context, e *sched.Engine, chunks int) error {
	parts := max(int(math.Sqrt(float64(chunks)/2)), 1)
	g := graph(func(p *sched.Plan) ([]sched.TaskID, error) {
		piece := p.Op(sched.Op{Name: "piece", Bytes: sized(chunkBytes), Codec: words{}, Run: func(t *sched.Task, _ []any) (any, error) {
			return newChunk(chunkBytes/8, uint64(t.Arg()), uint64(t.Arg())), nil
		}})
		merge := p.Op(sched.Op{Name: "merge", Bytes: sized(8), Run: func(_ *sched.Task, in []any) (any, error) {
			sum := in[0].(uint64)
			for _, v := range in[1:] {
				sum += v.([]uint64)[1]
			}
			return sum, nil
		}})
		start := p.Op(sched.Op{Name: "start", Bytes: sized(8), Run: func(*sched.Task, []any) (any, error) { return uint64(0), nil }})
		at := make([]sched.TaskID, 2*parts*parts)
		for i := range at {
			at[i] = p.Add(piece, i)
		}
		var ids []sched.TaskID
		for j := range parts {
			// In groups, so that one task does not need a piece of every partition at once.
			sum := p.Add(start, j)
			for i := 0; i < 2*parts; i += 8 {
				in := []sched.TaskID{sum}
				for k := i; k < min(i+8, 2*parts); k++ {
					in = append(in, at[k*parts+j])
				}
				sum = p.Add(merge, i, in...)
			}
			ids = append(ids, sum)
		}
		return []sched.TaskID{total(p, ids)}, nil
	})
	n := uint64(2 * parts * parts)
	return check(ctx, e, g, n*(n-1)/2)
}

// persist holds all of an array, most of it on disk, and sums it twice.
func persist(ctx context.Context, e *sched.Engine, chunks int) error {
	x := virtualArray(chunks).Persist(ctx, sched.On(e))
	defer x.Release()
	if err := x.Wait(ctx); err != nil {
		return err
	}
	var sums [2]float64
	for i := range sums {
		var err error
		if sums[i], err = x.Mean().Item(ctx, sched.On(e)); err != nil {
			return err
		}
	}
	if sums[0] != sums[1] || math.Abs(sums[0]-0.5) > 1e-3 {
		return fmt.Errorf("the means are %v, want about 1/2", sums)
	}
	return nil
}
