package sched

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"
)

// story is what an observer heard of one run.
type story struct {
	started, ended int
	ran, failed    map[TaskID]int
	spilled        map[TaskID]int64
	unspilled      map[TaskID]int
	waits          int
}

// tell checks that events follow each other as they must and lie within the run, and returns what they say about r.
func (rec *recorder) tell(t *testing.T, r *Run, from, to time.Duration) story {
	t.Helper()
	rec.mu.Lock()
	defer rec.mu.Unlock()
	s := story{ran: map[TaskID]int{}, failed: map[TaskID]int{}, spilled: map[TaskID]int64{}, unspilled: map[TaskID]int{}}
	for _, ev := range rec.events {
		if ev.Run != r {
			continue
		}
		if ev.Start < from || ev.End > to || ev.End < ev.Start {
			t.Errorf("%v: from %v to %v, the computation was from %v to %v", ev.Kind, ev.Start, ev.End, from, to)
		}
		if first := s.started == 0; first != (ev.Kind == RunStarted) {
			t.Errorf("%v is event number one: %v", ev.Kind, first)
		}
		if s.ended > 0 && ev.Kind != Spilled && ev.Kind != Unspilled { // what is held may move later
			t.Errorf("%v after the end", ev.Kind)
		}
		switch ev.Kind {
		case RunStarted:
			s.started++
		case RunEnded:
			s.ended++
		case TaskRan:
			s.ran[ev.Task]++
		case TaskFailed:
			s.failed[ev.Task]++
		case Spilled:
			s.spilled[ev.Task] = ev.Bytes
		case Unspilled:
			if s.spilled[ev.Task] == 0 || s.spilled[ev.Task] != ev.Bytes {
				t.Errorf("task %d: %d bytes came back, %d were written", ev.Task, ev.Bytes, s.spilled[ev.Task])
			}
			s.unspilled[ev.Task]++
		case MemoryWait:
			s.waits++
			if ev.Bytes <= 0 || ev.Op == "" {
				t.Errorf("a wait for memory says nothing: %+v", ev)
			}
		}
	}
	if s.started != 1 || s.ended != 1 {
		t.Errorf("the computation started %d times and ended %d times", s.started, s.ended)
	}
	return s
}

// Every task is told of once, between the start and the end of the computation, with and without a memory limit; what
// was written comes back as large as it was.
func TestEventSequence(t *testing.T) {
	bg := context.Background()
	for _, limit := range []int64{0, 12_000} {
		modes(t, func(t *testing.T, e *Engine) {
			rec := &recorder{}
			begin := e.now()
			r := Start(bg, []Lazy{held(50, 1000, blobCodec{})}, On(e), Observe(rec))
			if err := r.Wait(bg); err != nil {
				t.Fatal(err)
			}
			if got := r.Results(); limit > 0 && len(got[0]) != 50 {
				t.Fatal(got)
			}
			awaitIdle(t, e)
			s := rec.tell(t, r, begin, e.now())
			for k := range TaskID(r.graph.Len()) {
				if s.ran[k] != 1 || s.failed[k] != 0 {
					t.Errorf("task %d ran %d times and failed %d times", k, s.ran[k], s.failed[k])
				}
			}
			if moved := len(s.spilled) >= 30 && len(s.unspilled) >= 30; moved != (limit > 0) {
				t.Errorf("%d results were written, %d came back", len(s.spilled), len(s.unspilled))
			}
		}, MemoryLimit(limit))
	}
}

// A task that failed is told of as failed, those after it that were skipped are not told of.
func TestEventsOfAFailure(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		rec := &recorder{}
		begin := e.now()
		bad := errors.New("bad")
		chain := lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "step", Run: func(t *Task, _ []any) (any, error) {
				if t.Arg() == 5 {
					return nil, bad
				}
				return 1, nil
			}})
			id := p.Add(op, 0)
			for i := 1; i < 10; i++ {
				id = p.Add(op, i, id)
			}
			return []TaskID{id}, nil
		})
		r := Start(context.Background(), []Lazy{chain}, On(e), Observe(rec))
		if err := r.Wait(context.Background()); !errors.Is(err, bad) {
			t.Fatal(err)
		}
		awaitIdle(t, e)
		s := rec.tell(t, r, begin, e.now())
		if len(s.ran) != 5 || len(s.failed) != 1 || s.failed[5] != 1 {
			t.Errorf("%d tasks ran; failed: %v", len(s.ran), s.failed)
		}
	})
}

