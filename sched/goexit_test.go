package sched

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

// awaitIdle fails the test if executors are still counted as awake long after there is nothing left to do: the count
// would be wrong for ever, and the engine would wake too few workers.
func awaitIdle(t *testing.T, e *Engine) {
	t.Helper()
	for begin := time.Now(); e.idle.load() != 0; runtime.Gosched() {
		if time.Since(begin) > time.Minute {
			w := e.idle.load()
			t.Fatalf("idle, but %d executors are counted as active and %d as searching", active(w), searching(w))
		}
	}
}

// A task that ends the goroutine of somebody who waits for it must not take the waiter's goroutine along.
func TestGoexitOnWaiters(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	for range 50 {
		ended := make(chan bool)
		go func() {
			defer close(ended)
			Submit(bg, Spec{Name: "exit", Engine: e}, func(*Task) (any, error) { runtime.Goexit(); return nil, nil }).Wait(bg)
		}()
		<-ended
	}
	for range 50 {
		f := Submit(bg, Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
			_, err := Compute(t.Context(), []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
				op := p.Op(Op{Name: "exit", Run: func(*Task, []any) (any, error) { runtime.Goexit(); return nil, nil }})
				return []TaskID{p.Add(op, 0)}, nil
			})})
			return nil, err
		})
		<-f.Done()
		if _, err, _ := f.Poll(); !errors.Is(err, errGoexit) {
			t.Fatal(err)
		}
	}
	awaitIdle(t, e)
}
