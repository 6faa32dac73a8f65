package futures_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Waits that end before what they wait for leave nothing behind in it.
func TestWaitsLeaveNothingBehind(t *testing.T) {
	bg := context.Background()
	e := sched.New(sched.Workers(2))
	defer e.Close()
	open := make(chan struct{})
	gate := futures.Submit(bg, func(ctx context.Context) (int, error) { return 1, sched.Await(ctx, open) }, sched.On(e))
	var fs []*futures.Future[int]
	for i := range 200 {
		d := futures.Delay1(double, gate)
		if i%2 == 0 { // a computation of two tasks, not a future of the engine's
			d = futures.Delay1(double, d)
		}
		fs = append(fs, d.Start(bg, sched.On(e)))
	}
	ended, cancel := context.WithCancel(bg)
	cancel()
	soon := futures.Submit(bg, func(context.Context) (int, error) { return 1, nil }, sched.On(e))
	if _, err := soon.Result(bg); err != nil {
		t.Fatal(err)
	}
	for name, round := range map[string]func(){
		"first, timed out": func() {
			if _, left, err := futures.Wait(ended, fs, futures.FirstCompleted); len(left) != len(fs) || !errors.Is(err, context.Canceled) {
				t.Fatalf("%d left, %v", len(left), err)
			}
		},
		"first": func() {
			if done, _, err := futures.Wait(bg, append(fs[:len(fs):len(fs)], soon), futures.FirstCompleted); len(done) != 1 || err != nil {
				t.Fatalf("%d done, %v", len(done), err)
			}
		},
		"all, timed out": func() {
			if _, _, err := futures.Wait(ended, fs, futures.AllCompleted); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		},
		"result, timed out": func() {
			ctx, cancel := context.WithTimeout(bg, time.Microsecond)
			defer cancel()
			for _, f := range fs[:2] {
				if _, err := f.Result(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Fatal(err)
				}
			}
		},
		"as completed, left": func() {
			for range futures.AsCompleted(bg, append(fs[:len(fs):len(fs)], soon)...).Futures() {
				break
			}
		},
		"as completed, timed out": func() {
			for range futures.AsCompleted(ended, fs...).Futures() {
				t.Fatal("one has ended")
			}
		},
		"done": func() {
			for _, f := range fs {
				select {
				case <-f.Done():
					t.Fatal("it has ended")
				default:
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const rounds = 300
			round()
			before := heap()
			for range rounds {
				round()
			}
			// One edge a round and future would be 5 MB, one for each of the two futures 50 kB.
			eventually(t, "the heap is what it was", func() bool { return heap()-before < 30<<10 })
		})
	}
	close(open)
	if _, left, err := futures.Wait(bg, fs, futures.AllCompleted); len(left) > 0 || err != nil {
		t.Errorf("%d left, %v", len(left), err)
	}
}

// A stream that was left takes up again what it has heard nothing of, and one whose context has ended hears nothing more.
func TestAsCompletedGoesOn(t *testing.T) {
	bg := t.Context()
	gates := make([]chan int, 3)
	for i := range gates {
		gates[i] = make(chan int, 1)
	}
	fs := futures.Map(bg, func(g chan int) int { return <-g }, gates)
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	ends, goes := futures.AsCompleted(ctx, fs...), futures.AsCompleted(bg, fs...)
	for i, g := range gates {
		g <- i
		for f := range goes.Futures() {
			if f != fs[i] {
				t.Fatalf("%v instead of %v", f, fs[i])
			}
			break
		}
		if left := len(gates) - i - 1; goes.Count() != left {
			t.Errorf("%d to come, not %d", goes.Count(), left)
		}
		if i == 0 {
			cancel()
			if f, ok := ends.Next(); ok || !errors.Is(ends.Err(), context.Canceled) {
				t.Errorf("after the end of its context: %v, %v", f, ends.Err())
			}
		}
	}
	if _, ok := goes.Next(); ok || ends.Count() != len(gates) {
		t.Errorf("%d to come in the stream that has ended", ends.Count())
	}
}

func heap() int64 {
	var m runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A nil future is one that has failed, and a nil context an error, wherever futures are waited for.
func TestWaitForNil(t *testing.T) {
	bg := t.Context()
	one := futures.Submit(bg, func(context.Context) (int, error) { return 1, nil })
	fs := []*futures.Future[int]{one, nil}
	for _, when := range []futures.When{futures.AllCompleted, futures.FirstCompleted, futures.FirstError} {
		done, left, err := futures.Wait(bg, fs, when)
		if len(done)+len(left) != 2 || len(done) < 1 || err != nil {
			t.Errorf("%v: %v, %v, %v", when, done, left, err)
		}
	}
	if vs, err := futures.GatherOK(bg, fs); len(vs) != 1 || err != nil {
		t.Errorf("the values are %v, %v", vs, err)
	}
	if _, err := futures.Gather(bg, fs); err == nil {
		t.Error("no error of Gather")
	}
	var none context.Context
	never := futures.Submit(bg, func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, nil })
	defer never.Cancel()
	pending := []*futures.Future[int]{never}
	for name, f := range map[string]func() error{
		"Result":      func() error { _, err := never.Result(none); return err },
		"Wait":        func() error { return never.Wait(none) },
		"Gather":      func() error { _, err := futures.Gather(none, pending); return err },
		"GatherOK":    func() error { _, err := futures.GatherOK(none, pending); return err },
		"all":         func() error { _, _, err := futures.Wait(none, pending, futures.AllCompleted); return err },
		"first":       func() error { _, _, err := futures.Wait(none, pending, futures.FirstCompleted); return err },
		"AsCompleted": func() error { c := futures.AsCompleted(none, never); c.Next(); return c.Err() },
		"Submit": func() error {
			_, err := futures.Submit(none, func(context.Context) (int, error) { return 1, nil }).Result(bg)
			return err
		},
		"Start": func() error { _, err := futures.Delay1(double, futures.Value(1)).Start(none).Result(bg); return err },
		"Compute": func() error {
			_, err := futures.Delay1(double, futures.Value(1)).Compute(none)
			return err
		},
		"Map": func() error {
			_, err := futures.Map(none, double, func(yield func(int) bool) { yield(1) })[0].Result(bg)
			return err
		},
	} {
		if err := f(); !errors.Is(err, sched.ErrNilContext) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A callback may wait for its own engine, also for the only worker, and may end its goroutine.
func TestCallbacksWait(t *testing.T) {
	bg := t.Context()
	engines(t, func(t *testing.T, on sched.Option) {
		open := make(chan struct{})
		gate := futures.Submit(bg, func(ctx context.Context) (int, error) { return 1, sched.Await(ctx, open) }, on)
		submitted := futures.Delay1(double, gate).Start(bg, on)
		computed := futures.Delay1(double, futures.Delay1(double, gate)).Start(bg, on)
		got := make(chan int, 3)
		for _, f := range []*futures.Future[int]{gate, submitted, computed} {
			f.OnDone(func(f *futures.Future[int]) {
				defer runtime.Goexit()
				v, err := futures.Delay1(double, f).Start(bg, on).Result(bg)
				if err != nil {
					t.Error(err)
				}
				got <- v
			})
			f.OnDone(nil)
		}
		close(open)
		soon(t, func() {
			if sum := <-got + <-got + <-got; sum != 2+4+8 {
				t.Errorf("the sum is %d", sum)
			}
		})
	})
}
