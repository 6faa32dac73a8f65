package futures_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"weak"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func TestAsCompletedOrder(t *testing.T) {
	gates := make([]chan int, 4)
	for i := range gates {
		gates[i] = make(chan int)
	}
	fs := futures.Map(t.Context(), func(g chan int) int { return <-g }, gates[:1])
	for _, g := range gates[1:] {
		fs = append(fs, futures.Delay1(func(g chan int) int { return <-g }, futures.Value(g)).Start(t.Context()))
	}
	c := futures.AsCompleted(t.Context(), fs...)
	if c.Count() != 4 || c.Ready() {
		t.Fatal(c.Count(), c.Ready())
	}
	for _, i := range []int{0} {
		gates[i] <- i * 10
		f, ok := c.Next()
		if !ok || f != fs[i] {
			t.Fatal(f, ok)
		}
		result(t, f, i*10)
	}
	for i, g := range gates[1:] {
		go func() { g <- i }()
	}
	var got []*futures.Future[int]
	for fs := range c.Batches() {
		got = append(got, fs...)
	}
	if len(got) != 3 || c.Count() != 0 || c.Err() != nil {
		t.Fatal(got, c.Count(), c.Err())
	}
	if _, ok := c.Next(); ok || c.NextBatch() != nil {
		t.Fatal("more than there are")
	}
	c.Add(futures.Scatter([]int{5})...)
	if f, ok := c.Next(); !ok || !c.Ready() && c.Count() != 0 {
		t.Fatal(f, ok)
	}
}

func TestAsCompletedAdds(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		// Every number below 1000 with its digits pushed on one by one: a search that grows as it goes.
		ctx := t.Context()
		double := func(n int) int { return n * 2 }
		c := futures.AsCompleted(ctx, futures.Map(ctx, double, []int{1, 3, 5}, on)...)
		var got []int
		for n, err := range c.All() {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n)
			if n < 1000 {
				c.Add(futures.Delay1(double, futures.Value(n)).Start(ctx, on))
			}
		}
		var want []int
		for _, n := range []int{1, 3, 5} {
			for n < 1000 {
				n *= 2
				want = append(want, n)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatal(got, want)
		}
	})
}

func TestAsCompletedErrorsAndEnd(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx, cancel := context.WithCancelCause(t.Context())
		c := futures.AsCompleted(ctx, futures.TryMap(ctx, half, []int{2, 3, 4}, on)...)
		good, bad := 0, 0
		for _, err := range c.All() {
			if err == nil {
				good++
			} else if bad++; !errors.Is(err, errBad) {
				t.Fatal(err)
			}
		}
		if good != 2 || bad != 1 {
			t.Fatal(good, bad)
		}
		c.Add(futures.CtxDelay0(func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		}).Start(t.Context(), on))
		end := errors.New("enough")
		go cancel(end)
		n := 0
		for _, err := range c.All() {
			if n++; err != end {
				t.Fatal(err)
			}
		}
		if n != 1 || c.Err() != end {
			t.Fatal(n, c.Err())
		}
	})
}

func TestAsCompletedBreak(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		c := futures.AsCompleted(ctx, futures.Map(ctx, inc, []int{1, 2, 3}, on)...)
		for range c.All() {
			break
		}
		n := 0
		for range c.Futures() {
			n++
		}
		if n != 2 {
			t.Fatal("left after a break: ", n)
		}
	})
}

// After an early break what still runs is held by nothing: it ends, and what was computed is forgotten.
func TestAsCompletedBreakLetsGo(t *testing.T) {
	var work blocker
	ctx, e := t.Context(), sched.New(sched.Workers(4))
	t.Cleanup(func() { e.Close() })
	on := sched.On(e)
	var made weak.Pointer[big]
	gate := make(chan bool)
	func() {
		c := futures.AsCompleted(ctx, futures.Delay0(func() int { return 1 }).Start(ctx, on))
		c.Add(futures.CtxDelay0(work.run).Start(ctx, on), futures.CtxDelay0(work.run).Start(ctx, on))
		work.dropped(t, 2, c)
		for range c.All() {
			break
		}
		d := futures.AsCompleted(ctx, futures.Delay0(func() *big {
			b := &big{make([]byte, 1<<16)}
			made = weak.Make(b)
			return b
		}).Start(ctx, on), futures.Delay0(func() *big { <-gate; return nil }).Start(ctx, on))
		for range d.Futures() {
			break
		}
	}()
	eventually(t, "the dropped work ends", func() bool { return work.ended.Load() == 2 })
	eventually(t, "the result is forgotten", func() bool { return alive(made) == 0 })
	close(gate)
}

// Several goroutines add to and take from one Completed; nothing may get lost or come twice.
func TestAsCompletedStress(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		const takers, each = 4, 300
		c := futures.AsCompleted[int](ctx)
		var mu sync.Mutex
		seen := map[int]int{}
		var adders, all sync.WaitGroup
		for w := range takers {
			adders.Go(func() {
				for i := range each {
					n := w*each + i
					if rand.IntN(2) == 0 {
						c.Add(futures.Delay1(inc, futures.Value(n)).Start(ctx, on))
					} else {
						c.Add(futures.Scatter([]int{n + 1})...)
					}
				}
			})
		}
		for range takers {
			all.Go(func() {
				for stop := false; !stop; {
					mu.Lock()
					stop = len(seen) == takers*each
					mu.Unlock()
					for f := range c.Futures() {
						v, err := f.Result(ctx)
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						seen[v-1]++
						mu.Unlock()
					}
					if !stop {
						adders.Wait()
					}
				}
			})
		}
		all.Wait()
		for n := range takers * each {
			if seen[n] != 1 {
				t.Fatal(n, "came", seen[n], "times")
			}
		}
	})
}
