package futures_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// soon fails the test, with all stacks, if f does not return long after it should have.
func soon(t *testing.T, f func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() { defer close(ended); f() }()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		buf := make([]byte, 1<<20)
		t.Fatalf("it hangs\n%s", buf[:runtime.Stack(buf, true)])
	}
}

// The first of many results is there when it is there, not when all have been computed.
func TestFirstOfMany(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		const n = 500
		var began atomic.Int64
		fs := futures.Map(t.Context(), func(x int) int { began.Add(1); time.Sleep(200 * time.Microsecond); return x }, make([]int, n), on)
		if _, ok := futures.AsCompleted(t.Context(), fs...).Next(); !ok || began.Load() > n/2 {
			t.Errorf("the first of %d comes when %d have begun", n, began.Load())
		}
	})
}

// Cancel ends a future whose function looks at no context, for who waits for it and for what depends on it.
func TestCancelDeaf(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		begun, free := make(chan bool), make(chan bool)
		defer close(free)
		f := futures.Delay0(func() int { close(begun); <-free; return 1 }).Start(ctx, on)
		after := futures.Delay1(inc, f).Start(ctx, on)
		<-begun
		f.Cancel()
		if f.Status() != sched.Cancelled || f.Err() != sched.ErrCancelled {
			t.Error(f, f.Err())
		}
		soon(t, func() {
			_, err := f.Result(ctx)
			_, errAfter := after.Result(ctx)
			if err != sched.ErrCancelled || !errors.Is(errAfter, sched.ErrCancelled) {
				t.Error(err, errAfter)
			}
		})
	})
}

// Functions that wait for each other, by a channel, without saying so, while the only one outside waits with a context
// that never ends.
func TestGatherWhatMeets(t *testing.T) {
	e := sched.New(sched.Workers(2))
	defer e.Close()
	ctx, on, ch := t.Context(), sched.On(e), make(chan int)
	fs := futures.Map(ctx, func(int) int { return <-ch }, make([]int, 4), on)
	fs = append(fs, futures.Delay0(func() int {
		for i := range 4 {
			ch <- i
		}
		return 10
	}).Start(ctx, on))
	soon(t, func() {
		if got, err := futures.Gather(ctx, fs); sum(got) != 16 || err != nil {
			t.Error(got, err)
		}
	})
}
