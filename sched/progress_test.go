package sched

import (
	"context"
	"testing"
)

// After many short tasks come long ones, of which each is counted when it ends, and not with others that follow: whoever
// asks sees every one.
func TestProgressCountsLongTasks(t *testing.T) {
	const short, long = 10_000, 40
	for name, opts := range map[string][]Option{"": nil, "limit": {MemoryLimit(1 << 30)}, "events": {Observe(new(recorder))}} {
		t.Run(name, func(t *testing.T) {
			e := New(append(opts, Workers(1), SpillDir(t.TempDir()))...)
			defer e.Close()
			begin, end := make(chan int), make(chan int)
			p := NewPlan()
			op := p.Op(Op{Name: "step", Bytes: func(int) int64 { return 8 }, Run: func(task *Task, _ []any) (any, error) {
				if n := task.Arg(); n >= short {
					begin <- n
					<-end
				}
				return nil, nil
			}})
			last := p.Add(op, 0)
			for i := 1; i < short+long; i++ {
				last = p.Add(op, i, last)
			}
			p.Keep(last)
			g, err := p.Graph()
			if err != nil {
				t.Fatal(err)
			}
			r := StartGraph(context.Background(), g, On(e))
			for i := range long {
				n := <-begin
				// All tasks before this one have ended. The first time, the run has not been asked for its progress yet.
				if done, total := r.Progress(); total != short+long || i > 0 && done != n {
					t.Errorf("%d of %d done, while task %d runs", done, total, n)
				}
				end <- 0
			}
			if <-r.Done(); r.Err() != nil {
				t.Error(r.Err())
			}
		})
	}
}
