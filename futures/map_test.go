package futures_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// numbers is a slice type of the user's.
type numbers []int

// Map over two and three sequences, in each shape of the function, over slices, sequences and futures.
func TestMapOfSeveral(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		xs, ys, zs := []int{1, 2, 3}, []string{"a", "bb", "ccc"}, []bool{true, false, true}
		two := func(x int, y string) string { return fmt.Sprint(x, y) }
		three := func(x int, y string, z bool) string { return fmt.Sprint(x, y, z) }
		try2 := func(x int, y string) (string, error) { return two(x, y), nil }
		try3 := func(x int, y string, z bool) (string, error) { return three(x, y, z), nil }
		ctx2 := func(ctx context.Context, x int, y string) (string, error) { return two(x, y), ctx.Err() }
		ctx3 := func(ctx context.Context, x int, y string, z bool) (string, error) { return three(x, y, z), ctx.Err() }
		fx, fy := futures.Map(ctx, inc, []int{0, 1, 2}, on), futures.Scatter(ys)
		var want2, want3 []string
		for i := range xs {
			want2, want3 = append(want2, two(xs[i], ys[i])), append(want3, three(xs[i], ys[i], zs[i]))
		}
		for name, c := range map[string]struct {
			fs   []*futures.Future[string]
			want []string
		}{
			"2":               {futures.Map2(ctx, two, xs, ys, on), want2},
			"try 2":           {futures.TryMap2(ctx, try2, numbers(xs), slices.Values(ys), on), want2},
			"ctx 2":           {futures.CtxMap2(ctx, ctx2, slices.Values(xs), ys, on), want2},
			"2, futures":      {futures.Map2(ctx, two, fx, fy, on), want2},
			"3":               {futures.Map3(ctx, three, xs, ys, zs, on), want3},
			"try 3":           {futures.TryMap3(ctx, try3, fx, slices.Values(ys), zs, on), want3},
			"ctx 3":           {futures.CtxMap3(ctx, ctx3, slices.Values(xs), fy, slices.Values(zs), on), want3},
			"2, empty":        {futures.Map2(ctx, two, []int{}, []string(nil), on), nil},
			"3, empty, mixed": {futures.Map3(ctx, three, numbers{}, slices.Values([]string{}), []*futures.Future[bool](nil), on), nil},
		} {
			if got, err := futures.Gather(ctx, c.fs); !slices.Equal(got, c.want) || err != nil {
				t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
			}
		}
	})
}

// Where sequences differ in length, the last future says so, after those of the shortest.
func TestMapOfUnevenSequences(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx, short, long := t.Context(), []int{1, 2}, []int{1, 2, 3}
		for name, fs := range map[string][]*futures.Future[int]{
			"second shorter": futures.Map2(ctx, add, long, short, on),
			"second longer":  futures.Map2(ctx, add, short, slices.Values(long), on),
			"third shorter":  futures.Map3(ctx, func(x, y, _ int) int { return x + y }, long, long, short, on),
			"third longer":   futures.Map3(ctx, func(x, y, _ int) int { return x + y }, slices.Values(short), short, long, on),
		} {
			if len(fs) != 3 {
				t.Fatalf("%s: %d futures", name, len(fs))
			}
			if got, err := futures.Gather(ctx, fs[:2]); !slices.Equal(got, []int{2, 4}) || err != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
			if _, err := fs[2].Result(ctx); !errors.Is(err, futures.ErrLengths) || fs[2].Status() != sched.Failed {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Map over futures: each call has its own input, and fails with that alone.
func TestMapOverFutures(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		halves := futures.TryMap(ctx, half, []int{2, 3, 8}, on)
		fs := futures.Map(ctx, inc, append(halves, nil), on)
		for i, want := range []int{2, 0, 5, 0} {
			if want != 0 {
				result(t, fs[i], want)
				continue
			}
			var in *futures.InputError
			if _, err := fs[i].Result(ctx); !errors.As(err, &in) || in.N != 0 || in.Name != "inc" || errors.Is(err, errBad) != (i == 1) {
				t.Errorf("%d: %v", i, err)
			}
		}
		var none func(int) int
		for _, f := range futures.Map(ctx, none, halves, on) {
			if _, err := f.Result(ctx); err == nil {
				t.Error("a nil function gives a value")
			}
		}
	})
}

// Cancel ends all that have not ended, and passes over nil.
func TestCancelOfMany(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		wait := func(ctx context.Context, _ int) (int, error) { <-ctx.Done(); return 0, context.Cause(ctx) }
		fs := append(futures.CtxMap(ctx, wait, make([]int, 20), on), nil, futures.Scatter([]int{7})[0])
		futures.Cancel(fs)
		for i, f := range fs[:20] {
			if err := f.Wait(ctx); err != nil || f.Status() != sched.Cancelled || f.Err() != sched.ErrCancelled {
				t.Errorf("%d: %v, %v", i, f, f.Err())
			}
		}
		result(t, fs[21], 7)
	})
}

// A nil future is an error of Gather that names its position.
func TestGatherOfNil(t *testing.T) {
	var in *futures.InputError
	fs := append(futures.Scatter([]int{1}), nil)
	if vs, err := futures.Gather(t.Context(), fs); vs != nil || !errors.As(err, &in) || in.N != 1 || in.Name != "gather" {
		t.Errorf("%v, %v", vs, err)
	}
}
