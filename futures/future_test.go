package futures_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func result[T comparable](t *testing.T, f *futures.Future[T], want T) {
	t.Helper()
	if got, err := f.Result(t.Context()); got != want || err != nil {
		t.Fatalf("%v: got %v, %v; want %v", f, got, err, want)
	}
	if f.Status() != sched.Finished || f.Err() != nil {
		t.Fatalf("%v after its result: %v", f, f.Err())
	}
}

func TestSubmitShapes(t *testing.T) {
	v := futures.Value[int]
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		for _, c := range []struct {
			name string
			f    *futures.Future[int]
			want int
		}{
			{"0", futures.Delay0(one).Start(ctx, on), 1},
			{"1", futures.Delay1(inc, v(1)).Start(ctx, on), 2},
			{"2", futures.Delay2(add, v(1), v(2)).Start(ctx, on), 3},
			{"3", futures.Delay3(add3, v(1), v(2), v(3)).Start(ctx, on), 6},
			{"slice", futures.DelaySlice(sum, []futures.Input[int]{v(1), futures.Delay0(one), v(5)}).Start(ctx, on), 7},
			{"slice of futures", futures.DelaySlice(sum, futures.Map(ctx, inc, []int{1, 2, 3}, on)).Start(ctx, on), 9},
			{"slice empty", futures.DelaySlice(sum, []futures.Input[int]{}).Start(ctx, on), 0},
			{"try 0", futures.TryDelay0(func() (int, error) { return 1, nil }).Start(ctx, on), 1},
			{"try 1", futures.TryDelay1(strconv.Atoi, futures.Value("12")).Start(ctx, on), 12},
			{"try 2", futures.TryDelay2(func(x, y int) (int, error) { return x - y, nil }, v(3), v(2)).Start(ctx, on), 1},
			{"try 3", futures.TryDelay3(func(x, y, z int) (int, error) { return x*y - z, nil }, v(3), v(2), v(1)).Start(ctx, on), 5},
			{"try slice", futures.TryDelaySlice(func(x []int) (int, error) { return x[1], nil },
				[]futures.Input[int]{v(1), v(2)}).Start(ctx, on), 2},
			{"ctx 0", futures.CtxDelay0(func(ctx context.Context) (int, error) { return 1, ctx.Err() }).Start(ctx, on), 1},
			{"ctx 1", futures.CtxDelay1(func(ctx context.Context, x int) (int, error) { return x, ctx.Err() }, v(1)).Start(ctx, on), 1},
			{"ctx 2", futures.CtxDelay2(func(ctx context.Context, x, y int) (int, error) { return x - y, ctx.Err() },
				v(3), v(2)).Start(ctx, on), 1},
			{"ctx 3", futures.CtxDelay3(func(ctx context.Context, x, y, z int) (int, error) { return x*y - z, ctx.Err() },
				v(3), v(2), v(1)).Start(ctx, on), 5},
			{"ctx slice", futures.CtxDelaySlice(func(ctx context.Context, x []int) (int, error) { return x[1], ctx.Err() },
				[]futures.Input[int]{v(1), v(2)}).Start(ctx, on), 2},
			{"future", futures.Delay1(inc, futures.Delay1(inc, v(1)).Start(ctx, on)).Start(ctx, on), 3},
			{"delayed", futures.Delay1(inc, futures.Delay1(inc, v(1))).Start(ctx, on), 3},
			{"mixed", futures.Delay3(add3, v(1), futures.Delay1(inc, v(1)), futures.Delay1(inc, v(1)).Start(ctx, on)).Start(ctx, on), 5},
			{"start", futures.Delay1(inc, v(1)).Start(ctx), 2},
			{"start of a future", futures.Delay1(inc, v(1)).Start(ctx, on).Delayed().Start(ctx), 2},
			{"start of a value", v(4).Delayed().Start(ctx), 4},
			{"scatter", futures.Scatter([]int{3, 4})[1], 4},
		} {
			t.Run(c.name, func(t *testing.T) { result(t, c.f, c.want) })
		}
		f := futures.Delay1(inc, v(1)).Start(ctx, on)
		if got, err := futures.Delay2(add, f, futures.Delay1(dec, f)).Compute(ctx); got != 3 || err != nil {
			t.Fatal("a future as an input of a delayed call: ", got, err)
		}
	})
}

