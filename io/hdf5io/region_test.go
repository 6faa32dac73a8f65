package hdf5io

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// memory is a store whose chunks lie in memory, so that reading is tested without the library.
type memory struct {
	chunks map[string][]byte
	reads  atomic.Int64
	after  func()
}

func (s *memory) names() ([]string, error)   { return nil, nil }
func (s *memory) open(string) (*meta, error) { return nil, ErrNoDataset }
func (s *memory) release(*meta) error        { return nil }
func (s *memory) close() error               { return nil }
func (s *memory) native(*meta, []byte, []int, []int) error {
	return errors.New("read by the library")
}

func (s *memory) chunk(m *meta, origin []int, buf []byte) ([]byte, uint32, error) {
	s.reads.Add(1)
	if s.after != nil {
		s.after()
	}
	raw, ok := s.chunks[fmt.Sprint(origin)]
	if !ok {
		return nil, 0, nil
	}
	return append(buf[:0], raw...), 0, nil
}

// walk calls fn for every index of a shape, in row-major order.
func walk(shape []int, fn func(at []int)) {
	at := make([]int, len(shape))
	for range elements(shape) {
		fn(at)
		for d := len(shape) - 1; d >= 0; d-- {
			if at[d]++; at[d] < shape[d] {
				break
			}
			at[d] = 0
		}
	}
}

// value is what the test datasets hold: each element says where it is.
func value(at []int) uint32 {
	v := uint32(1)
	for _, i := range at {
		v = v*31 + uint32(i)
	}
	return v
}

const unwritten = 77

// chunkedFile makes a dataset in memory. Every fifth chunk is not there.
func chunkedFile(shape, chunk []int, big bool) (*File, *meta, *memory) {
	s := &memory{chunks: map[string][]byte{}}
	grid := make([]int, len(shape))
	for d := range shape {
		grid[d] = (shape[d] + chunk[d] - 1) / chunk[d]
	}
	var order binary.AppendByteOrder = binary.LittleEndian
	if big {
		order = binary.BigEndian
	}
	n := 0
	walk(grid, func(at []int) {
		if n++; n%5 == 0 {
			return
		}
		var raw []byte
		origin := make([]int, len(shape))
		walk(chunk, func(in []int) {
			place := make([]int, len(shape))
			for d := range shape {
				origin[d] = at[d] * chunk[d]
				place[d] = origin[d] + in[d]
			}
			raw = order.AppendUint32(raw, value(place))
		})
		s.chunks[fmt.Sprint(origin)] = deflated(shuffled(raw, 4))
	})
	m := &meta{
		name: "/x", kind: Uint32, shape: shape, plain: true, big: big, layout: layoutChunked, chunk: chunk, wholeEdge: true,
		filters: []filter{{id: filterShuffle, param: 4}, {id: filterDeflate}}, fill: binary.NativeEndian.AppendUint32(nil, unwritten),
	}
	return &File{path: "mem.h5", size: 1 << 40, store: s, open: map[string]*meta{"/x": m}}, m, s
}

var regionShapes = []struct{ shape, chunk []int }{
	{[]int{}, []int{}}, {[]int{1}, []int{4}}, {[]int{100}, []int{7}}, {[]int{9, 13}, []int{4, 5}}, {[]int{9, 13}, []int{3, 13}},
	{[]int{9, 13}, []int{9, 1}}, {[]int{5, 6, 7}, []int{2, 6, 7}}, {[]int{5, 6, 7}, []int{1, 4, 3}}, {[]int{3, 4, 2, 5}, []int{2, 3, 1, 2}},
}

// part draws a region of a shape, now and then the whole and now and then an empty one.
func part(rng *rand.Rand, shape []int) (start, size []int) {
	for _, n := range shape {
		lo := rng.IntN(n + 1)
		hi := lo + rng.IntN(n-lo+1)
		if rng.IntN(3) == 0 {
			lo, hi = 0, n
		}
		start, size = append(start, lo), append(size, hi-lo)
	}
	return start, size
}

// TestReadChunkedRegions compares random regions with the definition of the dataset, element by element.
func TestReadChunkedRegions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range regionShapes {
		for _, big := range []bool{false, true} {
			f, m, s := chunkedFile(c.shape, c.chunk, big)
			r := &reader[uint32]{f, m}
			for range 60 {
				start, shape := part(rng, c.shape)
				got := make([]uint32, elements(shape))
				if err := r.Read(context.Background(), got, start, shape); err != nil {
					t.Fatal(err)
				}
				i := 0
				walk(shape, func(at []int) {
					place, origin := make([]int, len(at)), make([]int, len(at))
					for d := range at {
						place[d] = start[d] + at[d]
						origin[d] = place[d] / c.chunk[d] * c.chunk[d]
					}
					want := uint32(unwritten)
					if s.chunks[fmt.Sprint(origin)] != nil {
						want = value(place)
					}
					if got[i] != want {
						t.Fatalf("shape %v chunk %v region %v+%v at %v: %d, want %d", c.shape, c.chunk, start, shape, place, got[i], want)
					}
					i++
				})
			}
		}
	}
}

