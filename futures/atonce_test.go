package futures_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// gauge counts how many of its tasks run at once.
type gauge struct {
	now, most, ran atomic.Int32
}

func (g *gauge) enter() {
	n := g.now.Add(1)
	for m := g.most.Load(); n > m && !g.most.CompareAndSwap(m, n); m = g.most.Load() {
	}
}

func (g *gauge) leave() {
	g.now.Add(-1)
	g.ran.Add(1)
}

// query takes a moment.
func (g *gauge) query(x int) int {
	g.enter()
	defer g.leave()
	time.Sleep(100 * time.Microsecond)
	return x
}

// limited runs f on engines with a limit of n tasks named db.
func limited(t *testing.T, n int, f func(t *testing.T, e *sched.Engine, on sched.Option)) {
	for name, more := range map[string][]sched.Option{"": nil, " under a memory limit": {sched.MemoryLimit(64 << 20)}} {
		for _, workers := range []int{1, 3, 8} {
			t.Run(fmt.Sprint("workers=", workers, name), func(t *testing.T) {
				e := sched.New(append(more, sched.Workers(workers), sched.SpillDir(t.TempDir()), futures.Limit("db", n))...)
				t.Cleanup(func() { e.Close() })
				f(t, e, sched.On(e))
			})
		}
	}
}

// However tasks of the name are started, no more than n run at once; and n do, where there are workers.
func TestLimit(t *testing.T) {
	const n, each = 3, 16
	limited(t, n, func(t *testing.T, e *sched.Engine, on sched.Option) {
		var g gauge
		ctx, db := t.Context(), sched.Name("db")
		xs := make([]int, each)
		lazy := func() (all []*futures.Delayed[int]) {
			for i := range xs {
				d := futures.Delay1(g.query, futures.Value(i)).Name("db")
				if i%2 == 0 {
					d = futures.Delay1(g.query, futures.Delay1(inc, d)).Name("db")
				}
				all = append(all, d)
			}
			return all
		}
		total := 0
		for i := range each {
			total += i + (i+1)%2
		}
		fs := futures.Map(ctx, g.query, xs, on, db)
		for i := range xs {
			fs = append(fs, futures.Delay1(g.query, futures.Value(i)).Start(ctx, on, db),
				futures.Submit(ctx, func(context.Context) (int, error) { return g.query(i), nil }, on, db))
		}
		persisted := futures.DelaySlice(sum, lazy()).Persist(ctx, on)
		started := futures.DelaySlice(sum, lazy()).Start(ctx, on)
		if v, err := futures.DelaySlice(sum, lazy()).Compute(ctx, on); v != total || err != nil {
			t.Error(v, err)
		}
		result(t, started, total)
		if v, err := persisted.Compute(ctx, on); v != total || err != nil {
			t.Error(v, err)
		}
		if _, err := futures.Gather(ctx, fs); err != nil {
			t.Error(err)
		}
		if m := g.most.Load(); m > n || m < int32(min(n, e.Workers())) {
			t.Errorf("%d at once, the limit is %d", m, n)
		}
		if want := int32(3*each + 3*(each+each/2)); g.ran.Load() != want || e.Stats().Lined != 0 {
			t.Error(g.ran.Load(), want, e.Stats())
		}
	})
}