func TestMap(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx, xs, want := t.Context(), []int{5, 6, 7}, []int{6, 7, 8}
		try := func(x int) (int, error) { return x + 1, nil }
		wide := func(ctx context.Context, x int) (int, error) { return x + 1, ctx.Err() }
		for i, fs := range [][]*futures.Future[int]{
			futures.Map(ctx, inc, xs, on), futures.TryMap(ctx, try, xs, on), futures.CtxMap(ctx, wide, xs, on),
			futures.Map(ctx, inc, slices.Values(xs), on), futures.TryMap(ctx, try, slices.Values(xs), on),
			futures.CtxMap(ctx, wide, slices.Values(xs), on),
		} {
			if got, err := futures.Gather(ctx, fs); !slices.Equal(got, want) || err != nil {
				t.Fatal(i, got, err)
			}
		}
		if got, err := futures.Gather(ctx, futures.Map(ctx, inc, []int(nil), on)); len(got) != 0 || err != nil {
			t.Fatal(got, err)
		}
	})
}

func half(x int) (int, error) {
	if x%2 != 0 {
		return 0, fmt.Errorf("%d: %w", x, errBad)
	}
	return x / 2, nil
}

func TestGatherErrors(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		fs := futures.TryMap(t.Context(), half, []int{2, 3, 4, 5}, on)
		_, err := futures.Gather(t.Context(), fs)
		var ie *futures.InputError
		var te *sched.TaskError
		if !errors.Is(err, errBad) || !errors.As(err, &ie) || ie.N != 1 || !errors.As(err, &te) || te.Op != "half" {
			t.Fatalf("%v", err)
		}
		if got, err := futures.GatherOK(t.Context(), fs); !slices.Equal(got, []int{1, 2}) || err != nil {
			t.Fatal(got, err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		block := futures.CtxDelay0(func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }).Start(t.Context(), on)
		cancel(errBad)
		if _, err := futures.Gather(ctx, []*futures.Future[int]{block}); err != errBad {
			t.Fatal(err)
		}
		if _, err := futures.GatherOK(ctx, []*futures.Future[int]{block}); err != errBad {
			t.Fatal(err)
		}
		block.Cancel()
	})
}

func TestFailedInput(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		bad := futures.TryDelay1(half, futures.Value(3)).Start(ctx, on)
		f := futures.Delay2(add, futures.Value(1), bad).Start(ctx, on)
		g := futures.Delay1(inc, f).Start(ctx, on)
		for _, f := range []*futures.Future[int]{bad, f, g} {
			_, err := f.Result(ctx)
			var te *sched.TaskError
			if !errors.Is(err, errBad) || !errors.As(err, &te) || te.Op != "half" || f.Status() != sched.Failed {
				t.Fatalf("%v: %#v", f, err)
			}
			if !errors.Is(f.Err(), errBad) {
				t.Fatal(f.Err())
			}
		}
		var ie *futures.InputError
		if err := f.Err(); !errors.As(err, &ie) || ie.N != 1 || ie.Name != "add" || ie.Key != bad.Key() {
			t.Fatal(err)
		}
		// And through a delayed input, and into a delayed value.
		_, err := futures.Delay1(inc, futures.TryDelay1(half, futures.Value(3))).Start(ctx, on).Result(ctx)
		var te *sched.TaskError
		if !errors.As(err, &te) || te.Op != "half" || !errors.Is(err, errBad) {
			t.Fatal(err)
		}
		if _, err := futures.Delay1(inc, g).Compute(ctx); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
	})
}

func TestSubmitMistakes(t *testing.T) {
	var nilFuture *futures.Future[int]
	for _, x := range []futures.Input[int]{nil, nilFuture, (*futures.Delayed[int])(nil), unbuilt(errBad)} {
		f := futures.Delay2(add, futures.Value(1), x).Start(t.Context())
		var ie *futures.InputError
		if _, err := f.Result(t.Context()); !errors.As(err, &ie) || ie.N != 1 || f.Status() != sched.Failed {
			t.Fatalf("%T: %v", x, err)
		}
		if d, ok := x.(*futures.Delayed[int]); ok {
			if _, err := d.Start(t.Context()).Result(t.Context()); err == nil {
				t.Fatalf("%T: Start succeeded", x)
			}
		}
	}
}

func TestPanicIsAnError(t *testing.T) {
	f := futures.Delay1(func(x []int) int { return x[3] }, futures.Value([]int{1})).Start(t.Context())
	_, err := f.Result(t.Context())
	var pe *sched.PanicError
	if !errors.As(err, &pe) || !strings.Contains(err.Error(), "index out of range") {
		t.Fatal(err)
	}
}

