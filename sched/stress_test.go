package sched

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// checkLeaks fails the test if goroutines that it started are left at its end.
func checkLeaks(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for wait := time.Microsecond; wait < 30*time.Second; wait *= 2 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(wait)
		}
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines before the test, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
	})
}

// randomGraph is a graph whose tasks add their inputs and their own number, and the oracle for its results.
type randomGraph struct {
	inputs [][]int
	want   []int64
	keep   []int
	runs   []atomic.Int32
}

func newRandomGraph(rng *rand.Rand, n int) *randomGraph {
	g := &randomGraph{inputs: make([][]int, n), want: make([]int64, n), runs: make([]atomic.Int32, n)}
	for i := range n {
		for range rng.IntN(4) {
			if i > 0 {
				g.inputs[i] = append(g.inputs[i], i-1-rng.IntN(min(i, 1+rng.IntN(50))))
			}
		}
		g.want[i] = int64(i)
		for _, q := range g.inputs[i] {
			g.want[i] += g.want[q] % 1_000_003
		}
		if rng.IntN(10) == 0 {
			g.keep = append(g.keep, i)
		}
	}
	if len(g.keep) == 0 {
		g.keep = []int{n - 1}
	}
	return g
}

func (g *randomGraph) lower(body func(i int) error) Lazy {
	return g.lowerOp(Op{Name: "add"}, func(t *Task) error { return body(t.Arg()) })
}

// lowerOp is lower for bodies that want the task, and operations with more to say than a name.
func (g *randomGraph) lowerOp(o Op, body func(t *Task) error) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		o.Run = func(t *Task, in []any) (any, error) {
			i := t.Arg()
			if err := body(t); err != nil {
				return nil, err
			}
			g.runs[i].Add(1)
			sum := int64(i)
			for k, v := range in {
				x, ok := v.(int64)
				if !ok {
					return nil, fmt.Errorf("task %d: input %d (task %d) is %v", i, k, g.inputs[i][k], v)
				}
				sum += x % 1_000_003
			}
			return sum, nil
		}
		op := p.Op(o)
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

func TestRandomGraphs(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		for seed := range uint64(60) {
			rng := rand.New(rand.NewPCG(seed, 1))
			g := newRandomGraph(rng, 1+rng.IntN(3000))
			out, err := Compute(context.Background(), []Lazy{g.lower(func(int) error { return nil })}, On(e))
			if err != nil {
				t.Fatal(seed, err)
			}
			for i, k := range g.keep {
				if out[0][i] != g.want[k] {
					t.Fatalf("seed %d: task %d is %v, want %d", seed, k, out[0][i], g.want[k])
				}
			}
			for i := range g.runs {
				if n := g.runs[i].Load(); n != 1 {
					t.Fatalf("seed %d: task %d ran %d times", seed, i, n)
				}
			}
		}
	})
}

// The failure reported is the first in plan order, in every mode, whatever fails besides.
func TestFirstFailure(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		for seed := range uint64(60) {
			rng := rand.New(rand.NewPCG(seed, 2))
			g := newRandomGraph(rng, 200+rng.IntN(2000))
			var bad []int
			for range 1 + rng.IntN(20) {
				bad = append(bad, rng.IntN(len(g.inputs)))
			}
			slices.Sort(bad)
			cause := errors.New("bad")
			panics := rng.IntN(2) == 0 && !e.set.sync
			_, err := Compute(context.Background(), []Lazy{g.lower(func(i int) error {
				if _, ok := slices.BinarySearch(bad, i); ok {
					if panics {
						panic(cause)
					}
					return cause
				}
				return nil
			})}, On(e))
			var te *TaskError
			if !errors.As(err, &te) || !errors.Is(err, cause) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if want := fmt.Sprintf("add-0[%d]", bad[0]); te.Key != want {
				t.Fatalf("seed %d: failed at %s, want %s", seed, te.Key, want)
			}
			if i := bad[0]; len(te.Inputs) != len(g.inputs[i]) {
				t.Fatalf("seed %d: %d inputs, want %d", seed, len(te.Inputs), len(g.inputs[i]))
			}
			if panics {
				continue
			}
			if err := te.Rerun(context.Background()); !errors.Is(err, cause) {
				t.Fatalf("rerun: %v", err)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		for seed := range uint64(30) {
			rng := rand.New(rand.NewPCG(seed, 3))
			g := newRandomGraph(rng, 200+rng.IntN(2000))
			at := rng.IntN(len(g.inputs))
			ctx, cancel := context.WithCancelCause(context.Background())
			cause := errors.New("enough")
			_, err := Compute(ctx, []Lazy{g.lower(func(i int) error {
				if i == at {
					cancel(cause)
				}
				return nil
			})}, On(e))
			if err != nil && !errors.Is(err, cause) {
				t.Fatal(err)
			}
		}
	})
}

