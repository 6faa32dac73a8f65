package futures_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"weak"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// blocker is work that waits for its context to end, and counts that it has begun and ended.
type blocker struct{ begun, ended atomic.Int32 }

func (b *blocker) run(ctx context.Context) (int, error) {
	b.begun.Add(1)
	<-ctx.Done()
	b.ended.Add(1)
	return 0, context.Cause(ctx)
}

// dropped holds xs until n tasks have begun: one that is dropped before is cancelled, too, but never runs.
func (b *blocker) dropped(t *testing.T, n int32, xs ...any) {
	t.Helper()
	eventually(t, "the work begins", func() bool { return b.begun.Load() == n })
	runtime.KeepAlive(xs)
}

func TestDroppedWorkIsCancelled(t *testing.T) {
	var b blocker
	ctx := t.Context()
	e := sched.New(sched.Workers(4))
	t.Cleanup(func() { e.Close() })
	b.dropped(t, 4,
		futures.CtxDelay0(b.run).Start(ctx, sched.On(e)),
		futures.CtxDelay0(b.run).Start(ctx, sched.On(e)),
		futures.CtxDelay0(b.run).Persist(ctx, sched.On(e)),
		// What waits is dropped with what it waits for.
		futures.Delay1(inc, futures.CtxDelay0(b.run).Start(ctx, sched.On(e))).Start(ctx, sched.On(e)))
	eventually(t, "the dropped work ends", func() bool { return b.ended.Load() == 4 })
}

func TestNeededWorkGoesOn(t *testing.T) {
	var b blocker
	ctx, e := t.Context(), sched.New(sched.Workers(8))
	t.Cleanup(func() { e.Close() })
	on := sched.On(e)
	gate := make(chan int)
	wait := func(context.Context) (int, error) { return <-gate, nil }
	// Each of these is held by what depends on it or listens to it, and by nothing else.
	dependent := futures.Delay1(inc, futures.CtxDelay0(wait).Start(ctx, on)).Start(ctx, on)
	delayed := futures.Delay1(inc, futures.CtxDelay0(wait).Start(ctx, on))
	started := futures.Delay1(inc, futures.CtxDelay0(wait).Persist(ctx, sched.On(e))).Start(ctx, sched.On(e))
	done := futures.CtxDelay0(wait).Start(ctx, on).Done()
	called := make(chan int)
	futures.CtxDelay0(wait).Start(ctx, on).OnDone(func(f *futures.Future[int]) { v, _ := f.Result(ctx); called <- v })
	futures.CtxDelay0(wait).Start(ctx, on).FireAndForget()
	c := futures.AsCompleted(ctx, futures.CtxDelay0(wait).Start(ctx, on))

	// By the time a dropped one has been cancelled, the others would have been too.
	b.dropped(t, 1, futures.CtxDelay0(b.run).Start(ctx, on))
	eventually(t, "the dropped work ends", func() bool { return b.ended.Load() == 1 })
	go func() {
		for range 7 {
			gate <- 1
		}
	}()
	result(t, dependent, 2)
	result(t, started, 2)
	if v, err := delayed.Compute(ctx); v != 2 || err != nil {
		t.Fatal(v, err)
	}
	<-done
	if v := <-called; v != 1 {
		t.Fatal(v)
	}
	if f, ok := c.Next(); !ok || f.Status() != sched.Finished {
		t.Fatal(f)
	}
}

type big struct{ data []byte }

func alive(ps ...weak.Pointer[big]) (n int) {
	for _, p := range ps {
		if p.Value() != nil {
			n++
		}
	}
	return n
}

func TestResultsAreForgotten(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		var first, second, third weak.Pointer[big]
		make1 := func() *big { b := &big{make([]byte, 1<<20)}; first = weak.Make(b); return b }
		next := func(p *weak.Pointer[big]) func(*big) *big {
			return func(b *big) *big { c := &big{append([]byte(nil), b.data...)}; *p = weak.Make(c); return c }
		}
		// A chain of which the last is held, and nobody has asked for anything yet.
		f := futures.Delay1(next(&third), futures.Delay1(next(&second), futures.Delay0(make1).Start(ctx, on)).Start(ctx, on)).Start(ctx, on)
		<-f.Done()
		eventually(t, "the inputs of the chain are forgotten", func() bool { return alive(first, second) == 0 })
		if alive(third) != 1 {
			t.Fatal("a result whose future is held was forgotten")
		}
		runtime.KeepAlive(f)
		f = nil
		eventually(t, "the result is forgotten", func() bool { return alive(third) == 0 })

		g := futures.Delay0(make1).Start(ctx, on)
		<-g.Done()
		g.Release()
		eventually(t, "the released result is forgotten", func() bool { return alive(first) == 0 })
		runtime.KeepAlive(g)
	})
}

func TestPersistedIsForgotten(t *testing.T) {
	ctx := t.Context()
	var p weak.Pointer[big]
	d := futures.Delay0(func() *big { b := &big{make([]byte, 1<<20)}; p = weak.Make(b); return b }).Persist(ctx)
	if err := d.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	if alive(p) != 1 {
		t.Fatal("a persisted result was forgotten")
	}
	if b, err := d.Compute(ctx); err != nil || len(b.data) != 1<<20 {
		t.Fatal(err)
	}
	d = nil
	eventually(t, "the persisted result is forgotten", func() bool { return alive(p) == 0 })
}
