package sched

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/gomagpie/magpie/internal/site"
)

// valueOf submits a future whose value takes so many bytes of the limit.
func valueOf(e *Engine, bytes int64) *Future {
	return Submit(context.Background(), Spec{Name: "value", Engine: e}, func(t *Task) (any, error) {
		t.SetBytes(bytes)
		return new(int), nil
	})
}

// values returns futures of so many bytes each that have ended well.
func values(t *testing.T, e *Engine, n int, bytes int64) (fs []*Future) {
	for range n {
		f := valueOf(e, bytes)
		if err := f.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, err, _ := f.Poll(); err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	return fs
}

// What nobody holds keeps nobody from memory, whether a collection comes by itself or not.
func TestDroppedMakesRoom(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	// Nine tenths of the limit that nobody holds any more.
	futures := func(e *Engine) { values(t, e, 9, 1000) }
	results := func(e *Engine) {
		p := Persist(bg, "p", site.Site{}, []Lazy{held(9, 1000, nil)}, On(e))
		if err := p.Wait(bg); err != nil {
			t.Fatal(err)
		}
	}
	run := func(ctx context.Context, e *Engine) error {
		_, err := Compute(ctx, []Lazy{oneTask(6000, func(*Task, []any) (any, error) { return nil, nil })}, On(e))
		return err
	}
	for name, use := range map[string]func(e *Engine) error{
		"a future": func(e *Engine) error {
			f := valueOf(e, 6000)
			f.Wait(bg)
			_, err, _ := f.Poll()
			return err
		},
		"a run": func(e *Engine) error { return run(bg, e) },
		"a run in a task": func(e *Engine) error {
			_, err := Compute(bg, []Lazy{oneTask(100, func(t *Task, _ []any) (any, error) { return nil, run(t.Context(), e) })}, On(e))
			return err
		},
		"a task that grows": func(e *Engine) error {
			_, err := Compute(bg, []Lazy{growing(1, 6000, 6000, 0)}, On(e))
			return err
		},
		"a result that has grown": func(e *Engine) error {
			_, err := Compute(bg, []Lazy{growing(1, 0, 1, 6000)}, On(e))
			return err
		},
	} {
		for what, drop := range map[string]func(e *Engine){"futures": futures, "results": results} {
			e := New(Workers(2), MemoryLimit(10_000), SpillDir(t.TempDir()))
			e.memory.slack = 0
			drop(e)
			if err := use(e); err != nil {
				t.Errorf("%s after %s: %v", name, what, err)
			}
			e.Close()
		}
	}
}

// The same for the next task of a run under way.
func TestDroppedBeforeTask(t *testing.T) {
	checkLeaks(t)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	e := New(Workers(2), MemoryLimit(10_000), SpillDir(t.TempDir()))
	e.memory.slack = 0
	defer e.Close()
	l := lazyFunc(func(p *Plan) ([]TaskID, error) {
		drop := p.Op(Op{Name: "drop", Run: func(*Task, []any) (any, error) { values(t, e, 9, 1000); return nil, nil }})
		big := p.Op(Op{Name: "big", Bytes: func(int) int64 { return 6000 }, Run: func(*Task, []any) (any, error) { return 1, nil }})
		return []TaskID{p.Add(big, 0, p.Add(drop, 0))}, nil
	})
	if _, err := Compute(context.Background(), []Lazy{l}, On(e)); err != nil {
		t.Error(err)
	}
}

// What is let go of after it was in the way is not in the way of the next.
func TestLetGoAfterRefusal(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	e := New(Workers(1), MemoryLimit(10_000), SpillDir(t.TempDir()))
	defer e.Close()
	mine := values(t, e, 10, 1000)
	f := valueOf(e, 200)
	f.Wait(bg)
	if _, err, _ := f.Poll(); !isMemory(err) {
		t.Errorf("beside ten values that fill the limit: %v", err)
	}
	runtime.KeepAlive(mine)
	mine = nil
	values(t, e, 1, 200)
}

func isMemory(err error) bool {
	_, ok := errors.AsType[*MemoryError](err)
	return ok
}

// A run in the queue begins when what keeps it has been let go of: before the run in front of it ends, or later.
func TestDroppedBeforeQueue(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, later := range []bool{false, true} {
		e := New(Workers(2), MemoryLimit(10_000), SpillDir(t.TempDir()))
		e.memory.slack = 0
		full := make(chan bool)
		front := Start(bg, []Lazy{oneTask(5000, func(*Task, []any) (any, error) { <-full; return nil, nil })}, On(e))
		r := Start(bg, []Lazy{oneTask(7000, func(*Task, []any) (any, error) { return nil, nil })}, On(e))
		mine := values(t, e, 4, 1000)
		if !later {
			mine = nil
		}
		close(full)
		if err := front.Wait(bg); err != nil {
			t.Error(err)
		}
		front.Release()
		if later {
			if e.memory.collect(); r.over() {
				t.Error("it has begun beside what is held")
			}
		}
		runtime.KeepAlive(mine)
		mine = nil
		soon(t, "a run in the queue", func() {
			if err := r.Wait(bg); err != nil {
				t.Error(err)
			}
		})
		e.Close()
	}
}
