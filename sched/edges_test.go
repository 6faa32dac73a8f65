package sched

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A goroutine left behind by its task waits for a future that blocks: it has no seat, and takes none along.
func TestLeftBehindHasNoSeat(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	blocking, free, gone := make(chan bool), make(chan bool), make(chan bool)
	a := Submit(bg, Spec{Name: "a", Engine: e}, func(t *Task) (any, error) {
		ctx := t.Context()
		inner := Submit(ctx, Spec{Name: "inner"}, func(t *Task) (any, error) {
			return nil, t.Blocking(func() error { close(blocking); <-free; return nil })
		})
		go func() { inner.Wait(ctx); close(gone) }()
		return nil, Await(context.WithoutCancel(ctx), chanOf(blocking))
	})
	within(t, func() {
		a.Wait(bg)
		h := Submit(bg, Spec{Name: "h", Engine: e}, noop)
		h.Wait(bg) // while inner blocks
		close(free)
		<-gone
		Submit(bg, Spec{Name: "h", Engine: e}, noop).Wait(bg)
	})
	awaitIdle(t, e)
}

func chanOf(c chan bool) <-chan struct{} {
	d := make(chan struct{})
	go func() { <-c; close(d) }()
	return d
}

// A future that a task of a run submits is the next thing its worker does.
func TestRunSubmits(t *testing.T) {
	for _, opts := range [][]Option{{Workers(1)}, {Workers(1), MemoryLimit(1 << 20)}} {
		e := New(opts...)
		var ran, at atomic.Int64
		p := NewPlan()
		op := p.Op(Op{Name: "work", Run: func(t *Task, _ []any) (any, error) {
			ran.Add(1)
			if t.Arg() == 3 {
				Submit(context.WithoutCancel(t.Context()), Spec{Name: "f"}, func(*Task) (any, error) { at.Store(ran.Load()); return nil, nil })
			}
			return nil, nil
		}})
		for i := range 300 {
			p.Add(op, i)
		}
		g, _ := p.Graph()
		if err := StartGraph(context.Background(), g, On(e)).Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		if at.Load() != 4 {
			t.Errorf("the future that the fourth task submitted ran after %d", at.Load())
		}
		e.Close()
	}
}

// Waits that time out, and channels asked for in a loop, leave nothing behind.
func TestWaitsThatTimeOut(t *testing.T) {
	e := New(Workers(1))
	defer e.Close()
	free := make(chan bool)
	f := Submit(context.Background(), Spec{Name: "f", Engine: e}, func(*Task) (any, error) { <-free; return nil, nil })
	for f.State() != Running {
		runtime.Gosched()
	}
	for range 1000 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Microsecond)
		f.Wait(ctx)
		cancel()
		select {
		case <-f.Done():
		default:
		}
	}
	f.mu.Lock()
	if f.edges != nil {
		t.Error("edges are left of waits that have timed out")
	}
	f.mu.Unlock()
	close(free)
	within(t, func() { <-f.Done() })
}

// Tasks that wait for a channel are seen to wait, and others run: on few workers, beside a task that computes, and
// with nobody outside who waits in a way the engine knows of.
func TestChannelWaits(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, spins := range []bool{false, true} {
		e := New(Workers(2))
		ch := make(chan int)
		var fs []*Future
		var stop atomic.Bool
		submit := func(name string, run func() any) {
			fs = append(fs, Submit(bg, Spec{Name: name, Engine: e}, func(*Task) (any, error) { return run(), nil }))
		}
		if spins {
			submit("spins", func() any {
				for !stop.Load() {
				}
				return nil
			})
		}
		for range 100 {
			submit("waits", func() any { return <-ch })
		}
		submit("feeds", func() any {
			for i := range 100 {
				ch <- i
			}
			stop.Store(true)
			return nil
		})
		within(t, func() {
			for _, f := range fs {
				<-f.Done()
			}
		})
		awaitIdle(t, e)
		e.Close()
	}
}

// The same with the tasks of a run, some of which lie in the queue of one that waits.
func TestChannelWaitsInARun(t *testing.T) {
	checkLeaks(t)
	for _, opts := range [][]Option{{Workers(1)}, {Workers(2)}, {Workers(1), MemoryLimit(1 << 20)}} {
		e := New(opts...)
		ch := make(chan int)
		const n = 12
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			first := p.Add(p.Op(Op{Name: "first", Run: func(*Task, []any) (any, error) { return 0, nil }}), 0)
			op := p.Op(Op{Name: "meets", Run: func(t *Task, _ []any) (any, error) {
				if t.Arg() == n {
					for i := range n {
						ch <- i
					}
					return n, nil
				}
				return <-ch, nil
			}})
			var ids []TaskID
			for i := range n + 1 {
				ids = append(ids, p.Add(op, i, first))
			}
			return ids, nil
		})
		within(t, func() {
			r := Start(context.Background(), []Lazy{l}, On(e))
			<-r.Done()
			if err := r.Err(); err != nil {
				t.Error(err)
			}
		})
		e.Close()
	}
}

