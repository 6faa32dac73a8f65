package sched

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"
)

// within fails the test, with all stacks, if f has not returned long after it should have.
func within(t *testing.T, f func()) {
	t.Helper()
	ended := make(chan bool)
	go func() { defer close(ended); f() }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		buf := make([]byte, 1<<20)
		t.Fatalf("it hangs\n%s", buf[:runtime.Stack(buf, true)])
	}
}

// gate is an input that comes when it is opened.
type gate struct {
	mu   sync.Mutex
	fs   []func()
	open bool
}

func (*gate) Key() string                { return "gate" }
func (*gate) Wait(context.Context) error { panic("not used") }

func (g *gate) Poll() (any, error, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return nil, nil, g.open
}

func (g *gate) Notify(f func()) func() {
	g.mu.Lock()
	open := g.open
	if !open {
		g.fs = append(g.fs, f)
	}
	g.mu.Unlock()
	if open {
		f()
	}
	return told
}

func (g *gate) Open() {
	g.mu.Lock()
	g.open = true
	fs := g.fs
	g.mu.Unlock()
	for _, f := range fs {
		f()
	}
}

func noop(*Task) (any, error) { return nil, nil }

// Several goroutines of a task wait with its context: it has one seat to give away, not one for each of them.
func TestWaitOnManyGoroutinesOfATask(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2, 8} {
		e := New(Workers(n))
		within(t, func() {
			g := &gate{}
			f := Submit(bg, Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
				ctx := t.Context()
				var wg sync.WaitGroup
				for range 5 {
					inner := Submit(bg, Spec{Name: "inner", Engine: e}, noop, g)
					wg.Go(func() { inner.Wait(ctx) })
				}
				for active(e.idle.load()) > 0 { // until the waits have begun
					runtime.Gosched()
				}
				wg.Go(g.Open)
				wg.Wait()
				if a := active(e.idle.load()); a == 0 {
					return nil, fmt.Errorf("the task goes on without a seat")
				}
				return nil, nil
			})
			f.Wait(bg)
			if _, err, _ := f.Poll(); err != nil {
				t.Error(err)
			}
		})
		awaitIdle(t, e)
		e.Close()
	}
}

// A goroutine of a task waits on when the task has returned: it has no seat any more to take again.
func TestWaitOutlivesItsTask(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	within(t, func() {
		g := &gate{}
		ended := make(chan bool)
		inner := Submit(bg, Spec{Name: "inner", Engine: e}, noop, g)
		Submit(bg, Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
			ctx := context.WithoutCancel(t.Context())
			go func() { inner.Wait(ctx); close(ended) }()
			for active(e.idle.load()) > 0 { // until it waits
				runtime.Gosched()
			}
			return nil, nil
		}).Wait(bg)
		awaitIdle(t, e)
		g.Open()
		<-ended
	})
	awaitIdle(t, e)
}

// A task that runs inline, in the seat of one that waits for it, blocks: what it waits for may be in the queue of the
// worker below it on the stack, which only that worker's goroutine can use.
func TestWaitInsideAnInlineTask(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2, 8} {
		e := New(Workers(n))
		outer := func(t *Task) (any, error) {
			ctx := t.Context()
			Submit(ctx, Spec{Name: "stealable"}, noop)
			hidden := Submit(ctx, Spec{Name: "hidden"}, noop)
			after := Submit(ctx, Spec{Name: "after"}, noop, hidden)
			inline := Submit(ctx, Spec{Name: "inline"}, func(t *Task) (any, error) { return nil, after.Wait(t.Context()) })
			return nil, inline.Wait(ctx)
		}
		within(t, func() {
			Submit(bg, Spec{Name: "outer", Engine: e}, outer).Wait(bg)
			<-Submit(bg, Spec{Name: "outer", Engine: e}, outer).Done()
			r := Start(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
				return []TaskID{p.Add(p.Op(Op{Name: "outer", Run: func(t *Task, _ []any) (any, error) { return outer(t) }}), 0)}, nil
			})}, On(e))
			<-r.Done()
		})
		e.Close()
	}
}

// The same with a wait that does not tell that it happens inside a task.
func TestForeignWaitForWhatIsHidden(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2} {
		e := New(Workers(n))
		within(t, func() {
			<-Submit(bg, Spec{Name: "outer", Engine: e}, func(t *Task) (any, error) {
				ctx := t.Context()
				Submit(ctx, Spec{Name: "stealable"}, noop)
				hidden := Submit(ctx, Spec{Name: "hidden"}, noop)
				return nil, Submit(ctx, Spec{Name: "after"}, noop, hidden).Wait(bg)
			}).Done()
			// A function that has captured a context waits for its sibling.
			g := &gate{}
			first := Submit(bg, Spec{Name: "first", Engine: e}, noop, g)
			Submit(bg, Spec{Name: "stealable", Engine: e}, noop, first)
			hidden := Submit(bg, Spec{Name: "hidden", Engine: e}, noop, first)
			last := Submit(bg, Spec{Name: "last", Engine: e}, func(*Task) (any, error) { return nil, hidden.Wait(bg) }, first)
			g.Open()
			<-last.Done()
		})
		e.Close()
	}
}

// A task of one engine computes with another engine, whose task waits for work of the first: with one worker each, and
// both seats held by who waits.
func TestWaitAcrossEngines(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	a, b := New(Workers(1)), New(Workers(1))
	within(t, func() {
		<-Submit(bg, Spec{Name: "outer", Engine: a}, func(t *Task) (any, error) {
			return Compute(t.Context(), []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
				return []TaskID{p.Add(p.Op(Op{Name: "inner", Run: func(t *Task, _ []any) (any, error) {
					first := Submit(bg, Spec{Name: "first", Engine: a}, noop)
					return nil, Submit(bg, Spec{Name: "second", Engine: a}, noop, first).Wait(t.Context())
				}}), 0)}, nil
			})}, On(b))
		}).Done()
	})
	awaitIdle(t, a)
	awaitIdle(t, b)
	a.Close()
	b.Close()
}

// Submit and wait, a thousand deep, and a wait for a chain that is a thousand long, on one worker.
func TestNestedDeep(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, n := range []int{1, 2, 8} {
		e := New(Workers(n))
		var down func(t *Task, depth int) (any, error)
		down = func(t *Task, depth int) (any, error) {
			if depth == 0 {
				return 0, nil
			}
			ctx := t.Context()
			f := Submit(ctx, Spec{Name: "down"}, func(t *Task) (any, error) { return down(t, depth-1) })
			if depth%3 == 0 { // not inline
				in := f
				f = Submit(ctx, Spec{Name: "after"}, func(*Task) (any, error) { v, err, _ := in.Poll(); return v, err }, in)
			}
			if err := f.Wait(ctx); err != nil {
				return nil, err
			}
			v, err, _ := f.Poll()
			if err != nil {
				return nil, err
			}
			return v.(int) + 1, nil
		}
		within(t, func() {
			f := Submit(bg, Spec{Name: "top", Engine: e}, func(t *Task) (any, error) { return down(t, 1000) })
			f.Wait(bg)
			if v, err, _ := f.Poll(); err != nil || v != 1000 {
				t.Error(v, err)
			}
		})
		awaitIdle(t, e)
		e.Close()
	}
}
