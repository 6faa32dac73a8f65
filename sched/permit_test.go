package sched

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/internal/option"
)

// atOnce is the option of futures.Limit.
func atOnce(name string, n int) Option {
	return func(s *settings) { s.futures.Limits = append(s.futures.Limits, option.Limit{Name: name, N: n}) }
}

// awaitLined waits until n tasks stand in the lines of e's limits.
func awaitLined(t *testing.T, e *Engine, n int) {
	t.Helper()
	within(t, func() {
		for {
			if _, k := e.inLine(); k == n {
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
}

// A future whose context ends between its permit and its turn gives the permit back.
func TestPermitOfTheRefused(t *testing.T) {
	e := New(Workers(1), atOnce("q", 1))
	defer e.Close()
	bg := context.Background()
	hold := make(chan struct{})
	spec := Spec{Name: "q", Engine: e}
	first := Submit(bg, spec, func(t *Task) (any, error) { return nil, t.Blocking(func() error { <-hold; return nil }) })
	ctx, cancel := context.WithCancel(bg)
	second := Submit(ctx, spec, noop)
	awaitLined(t, e, 1)
	cancel()
	close(hold)
	within(t, func() {
		first.Wait(bg)
		Submit(bg, spec, noop).Wait(bg)
		second.Wait(bg)
	})
	if l := e.limitOf("q"); l.held != 0 || len(l.known) != 0 {
		t.Errorf("%d permits are held by %d tasks", l.held, len(l.known))
	}
}

// A task that has a permit and has not begun is not put off for want of memory, which one that waits for the permit holds.
func TestPermitUnderAMemoryLimit(t *testing.T) {
	const mb = 1 << 20
	e := New(Workers(2), MemoryLimit(100*mb), SpillDir(t.TempDir()), atOnce("q", 1))
	defer e.Close()
	bg := context.Background()
	free, measured, begun := make(chan struct{}), make(chan struct{}), make(chan struct{})
	holder := Submit(bg, Spec{Name: "q", Engine: e}, func(*Task) (any, error) { <-free; return nil, nil })
	for holder.State() != Running {
		time.Sleep(time.Millisecond)
	}
	named := func(p *Plan, bytes int64, in ...TaskID) {
		p.Keep(p.Add(p.Op(Op{Name: "q", Bytes: func(int) int64 { return bytes }, Run: func(*Task, []any) (any, error) { return 1, nil }}), 0, in...))
	}
	start := func(p *Plan) *Run {
		g, err := p.Graph()
		if err != nil {
			t.Fatal(err)
		}
		return StartGraph(bg, g, On(e))
	}
	pb := NewPlan()
	named(pb, 20*mb)
	b := start(pb)
	awaitLined(t, e, 1)
	pa := NewPlan()
	named(pa, mb, pa.Add(pa.Op(Op{Name: "large", Bytes: func(int) int64 { return mb }, Run: func(t *Task, _ []any) (any, error) {
		close(begun)
		<-measured
		t.SetBytes(90 * mb)
		return 1, nil
	}}), 0))
	a := start(pa)
	<-begun
	e.setLimits([]option.Limit{{Name: "q", N: 2}}) // b's has a permit; both seats are taken
	close(measured)
	within(t, func() {
		for _, n := e.inLine(); n != 1 && !a.over(); _, n = e.inLine() {
			time.Sleep(time.Millisecond)
		}
	})
	e.setLimits([]option.Limit{{Name: "q", N: 1}})
	close(free)
	within(t, func() {
		if err := errors.Join(a.Wait(bg), b.Wait(bg)); err != nil {
			t.Error(err)
		}
	})
}

// A task of low priority that has a permit is begun before other work, so that those of a high priority have it soon.
func TestPermitOfLowPriority(t *testing.T) {
	e := New(Workers(1), atOnce("q", 1))
	defer e.Close()
	bg := context.Background()
	open := make(chan struct{})
	holder := Submit(bg, Spec{Name: "q", Engine: e}, func(t *Task) (any, error) {
		return nil, t.Blocking(func() error { <-open; return nil })
	})
	Submit(bg, Spec{Name: "q", Engine: e, Priority: -1}, noop)
	awaitLined(t, e, 1)
	var stop atomic.Bool
	var others sync.WaitGroup
	for range 20 {
		others.Go(func() {
			for !stop.Load() {
				Submit(bg, Spec{Name: "x", Engine: e}, func(*Task) (any, error) { time.Sleep(100 * time.Microsecond); return nil, nil }).Wait(bg)
			}
		})
	}
	time.Sleep(10 * time.Millisecond)
	close(open)
	holder.Wait(bg)
	within(t, func() { Submit(bg, Spec{Name: "q", Engine: e, Priority: 1}, noop).Wait(bg) })
	stop.Store(true)
	others.Wait()
}

// A task with a permit that computes in sync mode gives the permit away when the inner task waits.
func TestPermitAroundSync(t *testing.T) {
	e := New(Workers(2), atOnce("q", 1))
	defer e.Close()
	bg := context.Background()
	spec := Spec{Name: "q", Engine: e}
	within(t, func() {
		Submit(bg, spec, func(outer *Task) (any, error) {
			_, err := Compute(outer.Context(), []Lazy{oneTask(0, func(t *Task, _ []any) (any, error) {
				ctx, done := t.Context(), make(chan struct{})
				go func() { defer close(done); Submit(bg, spec, noop).Wait(ctx) }()
				<-done
				return nil, nil
			})}, Sync())
			return nil, err
		}).Wait(bg)
	})
}

// An engine in sync mode is closed as others are: by a task of its own never, and when the functions that it let begin
// have returned, which Close tells and Shutdown lets end.
func TestCloseSync(t *testing.T) {
	bg := context.Background()
	e := New(Sync())
	if _, err := Compute(bg, []Lazy{oneTask(0, func(*Task, []any) (any, error) { return nil, e.Close() })}, On(e)); !errors.Is(err, errCloseInside) {
		t.Error(err)
	}
	for i, end := range []func() error{func() error { return e.Shutdown(bg) }, func() error { return e.Close() }} {
		e = New(Sync())
		begun, hold, closed := make(chan struct{}), make(chan struct{}), make(chan error)
		var told, ended atomic.Bool
		go Submit(bg, Spec{Name: "f", Engine: e}, func(t *Task) (any, error) {
			ctx := t.Context()
			close(begun)
			<-hold
			told.Store(ctx.Err() != nil)
			ended.Store(true)
			return 1, nil
		})
		<-begun
		go func() { closed <- end() }()
		for !e.refusing.Load() {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(5 * time.Millisecond)
		close(hold)
		within(t, func() {
			if err := <-closed; err != nil || !ended.Load() {
				t.Error(err, ended.Load())
			}
		})
		if _, err, _ := Submit(bg, Spec{Name: "late", Engine: e}, noop).Poll(); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if want := i == 1; told.Load() != want {
			t.Errorf("%d: the function was told of the end: %v", i, !want)
		}
	}
}

// Tasks tells of each that failed for another that one's error, also where two have one key.
func TestTasksTellRoots(t *testing.T) {
	e := New(Workers(1))
	defer e.Close()
	bg := context.Background()
	for _, text := range []string{"first", "second"} {
		Submit(bg, Spec{Name: "d", Engine: e}, noop, failedRun(errors.New(text)).Output(0, 0)).Wait(bg)
	}
	var texts []string
	for _, x := range e.Tasks() {
		texts = append(texts, x.Err.Error())
	}
	if len(texts) != 2 || texts[0] == texts[1] {
		t.Error(texts)
	}
}

// A failure cannot be run again without a context.
func TestRerunNilContext(t *testing.T) {
	bg := context.Background()
	f := Submit(bg, Spec{Name: "x"}, func(*Task) (any, error) { return nil, errNoSpace })
	f.Wait(bg)
	_, err, _ := f.Poll()
	te, ok := errors.AsType[*TaskError](err)
	var none context.Context
	if !ok || te.Rerun(none) != ErrNilContext || !errors.Is(te.Rerun(bg), errNoSpace) {
		t.Error(err)
	}
}

// What a task reports with Grow while it is computed again, for a result that was let go, is given back as well.
func TestGrowAgain(t *testing.T) {
	bg := context.Background()
	e := New(Workers(1), MemoryLimit(10_000), SpillDir(t.TempDir()))
	e.memory.slack = 0
	defer e.Close()
	r := Start(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
		return []TaskID{p.Add(p.Op(Op{Name: "c", Cheap: true, Bytes: func(int) int64 { return 1000 }, Run: func(t *Task, _ []any) (any, error) {
			return 1, t.Grow(500)
		}}), 0)}, nil
	})}, On(e))
	if err := r.Wait(bg); err != nil {
		t.Fatal(err)
	}
	if _, err := Compute(bg, []Lazy{growing(1, 9500, 400, 0)}, On(e)); err != nil { // there is room when the result goes
		t.Fatal(err)
	}
	for range 3 {
		if v, err, ok := r.Output(0, 0).Poll(); v != 1 || err != nil || !ok {
			t.Fatal(v, err, ok)
		}
	}
	inBooks(t, e, 0)
	r.Release()
	inBooks(t, e, 0)
}
