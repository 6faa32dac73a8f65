package futures_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// A state prints as its name says, and every way to end has its own.
func TestStates(t *testing.T) {
	ctx := t.Context()
	bad := func(int) (int, error) { return 0, errors.New("bad") }
	hang := func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, nil }
	ended := func(f *futures.Future[int]) *futures.Future[int] {
		<-f.Done()
		return f
	}
	one := futures.Value(1)
	finished := ended(futures.Delay1(inc, one).Start(ctx))
	failed := ended(futures.TryDelay1(bad, one).Start(ctx))
	ofFailed := ended(futures.Delay1(inc, failed).Start(ctx))
	graph := ended(futures.Delay1(inc, futures.TryDelay1(bad, one)).Start(ctx))
	cancelled := futures.CtxDelay1(hang, one).Start(ctx)
	cancelled.Cancel()
	released := ended(futures.Delay1(inc, one).Start(ctx))
	released.Release()
	early := futures.CtxDelay1(hang, one).Start(ctx)
	early.Release()
	for _, c := range []struct {
		f    *futures.Future[int]
		want sched.State
		word string
	}{
		{finished, sched.Finished, "finished"}, {failed, sched.Failed, "failed"}, {ofFailed, sched.Failed, "failed"},
		{graph, sched.Failed, "failed"}, {cancelled, sched.Cancelled, "cancelled"}, {released, sched.Released, "released"},
		{early, sched.Released, "released"},
	} {
		if s := c.f.Status(); s != c.want || s.String() != c.word || c.f.String() != c.f.Key()+": "+c.word {
			t.Errorf("%v, want %s", c.f, c.word)
		}
		if err := c.f.Retry(ctx); c.want == sched.Released && err == nil {
			t.Error("Retry of a released future: no error")
		}
	}
}