// Tasks over the limit wait in the order of submission, and hold no worker.
func TestLimitOrder(t *testing.T) {
	e := sched.New(sched.Workers(2), futures.Limit("db", 1))
	defer e.Close()
	ctx, on := t.Context(), sched.On(e)
	var mu sync.Mutex
	var order, want []int
	gate, begun := make(chan bool), make(chan bool)
	first := futures.Delay0(func() int { begun <- true; <-gate; return 0 }).Start(ctx, on, sched.Name("db"))
	<-begun
	note := func(x int) int { mu.Lock(); order = append(order, x); mu.Unlock(); return x }
	var fs []*futures.Future[int]
	for i := range 100 {
		fs = append(fs, futures.Delay1(note, futures.Value(i)).Start(ctx, on, sched.Name("db")))
		if i%3 != 1 {
			want = append(want, i)
		}
	}
	if _, err := futures.Gather(ctx, futures.Map(ctx, inc, make([]int, 1000), on)); err != nil { // others have the second worker
		t.Error(err)
	}
	eventually(t, "all stand in line", func() bool { return e.Stats().Lined == 100 })
	for i, f := range fs {
		if i%3 == 1 {
			f.Cancel()
		}
	}
	if n := e.Stats().Lined; n != len(want) {
		t.Errorf("%d in line after some were cancelled, want %d", n, len(want))
	}
	pending := 0
	for _, info := range e.Tasks() {
		if info.State == sched.Pending {
			pending++
		}
	}
	if pending != len(want) {
		t.Errorf("Tasks lists %d of %d in line", pending, len(want))
	}
	close(gate)
	result(t, first, 0)
	if _, _, err := futures.Wait(ctx, fs, futures.AllCompleted); err != nil || !slices.Equal(order, want) {
		t.Error(err, order)
	}
}

// However a task ends, the next one has its turn.
func TestLimitAfterFailures(t *testing.T) {
	limited(t, 1, func(t *testing.T, e *sched.Engine, on sched.Option) {
		ctx, db := t.Context(), sched.Name("db")
		ends := []func(context.Context, int) (int, error){
			func(context.Context, int) (int, error) { return 0, errors.New("bad") },
			func(context.Context, int) (int, error) { panic("bad") },
			func(context.Context, int) (int, error) { runtime.Goexit(); return 0, nil },
			func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, context.Cause(ctx) },
		}
		for round := range 20 {
			f := ends[round%len(ends)]
			bad := futures.CtxDelay1(f, futures.Value(1)).Start(ctx, on, db)
			never := futures.CtxDelay1(f, futures.Value(1)).Start(ctx, on, db)
			never.Cancel()
			var lazy []*futures.Delayed[int]
			for range 5 {
				lazy = append(lazy, futures.CtxDelay1(f, futures.Value(1)).Name("db"))
			}
			short, cancel := context.WithCancel(ctx)
			graph := futures.DelaySlice(sum, lazy).Start(short, on)
			good := futures.Delay1(inc, futures.Value(1)).Start(ctx, on, db)
			time.Sleep(time.Duration(round%3) * time.Millisecond)
			if round%len(ends) == 3 {
				bad.Cancel()
				cancel()
			}
			result(t, good, 2)
			if bad.Wait(ctx) != nil || graph.Wait(ctx) != nil || bad.Err() == nil || graph.Err() == nil {
				t.Fatal(bad.Err(), graph.Err())
			}
			cancel()
		}
		// Retries keep the place, and give it back.
		n := 0
		again := futures.TryDelay0(func() (int, error) {
			if n++; n < 3 {
				return 0, errors.New("not yet")
			}
			return n, nil
		})
		result(t, again.Start(ctx, on, db, sched.Retries(5)), 3)
		n = 0
		if v, err := futures.Delay1(inc, again.Name("db")).Compute(ctx, on, sched.Retries(5)); v != 4 || err != nil {
			t.Error(v, err)
		}
		result(t, futures.Delay1(inc, futures.Value(1)).Start(ctx, on, db), 2)
	})
}

