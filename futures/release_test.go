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

// block waits for its context to end and counts that it did.
func block(ended *atomic.Int32) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		<-ctx.Done()
		ended.Add(1)
		return 0, context.Cause(ctx)
	}
}

func TestDroppedWorkIsCancelled(t *testing.T) {
	var ended atomic.Int32
	ctx := t.Context()
	e := sched.New(sched.Workers(4))
	t.Cleanup(func() { e.Close() })
	futures.SubmitCtx0(ctx, block(&ended), sched.On(e))
	futures.Start(ctx, futures.DelayCtx0(block(&ended)), sched.On(e))
	futures.DelayCtx0(block(&ended)).Persist(ctx, sched.On(e))
	// What waits is dropped with what it waits for.
	futures.Submit1(ctx, inc, futures.SubmitCtx0(ctx, block(&ended), sched.On(e)), sched.On(e))
	eventually(t, "the dropped work ends", func() bool { return ended.Load() == 4 })
}

func TestNeededWorkGoesOn(t *testing.T) {
	var ended atomic.Int32
	ctx, e := t.Context(), sched.New(sched.Workers(8))
	t.Cleanup(func() { e.Close() })
	on := sched.On(e)
	gate := make(chan int)
	wait := func(context.Context) (int, error) { return <-gate, nil }
	// Each of these is held by what depends on it or listens to it, and by nothing else.
	dependent := futures.Submit1(ctx, inc, futures.SubmitCtx0(ctx, wait, on), on)
	delayed := futures.Delay1(inc, futures.SubmitCtx0(ctx, wait, on))
	started := futures.Start(ctx, futures.Delay1(inc, futures.DelayCtx0(wait).Persist(ctx, sched.On(e))), sched.On(e))
	done := futures.SubmitCtx0(ctx, wait, on).Done()
	called := make(chan int)
	futures.SubmitCtx0(ctx, wait, on).OnDone(func(f *futures.Future[int]) { v, _ := f.Result(ctx); called <- v })
	futures.FireAndForget(futures.SubmitCtx0(ctx, wait, on))
	c := futures.AsCompleted(ctx, futures.SubmitCtx0(ctx, wait, on))

	// By the time a dropped one has been cancelled, the others would have been too.
	futures.SubmitCtx0(ctx, block(&ended), on)
	eventually(t, "the dropped work ends", func() bool { return ended.Load() == 1 })
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
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		var first, second, third weak.Pointer[big]
		make1 := func() *big { b := &big{make([]byte, 1<<20)}; first = weak.Make(b); return b }
		next := func(p *weak.Pointer[big]) func(*big) *big {
			return func(b *big) *big { c := &big{append([]byte(nil), b.data...)}; *p = weak.Make(c); return c }
		}
		// A chain of which the last is held, and nobody has asked for anything yet.
		f := futures.Submit1(ctx, next(&third), futures.Submit1(ctx, next(&second), futures.Submit0(ctx, make1, on), on), on)
		<-f.Done()
		eventually(t, "the inputs of the chain are forgotten", func() bool { return alive(first, second) == 0 })
		if alive(third) != 1 {
			t.Fatal("a result whose future is held was forgotten")
		}
		runtime.KeepAlive(f)
		f = nil
		eventually(t, "the result is forgotten", func() bool { return alive(third) == 0 })

		g := futures.Submit0(ctx, make1, on)
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
