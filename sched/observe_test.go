package sched

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/internal/site"
)

// recorder keeps all events.
type recorder struct {
	mu     sync.Mutex
	events []Event
}

func (r *recorder) Observe(events []Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, events...)
}

func (r *recorder) count(k EventKind) (n int) {
	for _, e := range r.events {
		if e.Kind == k {
			n++
		}
	}
	return n
}

// twoSteps is ten reads and a sum.
func twoSteps(fail int) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		read := p.Op(Op{Name: "read", Site: site.Caller(0), Bytes: func(int) int64 { return 100 }, Run: func(t *Task, _ []any) (any, error) {
			if t.Arg() == fail {
				return nil, errors.New("unreadable")
			}
			return t.Arg(), nil
		}})
		sum := p.Op(Op{Name: "sum", Site: site.Caller(0), Bytes: func(int) int64 { return 8 }, Run: func(_ *Task, in []any) (any, error) {
			s := 0
			for _, v := range in {
				s += v.(int)
			}
			return s, nil
		}})
		var ids []TaskID
		for i := range 10 {
			ids = append(ids, p.Add(read, i))
		}
		return []TaskID{p.Add(sum, 0, ids...)}, nil
	})
}

func TestEvents(t *testing.T) {
	for _, n := range []int{1, 2, 8} {
		rec := &recorder{}
		e := New(Workers(n), Observe(rec))
		if _, err := Compute(context.Background(), []Lazy{twoSteps(-1)}, On(e)); err != nil {
			t.Fatal(err)
		}
		_, err := Compute(context.Background(), []Lazy{twoSteps(3)}, On(e))
		if err == nil {
			t.Fatal("no error")
		}
		f := Submit(context.Background(), Spec{Name: "f", Engine: e}, func(*Task) (any, error) { return nil, errors.New("f failed") })
		<-f.Done()
		tasks := e.Tasks()
		e.Close()
		if ran, failed := rec.count(TaskRan), rec.count(TaskFailed); ran < 11+3 || failed != 2 {
			t.Errorf("%d workers: %d tasks ran and %d failed, want at least 14 and 2", n, ran, failed)
		}
		if a, b := rec.count(RunStarted), rec.count(RunEnded); a != 2 || b != 2 {
			t.Errorf("%d runs started, %d ended", a, b)
		}
		for _, ev := range rec.events {
			if ev.End < ev.Start {
				t.Errorf("event ends before it starts: %+v", ev)
			}
		}
		var keys []string
		for _, x := range tasks {
			if x.State == Failed {
				keys = append(keys, x.Key)
			}
		}
		if len(keys) != 2 || keys[0] != "read-0[3]" || keys[1] != f.Key() {
			t.Errorf("failed tasks: %v", keys)
		}
	}
}

func TestStats(t *testing.T) {
	e := New(Workers(3))
	for range 5 {
		if _, err := Compute(context.Background(), []Lazy{twoSteps(-1)}, On(e)); err != nil {
			t.Fatal(err)
		}
	}
	e.Close()
	if s := e.Stats(); s.Tasks != 55 || s.Workers != 3 || s.Runs != 0 || s.Active != 0 {
		t.Errorf("%+v", s)
	}
}

func TestExplain(t *testing.T) {
	text := Explain(twoSteps(-1))
	for _, want := range []string{"11 tasks, 10 edges, 10 roots, at least 1008 bytes", "read", "sum", "observe_test.go:", "having no codec: read, sum\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// Explain names what a memory limit cannot move to disk, once, and not what has a codec or is computed again.
func TestExplainUnspillable(t *testing.T) {
	l := lazyFunc(func(p *Plan) ([]TaskID, error) {
		run := func(*Task, []any) (any, error) { return nil, nil }
		cheap := p.Add(p.Op(Op{Name: "cheap", Cheap: true, Run: run}), 0)
		written := p.Add(p.Op(Op{Name: "written", Codec: blobCodec{}, Run: run}), 0)
		first := p.Add(p.Op(Op{Name: "stays", Run: run}), 0, cheap, written)
		return []TaskID{p.Add(p.Op(Op{Name: "stays", Run: run}), 0, first)}, nil
	})
	if text := Explain(l); !strings.Contains(text, "having no codec: stays\n") {
		t.Error(text)
	}
}
