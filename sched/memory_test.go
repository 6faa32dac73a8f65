package sched

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/internal/spill"
)

// blobs are results of a given size, the first word of which is the value.
type blob []byte

func newBlob(v int64, size int) blob {
	b := make(blob, size)
	binary.LittleEndian.PutUint64(b, uint64(v))
	return b
}

func (b blob) value() int64 { return int64(binary.LittleEndian.Uint64(b)) }

type blobCodec struct{}

func (blobCodec) Encode(w io.Writer, v any) error {
	_, err := w.Write(v.(blob))
	return err
}

func (blobCodec) Decode(r io.Reader) (any, error) {
	b, err := io.ReadAll(r)
	if err == nil && len(b) < 8 {
		err = io.ErrUnexpectedEOF
	}
	return blob(b), err
}

// gauge counts the bytes that tasks hold: those of results alive are not visible from outside, so tests compare the
// engine's own count, taken at every task, with the limit.
type gauge struct {
	mu   sync.Mutex
	e    *Engine
	peak int64
}

func (g *gauge) look() {
	m := g.e.memory
	m.mu.Lock()
	held := m.held
	m.mu.Unlock()
	g.mu.Lock()
	g.peak = max(g.peak, held)
	g.mu.Unlock()
}

func (g *randomGraph) lowerBlobs(sizes []int, look func(), cheap bool) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		run := func(t *Task, in []any) (any, error) {
			look()
			i := t.Arg()
			g.runs[i].Add(1)
			sum := int64(i)
			for _, v := range in {
				sum += v.(blob).value() % 1_000_003
			}
			return newBlob(sum, sizes[i]), nil
		}
		op := p.Op(Op{Name: "add", Run: run, Codec: blobCodec{}, Cheap: cheap, Bytes: func(i int) int64 { return int64(sizes[i]) }})
		ids := make([]TaskID, len(g.inputs))
		for i, in := range g.inputs {
			var qs []TaskID
			for _, q := range in {
				qs = append(qs, ids[q])
			}
			ids[i] = p.Add(op, i, qs...)
		}
		var out []TaskID
		for _, k := range g.keep {
			out = append(out, ids[k])
		}
		return out, nil
	})
}

// Under any limit that is enough at all, the answers are right, the limit holds, and no file is left.
func TestMemoryLimit(t *testing.T) {
	checkLeaks(t)
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 4))
		g := newRandomGraph(rng, 1+rng.IntN(400))
		g.keep = g.keep[:min(len(g.keep), 3)]
		sizes := make([]int, len(g.inputs))
		for i := range sizes {
			sizes[i] = 8 + rng.IntN(1000)
		}
		cheap := seed%2 == 0
		graph, err := lowered([]Lazy{g.lowerBlobs(sizes, func() {}, cheap)})
		if err != nil {
			t.Fatal(err)
		}
		need, _ := newBooking(graph, false).minimum()
		dir := t.TempDir()
		for _, factor := range []float64{1, 1.2, 2, 10} {
			limit := int64(float64(need) * factor)
			e := New(anyMode(rng), MemoryLimit(limit), SpillDir(dir))
			gg := &gauge{e: e}
			r := Start(context.Background(), []Lazy{g.lowerBlobs(sizes, gg.look, cheap)}, On(e))
			if err := r.Wait(context.Background()); err != nil {
				t.Fatalf("seed %d, limit %d: %v", seed, limit, err)
			}
			if gg.peak > limit {
				t.Errorf("seed %d: %d bytes held, the limit is %d", seed, gg.peak, limit)
			}
			out := r.Results()
			if err := r.Err(); err != nil {
				t.Fatal(err)
			}
			for i, k := range g.keep {
				if got := out[0][i].(blob); got.value() != g.want[k] || len(got) != sizes[k] {
					t.Fatalf("seed %d: task %d is %d, want %d", seed, k, got.value(), g.want[k])
				}
			}
			r.Release()
			e.Close()
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Fatalf("left behind: %v", left)
			}
		}
	}
}

