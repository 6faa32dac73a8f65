package futures_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

// Nothing that was begun is left when its context has ended and its engine is closed.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		e := sched.New(sched.Workers(4))
		on := sched.On(e)
		wait := func(ctx context.Context, x int) (int, error) { <-ctx.Done(); return x, ctx.Err() }
		fs := futures.CtxMap(ctx, wait, []int{1, 2, 3, 4, 5, 6}, on)
		after := futures.DelaySlice(sum, fs).Start(ctx, on)
		p := futures.CtxDelay1(wait, futures.Value(1)).Persist(ctx, sched.On(e))
		c := futures.AsCompleted(ctx, fs...)
		stop := viz.Bars(discard{}, fs)
		c.Add(after)
		done := fs[0].Done()
		cancel()
		for range c.All() {
		}
		<-done
		if err := p.Wait(context.Background()); err == nil {
			t.Error("a cancelled computation has a result")
		}
		if _, _, err := futures.Wait(context.Background(), fs, futures.AllCompleted); err != nil {
			t.Error(err)
		}
		stop()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before+1 })
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