// An errgroup: the goroutines of a task submit and wait with its context, while the task waits for them in a way that
// the engine is not told of.
func TestGroupInATask(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	within(t, func() {
		f := Submit(bg, Spec{Name: "group", Engine: e}, func(t *Task) (any, error) {
			ctx := t.Context()
			var sum atomic.Int64
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					f := Submit(ctx, Spec{Name: "part"}, func(*Task) (any, error) { return int64(i), nil })
					f.Wait(ctx)
					v, _, _ := f.Poll()
					sum.Add(v.(int64))
				})
			}
			wg.Wait()
			return sum.Load(), nil
		})
		f.Wait(bg)
		if v, err, _ := f.Poll(); err != nil || v != int64(190) {
			t.Error(v, err)
		}
	})
}

// Never more tasks at once than workers, whoever waits for them.
func TestNeverMoreThanWorkers(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	const n = 2
	e := New(Workers(n))
	defer e.Close()
	var running, peak atomic.Int64
	work := func() {
		if r := running.Add(1); r > n {
			peak.Store(r)
		}
		for b := time.Now(); time.Since(b) < 200*time.Microsecond; {
		}
		running.Add(-1)
	}
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			switch i % 3 {
			case 0:
				Submit(bg, Spec{Name: "f", Engine: e}, func(*Task) (any, error) { work(); return nil, nil }).Wait(bg)
			case 1:
				Compute(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
					op := p.Op(Op{Name: "t", Run: func(*Task, []any) (any, error) { work(); return nil, nil }})
					return []TaskID{p.Add(op, 0), p.Add(op, 1)}, nil
				})}, On(e))
			case 2: // gives its seat away, and stands in line for it
				Submit(bg, Spec{Name: "f", Engine: e}, func(t *Task) (any, error) {
					work()
					f := Submit(bg, Spec{Name: "g", Engine: e}, func(*Task) (any, error) { work(); return nil, nil })
					f.Wait(bg)
					work()
					return nil, t.Blocking(func() error { return nil })
				}).Wait(bg)
			}
		})
	}
	within(t, wg.Wait)
	if p := peak.Load(); p > n {
		t.Errorf("%d tasks at once on %d workers", p, n)
	}
	awaitIdle(t, e)
	if st := e.Stats(); st.Parked > n {
		t.Errorf("%d executors are kept for %d seats", st.Parked, n)
	}
}

// Futures start in the order in which they were submitted, on one worker, however long they take; and what a future
// makes ready is run before the next.
func TestOrderOnOneWorker(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, d := range []time.Duration{0, 20 * time.Microsecond, 500 * time.Microsecond} {
		e := New(Workers(1))
		open := make(chan bool)
		Submit(bg, Spec{Name: "gate", Engine: e}, func(*Task) (any, error) { <-open; return nil, nil })
		const n = 150
		var order []int
		live, peak := 0, 0
		var last []*Future
		for i := range n {
			read := Submit(bg, Spec{Name: "read", Engine: e}, func(*Task) (any, error) {
				order = append(order, i)
				live++
				peak = max(peak, live)
				for b := time.Now(); time.Since(b) < d; {
				}
				return nil, nil
			})
			last = append(last, Submit(bg, Spec{Name: "process", Engine: e}, func(*Task) (any, error) {
				live--
				for b := time.Now(); time.Since(b) < d; {
				}
				return nil, nil
			}, read))
		}
		close(open)
		within(t, func() {
			for _, f := range last {
				<-f.Done()
			}
		})
		if !slices.IsSorted(order) || len(order) != n {
			t.Errorf("tasks of %v start in the order %v", d, order)
		}
		if peak > 4 {
			t.Errorf("tasks of %v: %d results at once", d, peak)
		}
		e.Close()
	}
}

// Engines of one worker each whose tasks wait for each other in turn.
func TestTwoEnginesInTurn(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	es := []*Engine{New(Workers(1)), New(Workers(1))}
	var down func(t *Task, n int) (any, error)
	down = func(t *Task, n int) (any, error) {
		if n == 0 {
			return es[0].Stats().Active, nil
		}
		f := Submit(t.Context(), Spec{Name: "down", Engine: es[n%2]}, func(t *Task) (any, error) { return down(t, n-1) })
		f.Wait(t.Context())
		v, err, _ := f.Poll()
		return v, err
	}
	within(t, func() {
		var fs []*Future
		for range 4 {
			fs = append(fs, Submit(bg, Spec{Name: "top", Engine: es[0]}, func(t *Task) (any, error) { return down(t, 500) }))
		}
		for _, f := range fs {
			<-f.Done()
			if v, err, _ := f.Poll(); err != nil || v.(int) > 1 {
				t.Errorf("at the bottom %v are active: %v", v, err)
			}
		}
	})
	for _, e := range es {
		awaitIdle(t, e)
		e.Close()
	}
}