func TestMemoryRefused(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		_, err := Compute(context.Background(), []Lazy{twoSteps(-1)}, On(e))
		var me *MemoryError
		if !errors.As(err, &me) || me.Need != 1008 || me.Limit != 1000 || me.Key != "sum-1[0]" {
			t.Fatalf("%v", err)
		}
		if !strings.Contains(err.Error(), "1008 bytes") || !strings.Contains(err.Error(), "smaller chunks") {
			t.Error(err)
		}
	}, MemoryLimit(1000))
}

// Several runs share one limit, some hold results after they ended.
func TestMemoryShared(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		dir := e.set.spillDir
		rng := rand.New(rand.NewPCG(1, 5))
		gg := &gauge{e: e}
		var runs []*Run
		var graphs []*randomGraph
		for range 30 {
			g := newRandomGraph(rng, 100)
			sizes := make([]int, 100)
			for i := range sizes {
				sizes[i] = 8 + rng.IntN(1000)
			}
			graphs = append(graphs, g)
			runs = append(runs, Start(context.Background(), []Lazy{g.lowerBlobs(sizes, gg.look, false)}, On(e)))
		}
		for i, r := range runs {
			if err := r.Wait(context.Background()); err != nil {
				t.Fatal(err)
			}
			g := graphs[i]
			for k, task := range g.keep {
				v, err, ok := r.Output(0, k).Poll()
				if err != nil || !ok || v.(blob).value() != g.want[task] {
					t.Fatal(v, err, ok)
				}
			}
		}
		if gg.peak > 20_000 {
			t.Errorf("%d bytes held, the limit is 20000", gg.peak)
		}
		for _, r := range runs {
			r.Release()
		}
		if n, _ := e.memory.spill.Bytes(); n != 0 {
			t.Errorf("%d bytes left on disk after every release", n)
		}
		e.Close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}, MemoryLimit(20_000))
}

// badCodec fails to write.
type badCodec struct{ blobCodec }

var errNoSpace = errors.New("no space left on device")

func (badCodec) Encode(io.Writer, any) error { return errNoSpace }

// held is n blobs that are all asked for, so that they must be spilled.
func held(n, size int, codec Codec) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		op := p.Op(Op{Name: "make", Codec: codec, Bytes: func(int) int64 { return int64(size) }, Run: func(t *Task, _ []any) (any, error) {
			return newBlob(int64(t.Arg()), size), nil
		}})
		var ids []TaskID
		for i := range n {
			ids = append(ids, p.Add(op, i))
		}
		return ids, nil
	})
}

func TestSpillFails(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		dir := e.set.spillDir
		r := Start(context.Background(), []Lazy{held(50, 1000, badCodec{})}, On(e))
		err := r.Wait(context.Background())
		var se *SpillError
		if !errors.As(err, &se) || !errors.Is(err, errNoSpace) || !strings.Contains(err.Error(), "SpillDir") {
			t.Errorf("%v", err)
		}
		// The engine is healthy.
		if _, err := Compute(context.Background(), []Lazy{twoSteps(-1)}, On(e)); err != nil {
			t.Error(err)
		}
		e.Close()
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}, MemoryLimit(10_000))
}

func TestSpillNowhere(t *testing.T) {
	e := New(Workers(2), MemoryLimit(10_000), SpillDir(filepath.Join(t.TempDir(), "missing")))
	defer e.Close()
	r := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e))
	if err := r.Wait(context.Background()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestSpillDamaged(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		dir := e.set.spillDir
		r := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e))
		if err := r.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2"))
		if len(files) < 40 {
			t.Fatalf("%d files on disk", len(files))
		}
		for i, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			switch i % 3 {
			case 0:
				data[len(data)/2] ^= 1
			case 1:
				data = data[:len(data)-1]
			case 2:
				data = append(data, 0)
			}
			if err := os.WriteFile(f, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		bad := 0
		for k := range 50 {
			v, err, _ := r.Output(0, k).Poll()
			var se *SpillError
			switch {
			case err == nil && v.(blob).value() == int64(k) && len(v.(blob)) == 1000:
			case errors.As(err, &se) && errors.Is(err, spill.ErrDamaged):
				bad++
			default:
				t.Errorf("output %d: %v", k, err)
			}
		}
		if bad != len(files) {
			t.Errorf("%d damaged files, %d errors", len(files), bad)
		}
	}, MemoryLimit(10_000))
}

