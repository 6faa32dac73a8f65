package futures_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"weak"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// registry is what a user shares between tasks, under a lock of its own.
type registry struct {
	mu   sync.Mutex
	seen map[string]int
	_    []float64
}

// String takes the lock, as the user's methods may.
func (r *registry) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.seen)
}

// visits is a map that the tasks themselves hold, and that one of them writes while others fail.
type visits map[string]int

// Tasks fail while others write the same inputs: the engine must not read them, and must not call their methods, of
// which one would wait for a lock that the failed task never gave back. Run with -race this covers slices too.
func TestInputsOfAFailedTaskAreNotRead(t *testing.T) {
	engines(t, func(t *testing.T, on sched.Option) {
		var mu sync.Mutex
		shared, byName, list := &registry{seen: map[string]int{}}, visits{}, make([]float64, 4)
		visit := func(r *registry, v visits, list []float64) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			i := len(r.seen)
			r.seen[fmt.Sprint(i)], v[fmt.Sprint(i)] = i, i
			list[i%4]++
			if i%2 == 0 {
				return 0, errBad
			}
			return i, nil
		}
		var fs []*futures.Future[int]
		for range 2000 {
			fs = append(fs, futures.TryDelay3(visit, futures.Value(shared), futures.Value(byName),
				futures.Value(list)).Start(t.Context(), on))
		}
		if _, _, err := futures.Wait(t.Context(), fs, futures.AllCompleted); err != nil {
			t.Fatal(err)
		}
		_, err := fs[0].Result(t.Context())
		te, ok := errors.AsType[*sched.TaskError](err)
		if !ok {
			t.Fatal(err)
		}
		want := "[*futures_test.registry futures_test.visits []float64 (4 elements)]"
		if got := fmt.Sprint(te.Inputs); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		shared.mu.Lock() // as a task that failed with the lock held
		defer shared.mu.Unlock()
		locked := futures.TryDelay1(func(*registry) (int, error) { panic(shared) }, futures.Value(shared)).Start(t.Context(), on)
		if _, err := locked.Result(t.Context()); err == nil || !strings.Contains(err.Error(), "panic: *futures_test.registry") {
			t.Error(err)
		}
	})
}

type large struct{ _ [1 << 20]byte }

// Failures that nobody holds hold no inputs, neither the engine's list of them nor what ran.
func TestFailuresHoldNoInputs(t *testing.T) {
	e := sched.New(sched.Workers(2))
	defer e.Close()
	ctx, on := t.Context(), sched.On(e)
	fails := func(*large) (*large, error) { return nil, errBad }
	caused := func(in *large) (*large, error) { panic(in) }
	inherits := func(in *large) (*large, error) { return in, nil }
	for name, run := range map[string]func(in *large) error{
		"future": func(in *large) error {
			_, err := futures.TryDelay1(fails, futures.Value(in)).Start(ctx, on).Result(ctx)
			return err
		},
		"panic with the input": func(in *large) error {
			_, err := futures.TryDelay1(caused, futures.Value(in)).Start(ctx, on).Result(ctx)
			return err
		},
		"future of a failed future": func(in *large) error {
			f := futures.TryDelay1(fails, futures.Value(in)).Start(ctx, on)
			_, err := futures.TryDelay1(inherits, f).Start(ctx, on).Result(ctx)
			return err
		},
		"computation": func(in *large) error {
			_, err := futures.TryDelay1(fails, futures.Value(in)).Compute(ctx, on)
			return err
		},
		"computation in a task": func(in *large) error {
			_, err := futures.CtxDelay0(func(ctx context.Context) (*large, error) {
				return futures.TryDelay1(fails, futures.Value(in)).Compute(ctx)
			}).Start(ctx, on).Result(ctx)
			return err
		},
		"persisted": func(in *large) error {
			d := futures.TryDelay1(fails, futures.Value(in)).Persist(ctx, on)
			return d.Wait(ctx)
		},
		"in sync mode": func(in *large) error {
			_, err := futures.TryDelay1(fails, futures.Value(in)).Compute(ctx, sched.Sync())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			gone := make([]weak.Pointer[large], 5)
			for i := range gone {
				in := &large{}
				gone[i] = weak.Make(in)
				if err := run(in); err == nil {
					t.Fatal("no error")
				}
			}
			wait(t, func() bool {
				runtime.GC()
				held := 0
				for _, w := range gone {
					if w.Value() != nil {
						held++
					}
				}
				return held == 0
			})
		})
	}
	failed := 0
	for _, task := range e.Tasks() {
		if task.State == sched.Failed {
			failed++
			te, ok := errors.AsType[*sched.TaskError](task.Err)
			began := task.Key
			if task.Root != "" {
				began = task.Root
			}
			if !ok || te.Key != began || te.Rerun(ctx) == nil {
				t.Errorf("%+v", task)
			}
		}
	}
	if failed < 25 {
		t.Errorf("%d failures are listed", failed)
	}
}

// Who holds the error can run the task again, with its inputs.
func TestErrorsHoldInputsForRerun(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		in := &large{}
		gone := weak.Make(in)
		var got *large
		_, err := futures.TryDelay1(func(in *large) (int, error) { got = in; return 0, errBad }, futures.Value(in)).Start(t.Context(), on).Result(t.Context())
		te, ok := errors.AsType[*sched.TaskError](err)
		if !ok {
			t.Fatal(err)
		}
		want := in
		in, got = nil, nil
		runtime.GC()
		if err := te.Rerun(t.Context()); !errors.Is(err, errBad) || got != want || gone.Value() != want {
			t.Errorf("%v: %p, want %p", err, got, want)
		}
	})
}

// wait polls for what the garbage collector and other goroutines do in their own time.
func wait(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not in twenty seconds")
		}
	}
}
