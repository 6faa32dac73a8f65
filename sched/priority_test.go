package sched

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

// independent returns a graph of n tasks without inputs.
func independent(t *testing.T, n int, run Func) *Graph {
	t.Helper()
	p := NewPlan()
	op := p.Op(Op{Name: "task", Run: run})
	for i := range n {
		p.Keep(p.Add(op, i))
	}
	g, err := p.Graph()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// A computation of a higher priority that is started later has all its tasks begun before the rest of one that is under
// way, on its only worker; one of a lower priority has none before that has ended.
func TestPriorityOfComputations(t *testing.T) {
	for _, c := range []struct {
		name         string
		first, later int
		firstBefore  [2]int32 // at least and at most so many tasks of the first begin before the last one of the later does
	}{
		{"higher", 0, 1, [2]int32{1, 5}},
		{"higher than the lowest", -3, 0, [2]int32{1, 5}},
		{"lower", 0, -1, [2]int32{40, 40}},
		{"lower than the highest", 2, 0, [2]int32{40, 40}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := New(Workers(1))
			defer e.Close()
			ctx := context.Background()
			var begun atomic.Int32
			inside, open := make(chan bool), make(chan bool)
			first := StartGraph(ctx, independent(t, 40, func(task *Task, _ []any) (any, error) {
				if begun.Add(1) == 1 {
					inside <- true
					<-open
				}
				time.Sleep(300 * time.Microsecond)
				return nil, nil
			}), On(e), Priority(c.first))
			<-inside
			var before atomic.Int32
			later := StartGraph(ctx, independent(t, 20, func(*Task, []any) (any, error) {
				before.Store(begun.Load())
				time.Sleep(300 * time.Microsecond)
				return nil, nil
			}), On(e), Priority(c.later))
			close(open)
			within(t, func() {
				if err := later.Wait(ctx); err != nil {
					t.Error(err)
				}
				if err := first.Wait(ctx); err != nil {
					t.Error(err)
				}
			})
			if n := before.Load(); n < c.firstBefore[0] || n > c.firstBefore[1] {
				t.Errorf("%d tasks of the first computation began before the last one of the later", n)
			}
		})
	}
}

// What a task computes has the priority of the computation that waits for it, unless it is given its own.
func TestPriorityOfNested(t *testing.T) {
	e := New(Workers(2))
	defer e.Close()
	class := func(ctx context.Context, opts ...Option) int {
		r := StartGraph(ctx, independent(t, 1, func(*Task, []any) (any, error) { return nil, nil }), append(opts, On(e))...)
		if err := r.Wait(ctx); err != nil {
			t.Error(err)
		}
		return r.class
	}
	outer := StartGraph(context.Background(), independent(t, 1, func(task *Task, _ []any) (any, error) {
		return [2]int{class(task.Context()), class(task.Context(), Priority(1))}, nil
	}), On(e), Priority(-1))
	if err := outer.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := outer.Results()[0][0]; got != [2]int{background, express} {
		t.Errorf("the classes are %v", got)
	}
}