// Cancel ends a running future for all who look at it, and its function's result is dropped.
func TestCancelSettles(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	why := errors.New("why")
	started, free := make(chan bool), make(chan bool)
	f := Submit(bg, Spec{Name: "deaf", Engine: e}, func(*Task) (any, error) { close(started); <-free; return 1, nil })
	after := Submit(bg, Spec{Name: "after", Engine: e}, noop, f)
	slow := Submit(bg, Spec{Name: "slow", Engine: e}, noop)
	last := Submit(bg, Spec{Name: "last", Engine: e}, noop, slow, after)
	<-started
	done := f.Done()
	f.Cancel(why)
	if _, err, ok := f.Poll(); f.State() != Cancelled || err != why || !ok {
		t.Error(f.State(), err)
	}
	for _, f := range []*Future{after, last} { // without a seat, and without the other input
		if _, err, _ := f.Poll(); f.State() != Failed || !errors.Is(err, why) {
			t.Error(f.State(), err)
		}
	}
	within(t, func() { <-done })
	closed := make(chan bool)
	go func() { e.Close(); close(closed) }()
	select {
	case <-closed:
		t.Error("Close has not waited for a function that was cancelled and runs")
	case <-time.After(20 * time.Millisecond):
	}
	close(free)
	within(t, func() { <-closed; <-slow.Done() })
	if _, err, _ := f.Poll(); err != why {
		t.Error("its result counted after all:", err)
	}

	// The end of the context does the same, for what depends on the future as well.
	e = New(Workers(1))
	defer e.Close()
	ctx, cancel := context.WithCancelCause(bg)
	started, free = make(chan bool), make(chan bool)
	f = Submit(ctx, Spec{Name: "deaf", Engine: e}, func(*Task) (any, error) { close(started); <-free; return 1, nil })
	other := Submit(bg, Spec{Name: "other", Engine: New(Workers(1))}, noop, f)
	<-started
	cancel(why)
	within(t, func() { <-other.Done() })
	if _, err, _ := other.Poll(); !errors.Is(err, why) {
		t.Error(err)
	}
	close(free)
	other.e.Close()
}

// Close called by a task is refused; what waits for another engine ends with its own.
func TestCloseInsideAndAcross(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	a, b := New(Workers(1)), New(Workers(1))
	f := Submit(bg, Spec{Name: "closes", Engine: a}, func(*Task) (any, error) { return nil, a.Close() })
	within(t, func() { <-f.Done() })
	if _, err, _ := f.Poll(); !errors.Is(err, errCloseInside) {
		t.Error(err)
	}
	free := make(chan bool)
	far := Submit(bg, Spec{Name: "far", Engine: b}, func(*Task) (any, error) { <-free; return nil, nil })
	near := Submit(bg, Spec{Name: "near", Engine: a}, noop, far)
	next := Submit(bg, Spec{Name: "next", Engine: a}, noop, near)
	gated := Submit(bg, Spec{Name: "gated", Engine: a}, noop, &gate{})
	within(t, func() { a.Close() })
	for _, f := range []*Future{near, next, gated} {
		if _, err, ok := f.Poll(); !ok || !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", f.Key(), err)
		}
	}
	close(free)
	b.Close()
}

// A panic in a callback or an observer is told, and is nobody else's.
func TestPanicsOfCallbacks(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1), Observe(panickyObserver{}))
	defer e.Close()
	open := make(chan bool)
	f := Submit(bg, Spec{Name: "f", Engine: e}, func(*Task) (any, error) { <-open; return nil, nil })
	Callback(f, func() { panic("callback") })
	close(open)
	within(t, func() {
		<-f.Done()
		Submit(bg, Spec{Name: "g", Engine: e}, noop).Wait(bg)
		Compute(bg, []Lazy{twoSteps(-1)}, On(e))
	})
	for _, want := range []string{"callback", "observer"} {
		within(t, func() { // until it is told
			for !slices.ContainsFunc(e.Tasks(), func(x TaskInfo) bool { return strings.Contains(fmt.Sprint(x.Err), "panic: "+want) }) {
				runtime.Gosched()
			}
		})
	}
}

type panickyObserver struct{}

func (panickyObserver) Observe([]Event) { panic("observer") }

