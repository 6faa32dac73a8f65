package sched

import (
	"context"
	"errors"
	"runtime/debug"
	"testing"
	"time"
)

// Close tells the futures that run, and those that wait behind them never run.
func TestCloseTellsRunning(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2, 8} {
		e := New(Workers(n))
		started := make(chan bool)
		var behind []*Future
		running := Submit(bg, Spec{Name: "running", Engine: e}, func(t *Task) (any, error) {
			ctx := t.Context()
			for range 100 {
				behind = append(behind, Submit(ctx, Spec{Name: "behind"}, func(t *Task) (any, error) {
					<-t.Context().Done()
					return nil, context.Cause(t.Context())
				}))
			}
			close(started)
			<-ctx.Done()
			return nil, context.Cause(ctx)
		})
		<-started
		within(t, func() { e.Close() })
		for _, f := range append(behind, running) {
			if _, err, ok := f.Poll(); !ok || !errors.Is(err, ErrClosed) && !errors.Is(err, context.Canceled) && !errors.Is(err, errTaskOver) {
				t.Fatalf("%s: %v, %v", f.Key(), err, ok)
			}
		}
		f := Submit(bg, Spec{Name: "late", Engine: e}, noop)
		if _, err, _ := f.Poll(); !errors.Is(err, ErrClosed) {
			t.Errorf("a future given to a closed engine: %v", err)
		}
		if _, err := Compute(bg, []Lazy{twoSteps(-1)}, On(e)); !errors.Is(err, ErrClosed) {
			t.Errorf("a computation given to a closed engine: %v", err)
		}
	}
}

// Shutdown lets finish what is under way, whatever it still needs: futures that wait for others, tasks that have given
// their seats away, computations that tasks begin.
func TestShutdownDrains(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, priority := range []int{0, 1, -1} {
		e := New(Workers(1))
		started, goOn, refused := make(chan bool), make(chan bool), make(chan bool)
		a := Submit(bg, Spec{Name: "a", Engine: e}, func(t *Task) (any, error) {
			close(started)
			t.Blocking(func() error { <-goOn; return nil })
			out, err := Compute(t.Context(), []Lazy{twoSteps(-1)})
			if err != nil {
				return nil, err
			}
			return out[0][0], nil
		})
		b := Submit(bg, Spec{Name: "b", Engine: e, Priority: priority}, func(*Task) (any, error) { v, err, _ := a.Poll(); return v, err }, a)
		<-started
		go func() {
			for !e.refusing.Load() {
				e.Stats()
			}
			_, err, _ := Submit(bg, Spec{Name: "late", Engine: e}, noop).Poll()
			refused <- errors.Is(err, ErrClosed)
			close(goOn)
		}()
		go func() {
			if !<-refused {
				t.Error("new work was taken")
			}
		}()
		within(t, func() {
			if err := e.Shutdown(bg); err != nil {
				t.Error(err)
			}
		})
		if v, err, ok := b.Poll(); err != nil || !ok || v != 45 {
			t.Errorf("priority %d: %v %v %v", priority, v, err, ok)
		}
	}
}

// Close ends a long chain of futures without a long stack.
func TestCloseLongChain(t *testing.T) {
	bg := context.Background()
	defer debug.SetMaxStack(debug.SetMaxStack(8 << 20)) // exceeding it ends the process
	e := New(Workers(1))
	begun, free := make(chan bool), make(chan bool)
	f := Submit(bg, Spec{Name: "f", Engine: e}, func(*Task) (any, error) { close(begun); <-free; return nil, nil })
	for range 100_000 {
		f = Submit(bg, Spec{Name: "f", Engine: e}, noop, f)
	}
	<-begun
	time.AfterFunc(10*time.Millisecond, func() { close(free) })
	e.Close()
	if _, err, _ := f.Poll(); !errors.Is(err, ErrClosed) {
		t.Errorf("the last ended with %v", err)
	}
}

// A future that a task submits while the engine is being closed, and that waits for another engine, ends.
func TestCloseAndThenAway(t *testing.T) {
	bg := context.Background()
	e, other := New(Workers(1)), New(Workers(1))
	free, begun := make(chan bool), make(chan bool)
	far := Submit(bg, Spec{Name: "far", Engine: other}, func(*Task) (any, error) { <-free; return nil, nil })
	var late *Future
	Submit(bg, Spec{Name: "f", Engine: e}, func(t *Task) (any, error) {
		close(begun)
		<-t.Context().Done()
		late = Submit(context.WithoutCancel(t.Context()), Spec{Name: "late"}, noop, far)
		return nil, late.Wait(bg)
	})
	<-begun
	within(t, func() { e.Close() })
	close(free)
	other.Close()
}

// Shutdown lets finish also what a task begins while it waits and what then waits for another engine.
func TestShutdownWaitsForLateRuns(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e, other := New(Workers(1)), New(Workers(1))
	defer other.Close()
	open, started, goOn := make(chan struct{}), make(chan bool), make(chan bool)
	gate := Submit(bg, Spec{Name: "gate", Engine: other}, func(t *Task) (any, error) { return 7, Await(t.Context(), open) })
	p := NewPlan()
	p.Keep(p.AddExternal(gate))
	g, err := p.Graph()
	if err != nil {
		t.Fatal(err)
	}
	var late *Run
	f := Submit(bg, Spec{Name: "begins", Engine: e}, func(t *Task) (any, error) {
		close(started)
		<-goOn
		late = StartGraph(context.WithoutCancel(t.Context()), g)
		return nil, nil
	})
	<-started
	down := make(chan error)
	go func() { down <- e.Shutdown(bg) }()
	for {
		if g := Submit(bg, Spec{Name: "refused", Engine: e}, noop); g.ended() {
			break
		}
		time.Sleep(time.Millisecond)
	}
	close(goOn)
	<-f.Done()
	time.Sleep(10 * time.Millisecond)
	close(open)
	within(t, func() {
		if err := <-down; err != nil {
			t.Error(err)
		}
	})
	if err := late.Wait(bg); err != nil {
		t.Errorf("the late run: %v", err)
	}
}