// A computation that does not fit beside another waits, which is told of when it is over.
func TestMemoryWaitEvent(t *testing.T) {
	bg := context.Background()
	rec := &recorder{}
	e := New(Workers(2), MemoryLimit(1000), Observe(rec))
	defer e.Close()
	begin := e.now()
	begun, goOn := make(chan bool), make(chan bool)
	one := func(body func()) Lazy {
		return lazyFunc(func(p *Plan) ([]TaskID, error) {
			return []TaskID{p.Add(p.Op(Op{Name: "big", Bytes: func(int) int64 { return 600 }, Run: func(*Task, []any) (any, error) {
				body()
				return 1, nil
			}}), 0)}, nil
		})
	}
	first := Start(bg, []Lazy{one(func() { close(begun); <-goOn })}, On(e))
	<-begun
	second := Start(bg, []Lazy{one(func() {})}, On(e))
	close(goOn)
	if err := first.Wait(bg); err != nil {
		t.Fatal(err)
	}
	first.Release()
	if err := second.Wait(bg); err != nil {
		t.Fatal(err)
	}
	awaitIdle(t, e)
	if s := rec.tell(t, first, begin, e.now()); s.waits != 0 {
		t.Errorf("the first waited %d times", s.waits)
	}
	if s := rec.tell(t, second, begin, e.now()); s.waits != 1 {
		t.Errorf("the second waited %d times", s.waits)
	}
	for _, ev := range rec.events {
		if ev.Kind == MemoryWait && (ev.Bytes != 600 || ev.Op != "big" || ev.Task != 0) {
			t.Errorf("%+v", ev)
		}
	}
}

// Tasks of one computation wait for each other's memory when nothing can be written to disk.
func TestMemoryWaitWithinARun(t *testing.T) {
	bg := context.Background()
	rec := &recorder{}
	e := New(Workers(8), MemoryLimit(1000), Observe(rec))
	defer e.Close()
	begin := e.now()
	var both sync.WaitGroup // holds the first two until the third was seen not to fit
	both.Add(1)
	l := lazyFunc(func(p *Plan) ([]TaskID, error) {
		read := p.Op(Op{Name: "read", Bytes: func(int) int64 { return 450 }, Run: func(*Task, []any) (any, error) { both.Wait(); return 1, nil }})
		sum := p.Op(Op{Name: "sum", Bytes: func(int) int64 { return 8 }, Run: func(*Task, []any) (any, error) { return 1, nil }})
		var ids []TaskID
		for i := range 10 {
			ids = append(ids, p.Add(sum, i, p.Add(read, i)))
		}
		return []TaskID{p.Add(sum, 0, ids...)}, nil
	})
	r := Start(bg, []Lazy{l}, On(e))
	for { // until the third waits
		e.memory.mu.Lock()
		waits := r.wait.Kind == MemoryWait
		e.memory.mu.Unlock()
		if waits {
			break
		}
		runtime.Gosched()
	}
	both.Done()
	if err := r.Wait(bg); err != nil {
		t.Fatal(err)
	}
	awaitIdle(t, e)
	if s := rec.tell(t, r, begin, e.now()); s.waits == 0 || len(s.ran) != 21 {
		t.Errorf("%d waits, %d tasks", s.waits, len(s.ran))
	}
}

// Without an observer nothing is collected.
func TestNoEventsWithoutObserver(t *testing.T) {
	e := New(Workers(2), MemoryLimit(12_000), SpillDir(t.TempDir()))
	defer e.Close()
	r := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e))
	if err := r.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	awaitIdle(t, e)
	for _, ln := range *r.lanes.Load() {
		if ln.events != nil || ln.attend.Load() != 0 {
			t.Error("a lane collected events")
		}
	}
	for w := range e.seats.live {
		if w.events != nil {
			t.Error("a worker collected events")
		}
	}
	if r.wait.Kind != 0 {
		t.Error("a wait was noted")
	}
}
