package sched

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomagpie/magpie/internal/site"
)

// isGrowth checks that err says which operation has grown, and what to do.
func isGrowth(t *testing.T, err error, op string, need int64) {
	t.Helper()
	me, ok := errors.AsType[*MemoryError](err)
	if !ok {
		t.Fatalf("%v", err)
	}
	if me.Op != op || me.Need != need || me.Limit != 10_000 || !strings.Contains(err.Error(), "grown") || !strings.Contains(err.Error(), "MemoryLimit") {
		t.Errorf("%+v: %v", me, err)
	}
}

// inBooks checks that nothing but what is said is held. A run leaves the books a moment after those who wait for it are
// told.
func inBooks(t *testing.T, e *Engine, held int64) {
	t.Helper()
	m := e.memory
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		m.mu.Lock()
		ok := m.held == held && m.pinned == held && m.reserves == 0 && m.moving == 0 && m.running == 0 &&
			m.growing == 0 && m.spilling == 0 && m.blocked == 0 && m.underway.Len() == 0
		state := fmt.Sprintf("%+v, growing %d, spilling %d, %d under way", m.ledger, m.growing, m.spilling, m.underway.Len())
		m.mu.Unlock()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("%s; %d should be held", state, held)
			return
		}
	}
}

// growing is n tasks, each of which reports size bytes in steps, and gives back what it took when it is refused; each
// task's result is the steps it got.
func growing(n, size, step int, result int64) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		op := p.Op(Op{Name: "table", Run: func(t *Task, _ []any) (any, error) {
			for range size / step {
				if err := t.Grow(int64(step)); err != nil {
					return nil, err
				}
			}
			if result > 0 {
				t.SetBytes(result)
			}
			return t.Arg(), nil
		}})
		var ids []TaskID
		for i := range n {
			ids = append(ids, p.Add(op, i))
		}
		return ids, nil
	})
}

// What a task reports while it runs is charged while it runs, and no longer.
func TestGrow(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		// Alone each fits, and they wait for each other: any number of workers has the same result.
		for range 20 {
			if _, err := Compute(bg, []Lazy{growing(20, 9000, 500, 0)}, On(e)); err != nil && e.Workers() == 1 {
				t.Fatal(err)
			}
		}
		inBooks(t, e, 0)
		_, err := Compute(bg, []Lazy{growing(1, 11_000, 500, 0)}, On(e))
		isGrowth(t, err, "table", 10_500)
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
	// Without a limit it is free.
	if _, err := Compute(bg, []Lazy{growing(4, 1<<30, 1<<29, 0)}, Workers(2)); err != nil {
		t.Error(err)
	}
	if _, err := Compute(bg, []Lazy{growing(4, 1<<30, 1<<29, 0)}, Sync()); err != nil {
		t.Error(err)
	}
}