func TestSiteIsTheUsersLine(t *testing.T) {
	line := func(err error) string {
		var te *sched.TaskError
		if !errors.As(err, &te) {
			t.Fatal(err)
		}
		return te.Site.String()
	}
	// The comments number the lines below from the first.
	_, _, base := callerLine()
	a := futures.TryDelay1(half, futures.Value(3)).Start(t.Context())                                                    // +1
	b := futures.TryMap(t.Context(), half, []int{3})[0]                                                                  // +2
	c := futures.TryDelay1(half, futures.Value(3))                                                                       // +3
	d := futures.TryMap(t.Context(), half, slices.Values([]int{3}))[0]                                                   // +4
	e := futures.TryDelaySlice(func([]int) (int, error) { return 0, errBad }, []futures.Input[int]{}).Start(t.Context()) // +5
	_, errC := c.Compute(t.Context())
	for i, f := range []*futures.Future[int]{a, b, nil, d, e} {
		err := errC
		if f != nil {
			_, err = f.Result(t.Context())
		}
		if got, want := line(err), fmt.Sprint("future_test.go:", base+1+i); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}

func TestStatusAndCancel(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		begun, ended := make(chan bool), make(chan error, 1)
		block := func(ctx context.Context) (int, error) {
			close(begun)
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return 0, ctx.Err()
		}
		running := futures.CtxDelay0(block).Start(ctx, on)
		pending := futures.Delay1(inc, running).Start(ctx, on)
		<-begun
		if running.Status() != sched.Running || pending.Status() != sched.Pending {
			t.Fatal(running.Status(), pending.Status())
		}
		if running.Err() != nil || pending.Err() != nil {
			t.Fatal("an error before the end")
		}
		if _, err := pending.Result(timedOut(t)); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		var called atomic.Int32
		pending.OnDone(func(f *futures.Future[int]) { called.Add(1) })
		pending.Cancel()
		<-pending.Done()
		if pending.Status() != sched.Cancelled || !errors.Is(pending.Err(), sched.ErrCancelled) {
			t.Fatal(pending, pending.Err())
		}
		running.CancelCause(errBad)
		if err := <-ended; err != errBad {
			t.Fatal("the running task was told", err)
		}
		<-running.Done()
		if running.Status() != sched.Cancelled || !errors.Is(running.Err(), errBad) {
			t.Fatal(running, running.Err())
		}
		eventually(t, "the callback is called", func() bool { return called.Load() > 0 })
		if n := called.Load(); n != 1 {
			t.Fatal("callback called", n)
		}
		f := futures.Delay0(one).Start(ctx, on)
		result(t, f, 1)
		f.Cancel() // too late: nothing happens
		result(t, f, 1)
	})
}

func TestContextEndsAllBelow(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx, cancel := context.WithCancelCause(t.Context())
		begun := make(chan bool)
		inner := make(chan error, 1)
		f := futures.CtxDelay0(func(ctx context.Context) (int, error) {
			g := futures.CtxDelay0(func(ctx context.Context) (int, error) {
				close(begun)
				<-ctx.Done()
				inner <- context.Cause(ctx)
				return 0, ctx.Err()
			}).Start(ctx)
			return g.Result(ctx)
		}).Start(ctx, on)
		<-begun
		cancel(errBad)
		if err := <-inner; !errors.Is(err, errBad) {
			t.Fatal(err)
		}
		<-f.Done()
		if f.Status() != sched.Cancelled || !errors.Is(f.Err(), errBad) {
			t.Fatal(f, f.Err())
		}
		late := futures.Delay0(one).Start(ctx, on)
		if _, err := late.Result(t.Context()); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
	})
}

func TestRetry(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		var tries atomic.Int32
		flaky := func(x int) (int, error) {
			if tries.Add(1)%3 != 0 {
				return 0, errBad
			}
			return x * 10, nil
		}
		result(t, futures.TryDelay1(flaky, futures.Value(1)).Start(ctx, on, sched.Retries(2)), 10)
		bad := futures.TryDelay1(flaky, futures.Value(1)).Start(ctx, on)
		sum := futures.Delay2(add, bad, futures.Delay0(one).Start(ctx, on)).Start(ctx, on)
		if _, err := sum.Result(ctx); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
		for range 2 {
			if err := sum.Retry(ctx); err != nil {
				t.Fatal(err)
			}
			<-sum.Done()
		}
		result(t, sum, 11)
		result(t, bad, 10)
		if err := sum.Retry(ctx); err != nil { // finished: left alone
			t.Fatal(err)
		}
		result(t, sum, 11)
		d := futures.TryDelay1(flaky, futures.Value(2)).Start(ctx)
		for range 2 {
			<-d.Done()
			if err := d.Retry(ctx); err != nil {
				t.Fatal(err)
			}
		}
		result(t, d, 20)
		s := futures.Delay1(inc, unbuilt(errBad)).Start(ctx)
		if err := s.Retry(ctx); err == nil {
			t.Fatal("Retry of a mistake succeeded")
		}
	})
}

