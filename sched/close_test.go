package sched

import (
	"context"
	"errors"
	"testing"
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