func TestNestedCompute(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		var level func(ctx context.Context, depth int, nested ...Option) (int64, error)
		level = func(ctx context.Context, depth int, nested ...Option) (int64, error) {
			if depth == 0 {
				return 1, nil
			}
			l := lazyFunc(func(p *Plan) ([]TaskID, error) {
				sub := p.Op(Op{Name: "sub", Run: func(t *Task, _ []any) (any, error) { return level(t.Context(), depth-1) }})
				sum := p.Op(Op{Name: "sum", Run: func(t *Task, in []any) (any, error) {
					var s int64
					for _, v := range in {
						s += v.(int64)
					}
					return s, nil
				}})
				return []TaskID{p.Add(sum, 0, p.Add(sub, 0), p.Add(sub, 1), p.Add(sub, 2))}, nil
			})
			out, err := Compute(ctx, []Lazy{l}, nested...)
			if err != nil {
				return 0, err
			}
			return out[0][0].(int64), nil
		}
		if got, err := level(context.Background(), 6, On(e)); err != nil || got != 729 {
			t.Fatal(got, err)
		}
	})
}

func TestFutureForkJoin(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			if n < 2 {
				return n, nil
			}
			a := Submit(ctx, Spec{Name: "fib"}, func(t *Task) (any, error) { return fib(t.Context(), n-1) })
			b, err := fib(ctx, n-2)
			if err != nil {
				return 0, err
			}
			if err := a.Wait(ctx); err != nil {
				return 0, err
			}
			v, err, _ := a.Poll()
			if err != nil {
				return 0, err
			}
			return v.(int) + b, nil
		}
		f := Submit(context.Background(), Spec{Name: "fib", Engine: e}, func(t *Task) (any, error) { return fib(t.Context(), 18) })
		if err := f.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		if v, err, _ := f.Poll(); err != nil || v != 2584 {
			t.Fatal(v, err)
		}
	})
}

// Tasks that wait with a foreign context hold their seats; the engine must not stand still.
func TestForeignWait(t *testing.T) {
	checkLeaks(t)
	e := New(Workers(1))
	defer e.Close()
	bg := context.Background()
	out, err := Compute(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
		op := p.Op(Op{Name: "outer", Run: func(*Task, []any) (any, error) {
			f := Submit(bg, Spec{Name: "inner", Engine: e}, func(*Task) (any, error) { return 7, nil })
			g := Submit(bg, Spec{Name: "after", Engine: e}, func(*Task) (any, error) { v, _, _ := f.Poll(); return v.(int) + 1, nil }, f)
			if err := g.Wait(bg); err != nil {
				return nil, err
			}
			v, err, _ := g.Poll()
			return v, err
		}})
		return []TaskID{p.Add(op, 0)}, nil
	})}, On(e))
	if err != nil || out[0][0] != 8 {
		t.Fatal(out, err)
	}
}