func TestRelease(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		for _, f := range []*futures.Future[int]{
			futures.Delay0(one).Start(ctx, on), futures.Delay1(inc, futures.Delay1(dec, futures.Value(1))).Start(ctx, on),
			futures.Scatter([]int{1})[0],
		} {
			result(t, f, 1)
			f.Release()
			if _, err := f.Result(ctx); !errors.Is(err, sched.ErrReleased) || f.Status() != sched.Released {
				t.Errorf("%v: %v", f, err)
			}
		}
	})
}

func TestWait(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		gates := []chan error{make(chan error), make(chan error), make(chan error)}
		var fs []*futures.Future[int]
		for _, g := range gates {
			fs = append(fs, futures.CtxDelay0(func(ctx context.Context) (int, error) {
				select {
				case err := <-g:
					return 0, err
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			}).Start(ctx, sched.Workers(4)))
		}
		if done, not, err := futures.Wait(timedOut(t), fs, futures.AllCompleted); len(done) != 0 || len(not) != 3 || err == nil {
			t.Fatal(done, not, err)
		}
		if done, not, err := futures.Wait(timedOut(t), fs, futures.FirstCompleted); len(done) != 0 || len(not) != 3 || err == nil {
			t.Fatal(done, not, err)
		}
		gates[1] <- nil
		done, not, err := futures.Wait(ctx, fs, futures.FirstCompleted)
		if !slices.Equal(done, fs[1:2]) || len(not) != 2 || err != nil {
			t.Fatal(done, not, err)
		}
		gates[2] <- errBad
		done, not, err = futures.Wait(ctx, fs, futures.FirstError)
		if !slices.Equal(done, fs[1:]) || !slices.Equal(not, fs[:1]) || err != nil {
			t.Fatal(done, not, err)
		}
		gates[0] <- nil
		done, not, err = futures.Wait(ctx, fs, futures.AllCompleted)
		if !slices.Equal(done, fs) || len(not) != 0 || err != nil {
			t.Fatal(done, not, err)
		}
		if done, not, err = futures.Wait(ctx, fs[:2], futures.FirstError); len(done) != 2 || len(not) != 0 || err != nil {
			t.Fatal(done, not, err)
		}
		if _, _, err := futures.Wait(ctx, fs, 7); err == nil {
			t.Fatal("no such condition, no error")
		}
	})
}

func TestNested(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		var down func(ctx context.Context, n int) (int, error)
		down = func(ctx context.Context, n int) (int, error) {
			if n == 0 {
				return 0, nil
			}
			v, err := futures.CtxDelay1(down, futures.Value(n-1)).Start(ctx).Result(ctx)
			return v + 1, err
		}
		result(t, futures.CtxDelay1(down, futures.Value(1000)).Start(t.Context(), on), 1000)

		var fib func(ctx context.Context, n int) (int, error)
		fib = func(ctx context.Context, n int) (int, error) {
			if n < 2 {
				return n, nil
			}
			vs, err := futures.Gather(ctx, futures.CtxMap(ctx, fib, []int{n - 1, n - 2}))
			return sum(vs), err
		}
		result(t, futures.CtxDelay1(fib, futures.Value(12)).Start(t.Context(), on), 144)

		// The first to end, waited for inside a task.
		race := func(ctx context.Context) (total int, err error) {
			c := futures.AsCompleted(ctx, futures.Map(ctx, inc, []int{1, 2, 3})...)
			for v, err := range c.All() {
				if err != nil {
					return 0, err
				}
				if total += v; total == 9 {
					c.Add(futures.Delay1(inc, futures.Value(90)).Start(ctx))
				}
			}
			return total, nil
		}
		result(t, futures.CtxDelay0(race).Start(t.Context(), on), 100)
	})
}

func TestChain(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		f := futures.Delay0(one).Start(t.Context(), on)
		for range 9_999 {
			f = futures.Delay1(inc, f).Start(t.Context(), on)
		}
		result(t, f, 10_000)
	})
}

// A function that is run again in sync mode, which is before Retry returns, may look at its own future.
func TestRetrySyncLooksAtItself(t *testing.T) {
	ctx, n := t.Context(), 0
	var f *futures.Future[int]
	f = futures.Submit(ctx, func(context.Context) (int, error) {
		if n++; n < 3 {
			if f != nil && f.Status() != sched.Failed {
				t.Error(f)
			}
			return 0, errors.New("not yet")
		}
		return n, nil
	}, sched.Sync())
	soon(t, func() {
		for range 2 {
			if err := f.Retry(ctx); err != nil {
				t.Error(err)
			}
		}
	})
	result(t, f, 3)
}
