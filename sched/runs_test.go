package sched

import (
	"context"
	"testing"
)

// Twenty thousand computations under way at once cost each what ten do.
func TestManyRuns(t *testing.T) {
	e := New(Workers(2))
	defer e.Close()
	open := make(chan struct{})
	gate := Submit(context.Background(), Spec{Name: "gate", Engine: e}, func(t *Task) (any, error) {
		return nil, Await(t.Context(), open)
	})
	p := NewPlan()
	p.Keep(p.AddExternal(gate))
	g, err := p.Graph()
	if err != nil {
		t.Fatal(err)
	}
	const many = 20_000
	runs := make([]*Run, many)
	for i := range runs {
		runs[i] = StartGraph(context.Background(), g, On(e))
	}
	if n := e.Stats().Runs; n != many {
		t.Errorf("%d runs are under way", n)
	}
	for i := range many / 2 { // every other ends
		runs[2*i].Cancel(nil)
	}
	within(t, func() {
		for i := range many / 2 {
			<-runs[2*i].done
		}
	})
	if n := e.Stats().Runs; n != many/2 {
		t.Errorf("%d runs are under way, half of them ended", n)
	}
	close(open)
	within(t, func() {
		for i, r := range runs {
			if err := r.Wait(context.Background()); (err == nil) != (i%2 == 1) {
				t.Fatalf("run %d: %v", i, err)
			}
		}
	})
	if n := e.Stats().Runs; n != 0 {
		t.Errorf("%d runs are under way at the end", n)
	}
}