// A task that is refused lets go of something and goes on.
func TestGrowRefused(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		flushed := 0
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "table", Run: func(t *Task, _ []any) (any, error) {
				mine := int64(0)
				for range 100 {
					if err := t.Grow(1000); err != nil {
						flushed++
						if err := errors.Join(t.Grow(-mine), t.Grow(1000)); err != nil {
							return nil, err
						}
						mine = 0
					}
					mine += 1000
				}
				return nil, nil
			}})
			return []TaskID{p.Add(op, 0)}, nil
		})
		if _, err := Compute(context.Background(), []Lazy{l}, On(e)); err != nil || flushed != 9 {
			t.Error(err, flushed)
		}
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// What others hold is spilled when a task grows, also results of a computation under way.
func TestGrowSpills(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		bg := context.Background()
		e.memory.slack = 0
		p := Persist(bg, "p", site.Site{}, []Lazy{held(9, 1000, blobCodec{})}, On(e))
		if err := p.Wait(bg); err != nil {
			t.Fatal(err)
		}
		if n := p.Bytes(); n != 9000 {
			t.Errorf("%d bytes are in memory", n)
		}
		if _, err := Compute(bg, []Lazy{growing(1, 9000, 500, 0)}, On(e)); err != nil {
			t.Fatal(err)
		}
		if n := p.Bytes(); n != 1000 {
			t.Errorf("%d bytes are in memory", n)
		}
		for k := range 9 {
			if v, err, _ := p.Output(0, k).Poll(); err != nil || v.(blob).value() != int64(k) {
				t.Error(err)
			}
		}
		p.Release()
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// A retry begins with nothing charged.
func TestGrowRetried(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		tries := 0
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "table", Run: func(t *Task, _ []any) (any, error) {
				if err := t.Grow(6000); err != nil {
					return nil, err
				}
				if tries++; tries < 4 {
					return nil, errors.New("again")
				}
				return nil, nil
			}})
			return []TaskID{p.Add(op, 0)}, nil
		})
		if _, err := Compute(context.Background(), []Lazy{l}, On(e), Retries(5)); err != nil || tries != 4 {
			t.Error(err, tries)
		}
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// What is larger than estimated is held to the limit as soon as that is known.
func TestMeasuredLate(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		if _, err := Compute(bg, []Lazy{growing(9, 0, 1, 1000)}, On(e)); err != nil {
			t.Error(err)
		}
		_, err := Compute(bg, []Lazy{growing(100, 0, 1, 1000)}, On(e))
		isGrowth(t, err, "table", 1000)
		_, err = Compute(bg, []Lazy{growing(1, 0, 1, 20_000)}, On(e))
		isGrowth(t, err, "table", 20_000)
		inBooks(t, e, 0)
		// Persisted without a codec it stays.
		p := Persist(bg, "p", site.Site{}, []Lazy{growing(9, 0, 1, 1000)}, On(e))
		if err := p.Wait(bg); err != nil {
			t.Fatal(err)
		}
		inBooks(t, e, 9000)
		_, err = Compute(bg, []Lazy{growing(2, 0, 1, 1000)}, On(e))
		if me, ok := errors.AsType[*MemoryError](err); !ok || me.Held != 9000 || !strings.Contains(err.Error(), "release") {
			t.Error(err)
		}
		p.Release()
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// A little more than the limit ends no computation, much more does.
func TestMeasuredLateSlack(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		bg := context.Background()
		if _, err := Compute(bg, []Lazy{growing(185, 0, 1, 1<<20)}, On(e)); err != nil {
			t.Error(err)
		}
		_, err := Compute(bg, []Lazy{growing(188, 0, 1, 1<<20)}, On(e))
		if _, ok := errors.AsType[*MemoryError](err); !ok {
			t.Error(err)
		}
		inBooks(t, e, 0)
	}, MemoryLimit(160<<20))
}

