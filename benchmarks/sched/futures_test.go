package sched

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/gomagpie/magpie/sched"
)

func BenchmarkFutures(b *testing.B) {
	bg := context.Background()
	e := sched.New(sched.Workers(2))
	defer e.Close()
	spec := sched.Spec{Name: "nothing", Engine: e}
	nop := func(*sched.Task) (any, error) { return result, nil }

	const many = 100_000
	b.Run("submit", func(b *testing.B) {
		b.ReportAllocs()
		fs := make([]*sched.Future, many)
		timed(b, many, func() {
			for i := range fs {
				fs[i] = sched.Submit(bg, spec, nop)
			}
			for _, f := range fs {
				f.Wait(bg)
			}
		})
		var before, after runtime.MemStats
		clear(fs)
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range fs {
			fs[i] = sched.Submit(bg, spec, nop)
		}
		for _, f := range fs {
			f.Wait(bg)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/many, "B/task")
	})
	b.Run("chain", func(b *testing.B) {
		timed(b, many, func() {
			f := sched.Submit(bg, spec, nop)
			for range many - 1 {
				f = sched.Submit(bg, spec, nop, f)
			}
			f.Wait(bg)
		})
	})
	b.Run("spawn", func(b *testing.B) { // by a task
		timed(b, many, func() {
			sched.Submit(bg, spec, func(t *sched.Task) (any, error) {
				ctx := t.Context()
				fs := make([]*sched.Future, many)
				for i := range fs {
					fs[i] = sched.Submit(ctx, spec, nop)
				}
				for _, f := range fs {
					f.Wait(ctx)
				}
				return nil, nil
			}).Wait(bg)
		})
	})
	b.Run("fib", func(b *testing.B) {
		const n, calls = 22, 28_656 // futures: one for each call with n > 1
		timed(b, calls, func() {
			sched.Submit(bg, spec, func(t *sched.Task) (any, error) { return fib(t.Context(), spec, n, wait), nil }).Wait(bg)
		})
	})
	// The task that waits cannot run the future itself, and hands its seat over: it would have to stop waiting when a
	// context ends, or waits for a channel, or a goroutine of its own does, which is started for that.
	for name, wait := range map[string]func(context.Context, *sched.Future){
		"fib/handed": func(ctx context.Context, f *sched.Future) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			f.Wait(ctx)
		},
		"fib/handed/channel": func(ctx context.Context, f *sched.Future) { sched.Await(ctx, f.Done()) },
		"fib/handed/goroutine": func(ctx context.Context, f *sched.Future) {
			var group sync.WaitGroup
			group.Go(func() { f.Wait(ctx) })
			group.Wait()
		},
	} {
		b.Run(name, func(b *testing.B) {
			const n, calls = 16, 1_596
			timed(b, calls, func() {
				sched.Submit(bg, spec, func(t *sched.Task) (any, error) { return fib(t.Context(), spec, n, wait), nil }).Wait(bg)
			})
		})
	}
	b.Run("baseline/goroutines", func(b *testing.B) {
		timed(b, many, func() {
			var group sync.WaitGroup
			out := make([]any, many)
			for i := range out {
				group.Go(func() { out[i] = result })
			}
			group.Wait()
		})
	})
}

func wait(ctx context.Context, f *sched.Future) { f.Wait(ctx) }

func fib(ctx context.Context, spec sched.Spec, n int, wait func(context.Context, *sched.Future)) int {
	if n < 2 {
		return n
	}
	a := sched.Submit(ctx, spec, func(t *sched.Task) (any, error) { return fib(t.Context(), spec, n-1, wait), nil })
	b := fib(ctx, spec, n-2, wait)
	wait(ctx, a)
	v, _, _ := a.Poll()
	return v.(int) + b
}

// BenchmarkRoundTrip is one task from Submit to its result. The waiter may run it itself (helped); or it waits on a
// channel, so that a worker must, which is awake (worker) or has been idle for 200 µs, and so asleep (parked).
func BenchmarkRoundTrip(b *testing.B) {
	bg := context.Background()
	e := sched.New(sched.Workers(2))
	defer e.Close()
	spec := sched.Spec{Name: "nothing", Engine: e}
	nop := func(*sched.Task) (any, error) { return result, nil }
	trip := func(b *testing.B, pause time.Duration, once func()) {
		var took []time.Duration
		for b.Loop() {
			if pause > 0 {
				time.Sleep(pause)
			}
			begin := time.Now()
			once()
			took = append(took, time.Since(begin))
		}
		report(b, 1, took)
	}
	helped := func() { sched.Submit(bg, spec, nop).Wait(bg) }
	worker := func() { <-sched.Submit(bg, spec, nop).Done() }
	b.Run("helped", func(b *testing.B) { trip(b, 0, helped) })
	b.Run("helped/parked", func(b *testing.B) { trip(b, 200*time.Microsecond, helped) })
	b.Run("worker", func(b *testing.B) { trip(b, 0, worker) })
	b.Run("worker/parked", func(b *testing.B) { trip(b, 200*time.Microsecond, worker) })
	goroutine := func() {
		done := make(chan any)
		go func() { done <- result }()
		<-done
	}
	b.Run("baseline/goroutine", func(b *testing.B) { trip(b, 0, goroutine) })
	b.Run("baseline/goroutine/parked", func(b *testing.B) { trip(b, 200*time.Microsecond, goroutine) })
}