// TestReadEachChunkOnce: a region decodes each storage chunk it touches once.
func TestReadEachChunkOnce(t *testing.T) {
	f, m, s := chunkedFile([]int{40, 40}, []int{10, 10}, false)
	r := &reader[uint32]{f, m}
	if err := r.Read(context.Background(), make([]uint32, 22*12), []int{9, 19}, []int{22, 12}); err != nil {
		t.Fatal(err)
	}
	if n := s.reads.Load(); n != 4*3 {
		t.Errorf("%d chunk reads, want 12", n)
	}
}

// TestReadContiguousRegions does the same from a plain file, with rows short, long and merged.
func TestReadContiguousRegions(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, c := range append(regionShapes, struct{ shape, chunk []int }{[]int{5, 40_000}, nil}, struct{ shape, chunk []int }{[]int{300, 500}, nil}) {
		path := filepath.Join(t.TempDir(), "raw")
		raw := []byte("a user block")
		walk(c.shape, func(at []int) { raw = binary.BigEndian.AppendUint32(raw, value(at)) })
		if err := os.WriteFile(path, raw, 0o666); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		m := &meta{name: "/x", kind: Uint32, shape: c.shape, plain: true, big: true, layout: layoutContiguous, offset: 12}
		f := &File{path: path, size: int64(len(raw)), bytes: file, store: &memory{}}
		if err := f.admit(m); err != nil {
			t.Fatal(err)
		}
		r := &reader[float64]{f, m}
		for range 25 {
			start, shape := part(rng, c.shape)
			got := make([]float64, elements(shape))
			if err := r.Read(context.Background(), got, start, shape); err != nil {
				t.Fatal(err)
			}
			i := 0
			walk(shape, func(at []int) {
				place := make([]int, len(at))
				for d := range at {
					place[d] = start[d] + at[d]
				}
				if got[i] != float64(value(place)) {
					t.Fatalf("shape %v region %v+%v at %v: %v, want %v", c.shape, start, shape, place, got[i], value(place))
				}
				i++
			})
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := r.Read(context.Background(), make([]float64, elements(c.shape)), make([]int, len(c.shape)), c.shape); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

func TestReadRejectsRegions(t *testing.T) {
	f, m, _ := chunkedFile([]int{4, 4}, []int{2, 2}, false)
	r := &reader[uint32]{f, m}
	for _, c := range [][2][]int{{{0}, {4}}, {{0, 0}, {4, 5}}, {{3, 0}, {2, 1}}, {{-1, 0}, {1, 1}}, {{0, 0}, {-1, 4}}} {
		if err := r.Read(context.Background(), nil, c[0], c[1]); err == nil || !strings.Contains(err.Error(), "not inside shape [4 4]") {
			t.Errorf("region %v: %v", c, err)
		}
	}
	if err := r.Read(context.Background(), make([]uint32, 3), []int{0, 0}, []int{2, 2}); err == nil {
		t.Error("read four elements into three")
	}
}

// TestReadStopsWhenCancelled: the context is looked at before each storage chunk.
func TestReadStopsWhenCancelled(t *testing.T) {
	f, m, s := chunkedFile([]int{1000}, []int{10}, false)
	ctx, cancel := context.WithCancel(context.Background())
	s.after = func() {
		if s.reads.Load() == 3 {
			cancel()
		}
	}
	err := (&reader[uint32]{f, m}).Read(ctx, make([]uint32, 1000), []int{0}, []int{1000})
	if !errors.Is(err, context.Canceled) || s.reads.Load() != 3 {
		t.Errorf("%v after %d chunks", err, s.reads.Load())
	}
}

// TestErrorsNameTheChunk: file, dataset, chunk and cause.
func TestErrorsNameTheChunk(t *testing.T) {
	f, m, s := chunkedFile([]int{4, 4}, []int{2, 2}, false)
	s.chunks["[2 0]"] = bytes.Repeat([]byte{9}, 40)
	err := (&reader[uint32]{f, m}).Read(context.Background(), make([]uint32, 16), []int{0, 0}, []int{4, 4})
	var e *Error
	if !errors.As(err, &e) || !slices.Equal(e.Chunk, []int{2, 0}) || !errors.Is(err, ErrCorrupt) ||
		!strings.HasPrefix(err.Error(), "hdf5io: mem.h5: /x: chunk at [2 0]: corrupt data: chunk does not inflate") {
		t.Error(err)
	}
}
