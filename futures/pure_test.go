package futures_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

var pureRuns atomic.Int32

func pureAdd(x, y int) int        { pureRuns.Add(1); return x + y }
func pureHalf(x int) (int, error) { pureRuns.Add(1); return half(x) }
func pureSum(xs []int) int        { return sum(xs) }
func pureLen[T any](xs [2]T) int  { return len(xs) }

func TestPure(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx, v := t.Context(), futures.Value[int]
		pureRuns.Store(0)
		a := futures.Delay2(pureAdd, v(1), v(2)).Start(ctx, on, futures.Pure())
		result(t, a, 3)
		b := futures.Delay2(pureAdd, v(1), v(2)).Start(ctx, on, futures.Pure())
		if b != a || b.Status() != sched.Finished || pureRuns.Load() != 1 {
			t.Fatal("an equal call was not shared", a, b, pureRuns.Load())
		}
		for i, f := range []*futures.Future[int]{
			futures.Delay2(pureAdd, v(2), v(1)).Start(ctx, on, futures.Pure()),
			futures.Delay2(add, v(1), v(2)).Start(ctx, on, futures.Pure()),
			futures.Delay2(pureAdd, v(1), v(2)).Start(ctx, on),
			futures.Delay2(pureAdd, v(1), futures.Scatter([]int{2})[0]).Start(ctx, on, futures.Pure()),
			futures.Delay2(pureAdd, v(1), futures.Delay0(func() int { return 2 })).Start(ctx, on, futures.Pure()),
		} {
			result(t, f, 3)
			if f == a {
				t.Fatal(i, "an unequal call was shared")
			}
		}
		d := futures.Delay1(inc, v(1))
		x := futures.Delay2(pureAdd, a, d).Start(ctx, on, futures.Pure())
		if y := futures.Delay2(pureAdd, a, d).Start(ctx, on, futures.Pure()); x != y {
			t.Fatal("equal calls of futures and delayed values were not shared")
		}
		result(t, x, 5)
		fs := futures.Map(ctx, inc, []int{7, 7, 8}, on, futures.Pure())
		if fs[0] != fs[1] || fs[1] == fs[2] {
			t.Fatal("a Map shares what is not equal, or does not share what is")
		}
		xs := futures.DelaySlice(pureSum, fs).Start(ctx, on, futures.Pure())
		if ys := futures.DelaySlice(pureSum, fs[:2]).Start(ctx, on, futures.Pure()); xs == ys {
			t.Fatal("slices of different lengths were shared")
		}

		// A failure is not shared: the next call tries again.
		bad := futures.TryDelay1(pureHalf, v(3)).Start(ctx, on, futures.Pure())
		<-bad.Done()
		if again := futures.TryDelay1(pureHalf, v(3)).Start(ctx, on, futures.Pure()); again == bad {
			t.Fatal("a failed call was shared")
		}

		// What nobody holds is computed again.
		a, b = nil, nil
		old := pureRuns.Load()
		eventually(t, "the result is forgotten", func() bool {
			result(t, futures.Delay2(pureAdd, v(1), v(2)).Start(ctx, on, futures.Pure()), 3)
			return pureRuns.Load() > old
		})
	})
}

func TestKey(t *testing.T) {
	ctx := t.Context()
	type key struct {
		what string
		n    int
	}
	var n atomic.Int32
	count := func() int32 { return n.Add(1) }
	a := futures.Delay0(count).Start(ctx, futures.Pure(key{"count", 1}))
	b := futures.Delay0(count).Start(ctx, futures.Pure(key{"count", 1}))
	c := futures.Delay0(count).Start(ctx, futures.Pure(key{"count", 2}))
	if v, _ := a.Result(ctx); v < 1 || a != b || a == c {
		t.Fatal("shared", a == b, a == c)
	}
	if s := futures.Delay0(func() string { return "s" }).Start(ctx, futures.Pure(key{"count", 1})); s.Err() != nil {
		t.Fatal("the same key for another type: ", s.Err())
	}
	fs := futures.Map(ctx, inc, []int{5, 5}, futures.Pure("map"))
	if fs[0] == fs[1] {
		t.Fatal("elements of a Map with a key were shared")
	}
	if gs := futures.Map(ctx, inc, []int{5, 5}, futures.Pure("map")); gs[0] != fs[0] || gs[1] != fs[1] {
		t.Fatal("a Map with an equal key was not shared")
	}
}

func TestPureMisuse(t *testing.T) {
	ctx := t.Context()
	n := 3
	for _, c := range []struct {
		f    interface{ Err() error }
		want string
	}{
		{futures.Delay0(func() int { return n }).Start(ctx, futures.Pure()), "function literal"},
		{futures.Delay0(ctx.Err).Start(ctx, futures.Pure()), "method value"},
		{futures.Delay1(pureSum, futures.Value([]int{1})).Start(ctx, futures.Pure()), "[]int, cannot be compared"},
		{futures.Delay1(pureLen[any], futures.Value([2]any{1, []int{}})).Start(ctx, futures.Pure(1)), ""},
		{futures.Map(ctx, pureSum, [][]int{{1}}, futures.Pure())[0], "[]int, cannot be compared"},
	} {
		err := c.f.Err()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func countdown(ctx context.Context, n int) (int, error) {
	if n == 0 {
		return 0, nil
	}
	below, err := futures.CtxDelay1(countdown, futures.Value(n-1)).Start(ctx, futures.Pure()).Result(ctx)
	return below + 1, err
}

// A pure function that submits pure calls, also in sync mode, where they run within the Submit.
func TestPureNested(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		result(t, futures.CtxDelay1(countdown, futures.Value(5)).Start(t.Context(), on, futures.Pure()), 5)
	})
	result(t, futures.CtxDelay1(countdown, futures.Value(5)).Start(t.Context(), sched.Sync(), futures.Pure()), 5)
	if v, err := futures.CtxDelay1(countdown, futures.Value(5)).Compute(t.Context(), sched.Sync()); v != 5 || err != nil {
		t.Fatal(v, err)
	}
}

// Who is told that a pure call has ended may begin another, whoever ends the first.
func TestPureInACallback(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		free := make(chan bool)
		in := futures.Delay0(func() int { <-free; return 1 }).Start(t.Context(), on)
		soon(t, func() {
			for range 50 {
				ctx, cancel := context.WithCancel(t.Context())
				f := futures.Delay2(pureAdd, in, futures.Value(1)).Start(ctx, on, futures.Pure())
				f.OnDone(func(*futures.Future[int]) {
					futures.Delay2(pureAdd, futures.Value(7), futures.Value(7)).Start(t.Context(), on, futures.Pure())
				})
				cancel()
				g := futures.Delay2(pureAdd, in, futures.Value(1)).Start(t.Context(), on, futures.Pure())
				if g == f || g.Status() >= sched.Finished {
					t.Error(g)
				}
				g.Cancel()
			}
		})
		close(free)
	})
}