// Tasks of one name may wait for each other: who waits does not count.
func TestLimitNested(t *testing.T) {
	limited(t, 1, func(t *testing.T, e *sched.Engine, on sched.Option) {
		var g gauge
		ctx := t.Context()
		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			g.enter()
			defer g.leave()
			if n < 2 {
				return n, nil
			}
			g.now.Add(-1) // it only waits from here on
			defer g.enter()
			a := futures.CtxDelay1(fib, futures.Value(n-1)).Start(ctx, sched.Name("db"))
			lazy := futures.CtxDelay1(fib, futures.Value(n-2)).Name("db")
			switch n % 4 {
			case 0: // on goroutines of its own
				var wg sync.WaitGroup
				var x, y int
				var err1, err2 error
				wg.Go(func() { x, err1 = a.Result(ctx) })
				wg.Go(func() { y, err2 = lazy.Compute(ctx) })
				if err := futures.Submit(ctx, func(context.Context) (int, error) { return 0, nil }).Wait(ctx); err != nil {
					return 0, err
				}
				done := make(chan struct{})
				go func() { wg.Wait(); close(done) }()
				err := sched.Await(ctx, done)
				return x + y, errors.Join(err, err1, err2)
			case 1: // with a context that is not the task's
				v, err := futures.Gather(context.Background(), []*futures.Future[int]{a, lazy.Start(ctx)})
				return sum(v), err
			case 2: // through a task of another name
				v, err := futures.Delay2(add, a, lazy).Start(ctx).Result(ctx)
				return v, err
			}
			return futures.Delay2(add, a, lazy).Compute(ctx)
		}
		v, err := futures.CtxDelay1(fib, futures.Value(11)).Start(ctx, on, sched.Name("db")).Result(ctx)
		if v != 89 || err != nil {
			t.Error(v, err)
		}
		if n := e.Stats().Lined; n != 0 || g.most.Load() != 1 {
			t.Error(n, "in line;", g.most.Load(), "at once")
		}
	})
}

// A limit can be given to a call, and be changed.
func TestLimitOfCall(t *testing.T) {
	e := sched.New(sched.Workers(8))
	defer e.Close()
	ctx, on := t.Context(), sched.On(e)
	for _, n := range []int{2, 5, 1, 0} {
		var g gauge
		xs := make([]int, 60)
		if _, err := futures.Gather(ctx, futures.Map(ctx, g.query, xs, on, sched.Name("db"), futures.Limit("db", n), futures.Limit("x", 1))); err != nil {
			t.Error(err)
		}
		if m := g.most.Load(); n > 0 && m > int32(n) || g.ran.Load() != 60 {
			t.Errorf("%d at once, the limit is %d; %d ran", m, n, g.ran.Load())
		}
		if n == 0 && g.most.Load() < 6 {
			t.Error("the limit has not ended: ", g.most.Load())
		}
	}
	// In sync mode there is one at a time.
	f := func(ctx context.Context, x int) (int, error) {
		return futures.Delay1(inc, futures.Value(x)).Start(ctx, sched.Name("db")).Result(ctx)
	}
	d := futures.CtxDelay1(f, futures.CtxDelay1(f, futures.Value(1)).Name("db")).Name("db")
	if v, err := d.Compute(ctx, sched.Sync(), futures.Limit("db", 1)); v != 3 || err != nil {
		t.Error(v, err)
	}
	result(t, futures.CtxDelay1(f, futures.Value(1)).Start(ctx, sched.Sync(), futures.Limit("db", 1), sched.Name("db")), 2)
	if v, err := d.Compute(ctx, sched.Workers(2), futures.Limit("db", 1)); v != 3 || err != nil {
		t.Error(v, err)
	}
}

// Close ends those in line, too.
func TestLimitClose(t *testing.T) {
	e := sched.New(sched.Workers(2), futures.Limit("db", 1))
	ctx, on, db := t.Context(), sched.On(e), sched.Name("db")
	begun := make(chan bool, 1)
	hang := func(ctx context.Context, _ int) (int, error) { begun <- true; <-ctx.Done(); return 0, nil }
	fs := futures.CtxMap(ctx, hang, make([]int, 20), on, db)
	var lazy []*futures.Delayed[int]
	for range 20 {
		lazy = append(lazy, futures.CtxDelay1(hang, futures.Value(1)).Name("db"))
	}
	fs = append(fs, futures.DelaySlice(sum, lazy).Start(ctx, on), futures.Delay1(inc, fs[19]).Start(ctx, on))
	<-begun
	eventually(t, "all stand in line", func() bool { return e.Stats().Lined >= 20 })
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for _, f := range fs {
		if f.Status() <= sched.Finished {
			t.Error(f)
		}
	}
	if n := e.Stats().Lined; n != 0 {
		t.Error(n, "in line")
	}
}