// Results that are spillable and ten times as large as estimated do not end a computation.
func TestMeasuredLateSpills(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			read := p.Op(Op{Name: "read", Codec: blobCodec{}, Bytes: func(int) int64 { return 100 }, Run: func(t *Task, _ []any) (any, error) {
				t.SetBytes(1000)
				return newBlob(int64(t.Arg()), 1000), nil
			}})
			add := p.Op(Op{Name: "add", Codec: blobCodec{}, Bytes: func(int) int64 { return 100 }, Run: func(t *Task, in []any) (any, error) {
				t.SetBytes(1000)
				return newBlob(in[0].(blob).value()+in[1].(blob).value(), 1000), nil
			}})
			var first, all []TaskID
			for i := range 50 {
				first = append(first, p.Add(read, i))
			}
			for i := range 50 {
				all = append(all, p.Add(add, i, first[i], first[49-i]))
			}
			return all, nil
		})
		r := Start(bg, []Lazy{l}, On(e))
		if err := r.Wait(bg); err != nil {
			t.Fatal(err)
		}
		for k := range 50 {
			if v, err, _ := r.Output(0, k).Poll(); err != nil || v.(blob).value() != 49 {
				t.Fatal(err)
			}
		}
		r.Release()
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// What a computation writes to is booked before it begins, and what its tasks use while they run with each.
func TestReserve(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		whole := func(size, scratch int64) Lazy {
			return lazyFunc(func(p *Plan) ([]TaskID, error) {
				out := sync.OnceValue(func() []byte { return make([]byte, size) })
				op := p.Op(Op{Name: "store", Scratch: func(int) int64 { return scratch }, Run: func(t *Task, _ []any) (any, error) {
					out()[t.Arg()] = 1
					return nil, nil
				}})
				if err := p.Reserve(op, size); err != nil {
					return nil, err
				}
				for i := range 10 {
					p.Add(op, i)
				}
				return nil, nil
			})
		}
		bg := context.Background()
		if _, err := Compute(bg, []Lazy{whole(9000, 1000)}, On(e)); err != nil {
			t.Error(err)
		}
		for _, size := range []int64{9001, 10_001, 1 << 48, 1<<63 - 1} {
			_, err := Compute(bg, []Lazy{whole(size, 1000)}, On(e))
			if me, ok := errors.AsType[*MemoryError](err); !ok || me.Op != "store" || !strings.Contains(err.Error(), "whole") {
				t.Errorf("%d: %v", size, err)
			}
		}
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// A persisted value beyond the limit is used any number of times in one computation: it is read back for each use.
func TestPersistedReuse(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	modes(t, func(t *testing.T, e *Engine) {
		e.memory.slack = 0
		p := Persist(bg, "p", site.Site{}, []Lazy{held(50, 1000, blobCodec{})}, On(e))
		use := lazyFunc(func(plan *Plan) ([]TaskID, error) {
			add := plan.Op(Op{Name: "add", Bytes: func(int) int64 { return 8 }, Run: func(t *Task, in []any) (any, error) {
				sum := int64(0)
				for _, v := range in {
					if b, ok := v.(blob); ok {
						sum += b.value()
					} else {
						sum += v.(int64)
					}
				}
				return sum, nil
			}})
			zero := plan.Op(Op{Name: "zero", Cheap: true, Run: func(*Task, []any) (any, error) { return int64(0), nil }})
			sum := plan.Add(zero, 0)
			for range 3 {
				for k := range 50 {
					sum = plan.Add(add, k, sum, plan.AddExternal(p.Output(0, k)), plan.AddExternal(p.Output(0, (7*k)%50)))
				}
			}
			return []TaskID{sum}, nil
		})
		for range 2 {
			out, err := Compute(bg, []Lazy{use}, On(e))
			if err != nil {
				t.Fatal(err)
			}
			if out[0][0] != int64(3*2*50*49/2) {
				t.Error(out)
			}
		}
		p.Release()
		inBooks(t, e, 0)
	}, MemoryLimit(10_000))
}

// oneTask is one task of so many bytes, without a codec.
func oneTask(bytes int64, run Func) Lazy {
	return lazyFunc(func(p *Plan) ([]TaskID, error) {
		return []TaskID{p.Add(p.Op(Op{Name: "big", Run: run, Bytes: func(int) int64 { return bytes }}), 0)}, nil
	})
}

// A task that waits for a run that waits for memory: the run begins beside it if it can, else it is refused.
func TestTaskAwaitsQueuedRun(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, c := range []struct {
		second int64
		fits   bool
	}{{400, true}, {600, false}} {
		e := New(Workers(2), MemoryLimit(1000), SpillDir(t.TempDir()))
		e.memory.slack = 0
		var second *Run
		ready, full := make(chan bool), make(chan bool)
		wait := Start(bg, []Lazy{oneTask(600, func(task *Task, _ []any) (any, error) {
			<-ready
			return nil, second.Wait(task.Context())
		})}, On(e))
		// In the queue before it is one that nobody waits for.
		queued := Start(bg, []Lazy{oneTask(1000, func(*Task, []any) (any, error) { <-full; return nil, nil })}, On(e))
		second = Start(bg, []Lazy{oneTask(c.second, func(*Task, []any) (any, error) { return 1, nil })}, On(e))
		soon(t, "a task that waits for a run in the queue", func() {
			close(ready)
			err := wait.Wait(bg)
			if me, ok := errors.AsType[*MemoryError](err); c.fits && err != nil || !c.fits && (!ok || me.Need != 600 || me.Held != 600) {
				t.Errorf("%v: %v", c, err)
			}
			wait.Release()
			second.Release()
			close(full)
			if err := queued.Wait(bg); err != nil {
				t.Error(err)
			}
			queued.Release()
		})
		inBooks(t, e, 0)
		e.Close()
	}
}

// A task that waits for room gives its seat away: what would make room may need one.
func TestGrowGivesItsSeat(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1), MemoryLimit(10_000), SpillDir(t.TempDir()))
	e.memory.slack = 0
	e.monitor.armed.Store(true) // and never looks
	defer e.Close()
	for _, late := range []bool{false, true} { // whether the size is known when the task has ended
		begun, grows := make(chan struct{}), make(chan struct{})
		other := Start(bg, []Lazy{oneTask(1, func(t *Task, _ []any) (any, error) {
			err := t.Grow(6000)
			close(begun)
			return nil, errors.Join(err, Await(t.Context(), grows))
		})}, On(e))
		<-begun
		if _, err := Compute(bg, []Lazy{oneTask(1000, func(t *Task, _ []any) (any, error) {
			close(grows)
			if late {
				t.SetBytes(9000)
				return nil, nil
			}
			return nil, t.Grow(8000)
		})}, On(e)); err != nil {
			t.Error(err)
		}
		if err := other.Wait(bg); err != nil {
			t.Error(err)
		}
		other.Release()
	}
	inBooks(t, e, 0)
}
