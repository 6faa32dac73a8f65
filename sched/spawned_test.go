package sched

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
)

// submitting runs a graph on one worker in which the first of a hundred tasks, which has hidden others in its lane,
// calls f with its context.
func submitting(t *testing.T, e *Engine, f func(ctx context.Context)) {
	t.Helper()
	var r *Run
	p := NewPlan()
	op := p.Op(Op{Name: "work", Run: func(t *Task, _ []any) (any, error) {
		if t.Arg() == 50 {
			f(context.WithoutCancel(t.Context()))
		}
		return nil, nil
	}})
	first := p.Add(op, 0)
	for i := range 100 {
		p.Add(op, i+1, first)
	}
	g, _ := p.Graph()
	r = StartGraph(context.Background(), g, On(e))
	within(t, func() {
		if err := r.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// A future that the task of a run submits, and that runs while its executor is still in the run, is a task like any
// other: it may end its goroutine, leave a waiting goroutine behind, and wait without saying so.
func TestRunSubmitsWhatever(t *testing.T) {
	bg := context.Background()
	for _, opts := range [][]Option{{Workers(1)}, {Workers(1), MemoryLimit(1 << 20)}} {
		for name, f := range map[string]func(ctx context.Context, never chan struct{}){
			"exits": func(ctx context.Context, _ chan struct{}) {
				Submit(ctx, Spec{Name: "exits"}, func(*Task) (any, error) { runtime.Goexit(); return nil, nil })
			},
			"leaves one behind": func(ctx context.Context, never chan struct{}) {
				Submit(ctx, Spec{Name: "leaves"}, func(t *Task) (any, error) {
					waits := make(chan bool)
					ctx := t.Context()
					go func() {
						go func() {
							for t.x.seat.Load() != nil {
								runtime.Gosched()
							}
							close(waits)
						}()
						Await(context.WithoutCancel(ctx), never)
					}()
					<-waits
					return nil, nil
				})
			},
			"waits without saying so": func(ctx context.Context, never chan struct{}) {
				ch := make(chan bool)
				Submit(ctx, Spec{Name: "sends"}, func(t *Task) (any, error) { ch <- true; return nil, nil })
				Submit(ctx, Spec{Name: "receives"}, func(t *Task) (any, error) { <-ch; return nil, nil })
			},
		} {
			t.Run(name, func(t *testing.T) {
				e := New(opts...)
				never := make(chan struct{})
				submitting(t, e, func(ctx context.Context) { f(ctx, never) })
				within(t, func() { Submit(bg, Spec{Name: "h", Engine: e}, noop).Wait(bg) })
				close(never)
				within(t, func() { e.Close() })
			})
		}
	}
}

// After the futures that a task has submitted, its worker goes on with what the task has made ready, not with a new root.
func TestRunGoesOnAfterSubmit(t *testing.T) {
	e := New(Workers(1))
	defer e.Close()
	var order []int
	p := NewPlan()
	op := p.Op(Op{Name: "work", Run: func(t *Task, _ []any) (any, error) {
		order = append(order, t.Arg())
		if t.Arg()%2 == 0 {
			Submit(context.WithoutCancel(t.Context()), Spec{Name: "f"}, noop)
		}
		return nil, nil
	}})
	for i := range 50 {
		p.Add(op, 2*i+1, p.Add(op, 2*i))
	}
	g, _ := p.Graph()
	if err := StartGraph(context.Background(), g, On(e)).Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if order[2*i]+1 != order[2*i+1] {
			t.Fatalf("order %v", order)
		}
	}
}

// What a task has submitted is for others while the task computes, however much it is.
func TestSpawnedWhileTheTaskComputes(t *testing.T) {
	t.Parallel()
	const many = 3000
	for name, submit := range map[string]func(e *Engine, f func(ctx context.Context)){
		"future": func(e *Engine, f func(ctx context.Context)) {
			Submit(context.Background(), Spec{Name: "spawns", Engine: e}, func(t *Task) (any, error) {
				f(t.Context())
				return nil, nil
			}).Wait(context.Background())
		},
		"inline": func(e *Engine, f func(ctx context.Context)) {
			Submit(context.Background(), Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
				ctx := t.Context()
				Submit(ctx, Spec{Name: "spawns"}, func(t *Task) (any, error) { f(t.Context()); return nil, nil }).Wait(ctx)
				return nil, nil
			}).Wait(context.Background())
		},
		"run": func(e *Engine, f func(ctx context.Context)) { submitting(t, e, f) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := New(Workers(2))
			defer e.Close()
			within(t, func() {
				submit(e, func(ctx context.Context) {
					var ran atomic.Int32
					for range many {
						Submit(ctx, Spec{Name: "one"}, func(*Task) (any, error) { ran.Add(1); return nil, nil })
					}
					for ran.Load() < many {
						runtime.Gosched()
					}
				})
			})
		})
	}
}

// What a task of a run has made ready is for others while the next one computes, however much it is.
func TestReadyWhileATaskComputes(t *testing.T) {
	t.Parallel()
	const many = 3000
	var ran atomic.Int32
	p := NewPlan()
	op := p.Op(Op{Name: "work", Run: func(t *Task, _ []any) (any, error) {
		if ran.Add(1) == 2 {
			for ran.Load() <= many {
				runtime.Gosched()
			}
		}
		return nil, nil
	}})
	first := p.Add(op, 0)
	for i := range many {
		p.Add(op, i+1, first)
	}
	g, _ := p.Graph()
	e := New(Workers(2))
	defer e.Close()
	within(t, func() {
		if err := StartGraph(context.Background(), g, On(e)).Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