func TestFutureStates(t *testing.T) {
	checkLeaks(t)
	e := New(Workers(2))
	defer e.Close()
	bg := context.Background()
	bad := errors.New("bad")
	started, gate := make(chan bool), make(chan bool)
	running := Submit(bg, Spec{Name: "running", Engine: e}, func(t *Task) (any, error) {
		close(started)
		select {
		case <-gate:
			return 1, nil
		case <-t.Context().Done():
			return nil, context.Cause(t.Context())
		}
	})
	<-started
	pending := Submit(bg, Spec{Name: "pending", Engine: e}, func(*Task) (any, error) { return 2, nil }, running)
	if running.State() != Running || pending.State() != Pending {
		t.Fatal(running.State(), pending.State())
	}
	why := errors.New("why")
	running.Cancel(why)
	<-running.Done()
	<-pending.Done()
	if _, err, _ := running.Poll(); running.State() != Cancelled || err != why {
		t.Fatal(running.State(), err)
	}
	var in *InputError
	if _, err, _ := pending.Poll(); pending.State() != Failed || !errors.As(err, &in) || !errors.Is(err, why) || in.Key != running.Key() {
		t.Fatal(pending.State(), err)
	}
	failing := Submit(bg, Spec{Name: "failing", Engine: e}, func(*Task) (any, error) { panic(bad) })
	last := failing
	for range 100 {
		last = Submit(bg, Spec{Name: "next", Engine: e}, func(*Task) (any, error) { return nil, nil }, last)
	}
	last.Wait(bg)
	var te *TaskError
	if _, err, _ := last.Poll(); !errors.As(err, &te) || te.Key != failing.Key() || !errors.Is(err, bad) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(bg)
	cancel(why)
	never := Submit(ctx, Spec{Name: "never", Engine: e}, func(*Task) (any, error) { t.Error("ran"); return nil, nil })
	never.Wait(bg)
	if _, err, _ := never.Poll(); never.State() != Cancelled || err != why {
		t.Fatal(never.State(), err)
	}
}

func TestGoexit(t *testing.T) {
	checkLeaks(t)
	e := New(Workers(2))
	defer e.Close()
	bg := context.Background()
	for range 20 {
		f := Submit(bg, Spec{Name: "exit", Engine: e}, func(*Task) (any, error) { runtime.Goexit(); return nil, nil })
		<-f.Done()
		if _, err, _ := f.Poll(); !errors.Is(err, errGoexit) {
			t.Fatal(err)
		}
	}
	r := Start(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
		op := p.Op(Op{Name: "exit", Run: func(t *Task, _ []any) (any, error) {
			if t.Arg() == 50 {
				runtime.Goexit()
			}
			return nil, nil
		}})
		var ids []TaskID
		for i := range 100 {
			ids = append(ids, p.Add(op, i))
		}
		return ids, nil
	})}, On(e))
	<-r.Done()
	if err := r.Err(); !errors.Is(err, errGoexit) {
		t.Fatal(err)
	}
}

// A computation inside a task ends while the task waits for it: its tasks must be skipped by somebody, and the only
// seat is the waiting task's. Compute returned to it before they were, and waited for them for ever.
func TestNestedCancel(t *testing.T) {
	for _, opts := range [][]Option{{Workers(1)}, {Workers(2)}, {Workers(1), MemoryLimit(1 << 20)}} {
		e := New(opts...)
		for range 300 {
			ctx, cancel := context.WithCancel(context.Background())
			never := Submit(context.Background(), Spec{Name: "never", Engine: e}, func(*Task) (any, error) { return 0, nil }, neverReady{})
			outer := lazyFunc(func(p *Plan) ([]TaskID, error) {
				return []TaskID{p.Add(p.Op(Op{Name: "outer", Run: func(t *Task, _ []any) (any, error) {
					_, err := Compute(t.Context(), []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
						inner := p.Op(Op{Name: "inner", Run: func(*Task, []any) (any, error) { return 0, nil }})
						p.Add(p.Op(Op{Name: "stop", Run: func(*Task, []any) (any, error) { time.AfterFunc(20*time.Microsecond, cancel); return 0, nil }}), 0)
						return []TaskID{p.Add(inner, 0, p.AddExternal(never))}, nil
					})})
					return nil, err
				}}), 0)}, nil
			})
			if _, err := Compute(ctx, []Lazy{outer}, On(e)); !errors.Is(err, context.Canceled) {
				t.Fatalf("the error is %v", err)
			}
			never.Cancel(nil)
		}
		e.Close()
	}
}

// neverReady is an input that does not come.
type neverReady struct{}

func (neverReady) Key() string                { return "never" }
func (neverReady) Poll() (any, error, bool)   { return nil, nil, false }
func (neverReady) Notify(func()) func()       { return told }
func (neverReady) Wait(context.Context) error { return nil }
