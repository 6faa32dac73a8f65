package sched

import (
	"context"
	"testing"

	"github.com/gomagpie/magpie/internal/site"
)

// What reads results that are held under a limit is work under that limit, on whatever engine it runs, and no longer than
// it runs.
func TestReading(t *testing.T) {
	bg := context.Background()
	e, other := New(Workers(1), MemoryLimit(1<<20), SpillDir(t.TempDir())), New(Workers(1))
	defer e.Close()
	defer other.Close()
	p := Persist(bg, "p", site.Site{}, []Lazy{held(3, 1000, blobCodec{})}, On(e))
	if err := p.Wait(bg); err != nil {
		t.Fatal(err)
	}
	work := e.memory.work.Load
	if n := work(); n != 0 {
		t.Fatalf("%d are at work before", n)
	}
	var during int32
	sum := lazyFunc(func(plan *Plan) ([]TaskID, error) {
		op := plan.Op(Op{Name: "sum", Run: func(_ *Task, in []any) (any, error) {
			during = work()
			return in[0].(blob).value() + in[1].(blob).value() + in[2].(blob).value(), nil
		}})
		return []TaskID{plan.Add(op, 0, plan.AddExternal(p.Output(0, 0)), plan.AddExternal(p.Output(0, 1)), plan.AddExternal(p.Output(0, 2)))}, nil
	})
	for _, on := range []Option{On(other), Sync(), On(e)} {
		during = 0
		if out, err := Compute(bg, []Lazy{sum}, on); err != nil || out[0][0] != int64(3) {
			t.Error(out, err)
		}
		if n := work(); during != 1 || n != 0 {
			t.Errorf("%d are at work during, %d after", during, n)
		}
	}
	done := Reading(p.Output(0, 0), p.Output(0, 1), failedRun(ErrReleased).Output(0, 0))
	if n := work(); n != 1 {
		t.Errorf("%d are at work", n)
	}
	if done(); work() != 0 {
		t.Errorf("%d are at work after", work())
	}
	p.Release()
	Reading(p.Output(0, 0))()
}
