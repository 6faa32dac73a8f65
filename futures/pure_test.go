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
	engines(t, func(t *testing.T, on sched.Option) {
		ctx, v := t.Context(), futures.Value[int]
		pureRuns.Store(0)
		a := futures.Submit2(ctx, pureAdd, v(1), v(2), on, futures.Pure())
		result(t, a, 3)
		b := futures.Submit2(ctx, pureAdd, v(1), v(2), on, futures.Pure())
		if b != a || b.Status() != sched.Finished || pureRuns.Load() != 1 {
			t.Fatal("an equal call was not shared", a, b, pureRuns.Load())
		}
		for i, f := range []*futures.Future[int]{
			futures.Submit2(ctx, pureAdd, v(2), v(1), on, futures.Pure()),
			futures.Submit2(ctx, add, v(1), v(2), on, futures.Pure()),
			futures.Submit2(ctx, pureAdd, v(1), v(2), on),
			futures.Submit2(ctx, pureAdd, v(1), futures.Scatter([]int{2})[0], on, futures.Pure()),
			futures.Submit2(ctx, pureAdd, v(1), futures.Delay0(func() int { return 2 }), on, futures.Pure()),
		} {
			result(t, f, 3)
			if f == a {
				t.Fatal(i, "an unequal call was shared")
			}
		}
		d := futures.Delay1(inc, v(1))
		x := futures.Submit2(ctx, pureAdd, a, d, on, futures.Pure())
		if y := futures.Submit2(ctx, pureAdd, a, d, on, futures.Pure()); x != y {
			t.Fatal("equal calls of futures and delayed values were not shared")
		}
		result(t, x, 5)
		fs := futures.Map(ctx, inc, []int{7, 7, 8}, on, futures.Pure())
		if fs[0] != fs[1] || fs[1] == fs[2] {
			t.Fatal("a Map shares what is not equal, or does not share what is")
		}
		xs := futures.SubmitSlice(ctx, pureSum, fs, on, futures.Pure())
		if ys := futures.SubmitSlice(ctx, pureSum, fs[:2], on, futures.Pure()); xs == ys {
			t.Fatal("slices of different lengths were shared")
		}

		// A failure is not shared: the next call tries again.
		bad := futures.TrySubmit1(ctx, pureHalf, v(3), on, futures.Pure())
		<-bad.Done()
		if again := futures.TrySubmit1(ctx, pureHalf, v(3), on, futures.Pure()); again == bad {
			t.Fatal("a failed call was shared")
		}

		// What nobody holds is computed again.
		a, b = nil, nil
		old := pureRuns.Load()
		eventually(t, "the result is forgotten", func() bool {
			result(t, futures.Submit2(ctx, pureAdd, v(1), v(2), on, futures.Pure()), 3)
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
	a := futures.Submit0(ctx, count, futures.Key(key{"count", 1}))
	b := futures.Submit0(ctx, count, futures.Key(key{"count", 1}))
	c := futures.Submit0(ctx, count, futures.Key(key{"count", 2}))
	if v, _ := a.Result(ctx); v < 1 || a != b || a == c {
		t.Fatal("shared", a == b, a == c)
	}
	if s := futures.Submit0(ctx, func() string { return "s" }, futures.Key(key{"count", 1})); s.Err() != nil {
		t.Fatal("the same key for another type: ", s.Err())
	}
	fs := futures.Map(ctx, inc, []int{5, 5}, futures.Key("map"))
	if fs[0] == fs[1] {
		t.Fatal("elements of a Map with a key were shared")
	}
	if gs := futures.Map(ctx, inc, []int{5, 5}, futures.Key("map")); gs[0] != fs[0] || gs[1] != fs[1] {
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
		{futures.Submit0(ctx, func() int { return n }, futures.Pure()), "function literal"},
		{futures.Submit0(ctx, ctx.Err, futures.Pure()), "method value"},
		{futures.Submit1(ctx, pureSum, futures.Value([]int{1}), futures.Pure()), "[]int, cannot be compared"},
		{futures.Submit1(ctx, pureLen[any], futures.Value([2]any{1, []int{}}), futures.Key(1)), ""},
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
	below, err := futures.SubmitCtx1(ctx, countdown, futures.Value(n-1), futures.Pure()).Result(ctx)
	return below + 1, err
}

// A pure function that submits pure calls, also in sync mode, where they run within the Submit.
func TestPureNested(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		result(t, futures.SubmitCtx1(t.Context(), countdown, futures.Value(5), on, futures.Pure()), 5)
	})
	result(t, futures.SubmitCtx1(t.Context(), countdown, futures.Value(5), sched.Sync(), futures.Pure()), 5)
	if v, err := futures.DelayCtx1(countdown, futures.Value(5)).Compute(t.Context(), sched.Sync()); v != 5 || err != nil {
		t.Fatal(v, err)
	}
}