func TestSpillFolderOfACrash(t *testing.T) {
	dir := t.TempDir()
	// A folder whose lock nobody holds, as a crash leaves it.
	dead := filepath.Join(dir, spill.Prefix+"dead")
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lock", "1-1.s2"} {
		if err := os.WriteFile(filepath.Join(dead, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	alive := New(Workers(1), MemoryLimit(10_000), SpillDir(dir))
	defer alive.Close()
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Error("the folder of the crash is still there")
	}
}

// Cancelling, failing and panicking runs give their memory back.
func TestMemoryAfterFailure(t *testing.T) {
	checkLeaks(t)
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 6))
		e := New(anyMode(rng), MemoryLimit(5000), SpillDir(t.TempDir()))
		g := newRandomGraph(rng, 200)
		at, how := rng.IntN(200), rng.IntN(3)
		if e.set.sync && how == 1 {
			how = 0 // a panic passes through
		}
		ctx, cancel := context.WithCancelCause(context.Background())
		cause := errors.New("cause")
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "add", Codec: blobCodec{}, Bytes: func(int) int64 { return 100 }, Run: func(t *Task, in []any) (any, error) {
				if t.Arg() == at {
					switch how {
					case 0:
						return nil, cause
					case 1:
						panic(cause)
					case 2:
						cancel(cause)
					}
				}
				return newBlob(1, 100), nil
			}})
			ids := make([]TaskID, len(g.inputs))
			for i, in := range g.inputs {
				var qs []TaskID
				for _, q := range in {
					qs = append(qs, ids[q])
				}
				ids[i] = p.Add(op, i, qs...)
			}
			return ids, nil
		})
		var runs []*Run
		for range 3 {
			runs = append(runs, Start(ctx, []Lazy{l}, On(e)))
		}
		for _, r := range runs {
			err := r.Wait(context.Background())
			if how < 2 && !errors.Is(err, cause) || how == 2 && err != nil && !errors.Is(err, cause) {
				t.Errorf("seed %d, how %d: %v", seed, how, err)
			}
			r.Release()
		}
		e.memory.mu.Lock()
		if n := e.memory.admitted + len(e.memory.waiting); n != 0 {
			t.Errorf("seed %d: %d runs are still in the books", seed, n)
		}
		e.memory.mu.Unlock()
		cancel(nil)
		e.Close()
	}
}

// Goroutines that compute on one engine in sync mode share its limit, and wait for each other.
func TestSyncShared(t *testing.T) {
	e := New(Sync(), MemoryLimit(20_000), SpillDir(t.TempDir()))
	defer e.Close()
	e.memory.slack = 0
	gg := &gauge{e: e}
	within(t, func() {
		var group sync.WaitGroup
		for seed := range uint64(8) {
			group.Go(func() {
				rng := rand.New(rand.NewPCG(seed, 7))
				for range 10 {
					g := newRandomGraph(rng, 100)
					sizes := make([]int, 100)
					for i := range sizes {
						sizes[i] = 8 + rng.IntN(1000)
					}
					out, err := Compute(context.Background(), []Lazy{g.lowerBlobs(sizes, gg.look, false)}, On(e))
					if err != nil {
						t.Error(err)
						return
					}
					for i, k := range g.keep {
						if out[0][i].(blob).value() != g.want[k] {
							t.Errorf("task %d is %d, want %d", k, out[0][i].(blob).value(), g.want[k])
						}
					}
				}
			})
		}
		group.Wait()
	})
	if gg.peak > 20_000 {
		t.Errorf("%d bytes held, the limit is 20000", gg.peak)
	}
	inBooks(t, e, 0)
}