// runtime.Goexit in a task that runs inline ends the task that waits for it, too, and nobody else's goroutine.
func TestGoexitInline(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2} {
		e := New(Workers(n))
		within(t, func() {
			f := Submit(bg, Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
				ctx := t.Context()
				return nil, Submit(ctx, Spec{Name: "exits"}, func(*Task) (any, error) { runtime.Goexit(); return nil, nil }).Wait(ctx)
			})
			f.Wait(bg)
			if _, err, _ := f.Poll(); n == 1 && !errors.Is(err, errGoexit) {
				t.Error(err)
			}
			Submit(bg, Spec{Name: "next", Engine: e}, noop).Wait(bg)
		})
		awaitIdle(t, e)
		e.Close()
	}
}

// Sync mode ends what it computes before runtime.Goexit or a panic goes on with the caller's goroutine.
func TestSyncUnwinds(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, opts := range [][]Option{{Sync()}, {Sync(), MemoryLimit(1 << 20)}} {
		ended := make(chan bool)
		var inner *Future
		go func() {
			defer close(ended)
			Compute(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
				return []TaskID{p.Add(p.Op(Op{Name: "exit", Run: func(t *Task, _ []any) (any, error) {
					defer func() { inner = Submit(t.Context(), Spec{Name: "in the end"}, noop) }()
					runtime.Goexit()
					return nil, nil
				}}), 0)}, nil
			})}, opts...)
			t.Error("Compute returned")
		}()
		within(t, func() { <-ended })
		if inner.State() != Finished {
			t.Error(inner.State())
		}
		func() {
			defer func() {
				if p := recover(); p != "mine" {
					t.Error(p)
				}
			}()
			f := new(Future)
			f.Begin(bg, Spec{Name: "panics", Sync: true}, bodyFunc(func(*Task) (any, error) { panic("mine") }))
		}()
	}
	bad := errors.New("bad")
	f := Submit(bg, Spec{Name: "f", Sync: true}, func(*Task) (any, error) { return nil, bad })
	g := Submit(bg, Spec{Name: "g", Sync: true}, noop, f)
	h := Submit(bg, Spec{Name: "h", Sync: true}, noop, g)
	if _, err, _ := h.Poll(); h.State() != Failed || !errors.Is(err, bad) {
		t.Error(h.State(), err)
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if f := Submit(ctx, Spec{Name: "late", Sync: true}, func(*Task) (any, error) { t.Error("ran"); return nil, nil }); f.State() != Cancelled {
		t.Error(f.State())
	}
}

// The cause of a task's end is told by its context, whether or not anybody has asked for Done.
func TestCauseWithoutDone(t *testing.T) {
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	cause := errors.New("the cause")
	begun, told := make(chan bool), make(chan error, 1)
	f := Submit(bg, Spec{Name: "f", Engine: e}, func(t *Task) (any, error) {
		ctx := t.Context()
		close(begun)
		for ctx.Err() == nil {
			runtime.Gosched()
		}
		told <- context.Cause(ctx)
		return nil, nil
	})
	<-begun
	f.Cancel(cause)
	within(t, func() {
		if err := <-told; err != cause {
			t.Errorf("the cause is %v", err)
		}
	})
}

// A computation in sync mode, inside a task, that waits for an input gives the task's seat away.
func TestSyncInsideWaits(t *testing.T) {
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	e.monitor.armed.Store(true) // and never looks
	f := Submit(bg, Spec{Name: "f", Engine: e}, func(t *Task) (any, error) {
		in := Submit(bg, Spec{Name: "in", Engine: e}, noop)
		p := NewPlan()
		op := p.Op(Op{Name: "op", Run: func(*Task, []any) (any, error) { return nil, nil }})
		p.Add(op, 0, p.AddExternal(in))
		g, _ := p.Graph()
		return nil, StartGraph(t.Context(), g, Sync()).Wait(bg)
	})
	within(t, func() { f.Wait(bg) })
}

// Two futures that submit their like for ever have their turns, on one worker, while a third comes from outside.
func TestEndlessChainsTakeTurns(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	var ran [2]atomic.Int64
	var stop atomic.Bool
	var again func(i int) func(*Task) (any, error)
	again = func(i int) func(*Task) (any, error) {
		return func(t *Task) (any, error) {
			ran[i].Add(1)
			for b := time.Now(); time.Since(b) < 50*time.Microsecond; {
			}
			if !stop.Load() {
				Submit(context.WithoutCancel(t.Context()), Spec{Name: "again"}, again(i))
			}
			return nil, nil
		}
	}
	for i := range ran {
		Submit(bg, Spec{Name: "again", Engine: e}, again(i))
	}
	within(t, func() {
		Submit(bg, Spec{Name: "outside", Engine: e}, noop).Wait(bg)
		a, b := ran[0].Load(), ran[1].Load()
		for ran[0].Load() < a+10 || ran[1].Load() < b+10 {
			runtime.Gosched()
			Submit(bg, Spec{Name: "outside", Engine: e}, noop).Wait(bg)
		}
	})
	stop.Store(true)
}
