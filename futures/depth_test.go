package futures_test

import (
	"errors"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// links is how many calls the chains have; make soak has as many as would overflow any stack.
func links() int {
	if os.Getenv("MAGPIE_SOAK") != "" {
		return 3_000_000
	}
	return 20_000
}

// A chain of any length is built, described, computed, started, failed and cancelled on a bounded stack: of 64 bytes a
// link here, where a frame a link takes more.
func TestDeepChains(t *testing.T) {
	n := links()
	defer debug.SetMaxStack(debug.SetMaxStack(64 * n))
	chain := func(x futures.Input[int]) *futures.Delayed[int] {
		d := x.Delayed()
		for range n {
			d = futures.Delay1(inc, d)
		}
		return d
	}
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		d := chain(futures.Value(1))
		if text := sched.Explain(d); len(text) > 1<<18 {
			t.Errorf("Explain returns %d bytes", len(text))
		}
		if got, err := d.Compute(ctx, on); got != n+1 || err != nil {
			t.Error(got, err)
		}
		result(t, d.Start(ctx, on), n+1)
		p := d.Persist(ctx, on)
		if got, err := futures.Delay1(inc, p).Compute(ctx, on); got != n+2 || err != nil {
			t.Error(got, err)
		}
		_, err := chain(futures.TryDelay1(half, futures.Value(3))).Compute(ctx, on)
		if !errors.Is(err, errBad) || len(err.Error()) > 1000 {
			t.Error(err)
		}
		if err := chain(unbuilt(errBad)).Err(); !errors.Is(err, errBad) || len(err.Error()) > 1000 {
			t.Errorf("%.1000v", err)
		}
	})
	// Futures that wait for one another, until the first ends.
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		for _, c := range []struct {
			end  func(first *futures.Future[int], gate chan error)
			want error
		}{
			{func(_ *futures.Future[int], gate chan error) { gate <- nil }, nil},
			{func(_ *futures.Future[int], gate chan error) { gate <- errBad }, errBad},
			{func(f *futures.Future[int], gate chan error) { f.Cancel(); gate <- nil }, sched.ErrCancelled},
		} {
			gate := make(chan error, 1)
			first := futures.TryDelay0(func() (int, error) { return 1, <-gate }).Start(ctx, on)
			f := first
			for range n {
				f = futures.Delay1(inc, f).Start(ctx, on)
			}
			c.end(first, gate)
			got, err := f.Result(ctx)
			if !errors.Is(err, c.want) || err == nil && got != n+1 {
				t.Error(got, err)
			}
			if err != nil && (len(err.Error()) > 1000 || strings.Count(err.Error(), "input") > 2) {
				t.Errorf("%.1000v", err)
			}
		}
	})
}
