package futures_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func divide(xs []int, by int) (int, error) {
	if by == 0 {
		return 0, errBad
	}
	return len(xs) / by, nil
}

func element(xs []int, i int) int { return xs[i] }

// A failed task shows what it was called with, plain values and results, within a bound; also one that panicked.
func TestFailedTaskShowsItsInputs(t *testing.T) {
	ctx := t.Context()
	shown := func(err error, key, value, second string) {
		t.Helper()
		te, ok := errors.AsType[*sched.TaskError](err)
		if !ok || len(te.Inputs) != 2 || !strings.HasPrefix(te.Inputs[0].Key, key) || te.Inputs[0].Value != value ||
			te.Inputs[1] != (sched.Input{Value: second}) {
			t.Fatalf("%v: %+v", err, te)
		}
	}
	engines(t, func(t *testing.T, on sched.Option) {
		list := futures.Delay1(makeList, futures.Value(3)).Start(ctx, on)
		_, err := futures.TryDelay2(divide, list, futures.Value(0)).Start(ctx, on).Result(ctx)
		shown(err, list.Key(), "[]int (3 elements)", "0")
		_, err = futures.Delay2(element, list, futures.Value(5)).Start(ctx, on).Result(ctx)
		shown(err, list.Key(), "[]int (3 elements)", "5")
		_, err = futures.TryDelay2(divide, futures.Value(make([]int, 1000)), futures.Value(0)).Start(ctx, on).Result(ctx)
		shown(err, "", "[]int (1000 elements)", "0")
	})
	modes(t, func(t *testing.T, on sched.Option) {
		list := futures.Delay1(makeList, futures.Value(3))
		_, err := futures.TryDelay2(divide, list, futures.Value(0)).Compute(ctx, on)
		shown(err, "makeList", "[]int (3 elements)", "0")
	})
	_, err := futures.Delay2(element, futures.Delay1(makeList, futures.Value(3)), futures.Value(5)).Compute(ctx)
	shown(err, "makeList", "[]int (3 elements)", "5")
}

// Explain takes a delayed value; the engine lists failed tasks.
func TestExplainAndTasks(t *testing.T) {
	d := futures.TryDelay2(divide, futures.Delay1(makeList, futures.Value(3)), futures.Value(0))
	text := sched.Explain(d)
	for _, word := range []string{"makeList", "divide", "debug_test.go:"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in\n%s", word, text)
		}
	}
	e := sched.New(sched.Workers(2))
	defer e.Close()
	bad := futures.TryDelay2(divide, futures.Value([]int{1}), futures.Value(0)).Start(t.Context(), sched.On(e))
	_, err := bad.Result(t.Context())
	for _, task := range e.Tasks() {
		if task.Key == bad.Key() && task.State == sched.Failed && errors.Is(task.Err, errBad) && errors.Is(err, errBad) {
			return
		}
	}
	t.Errorf("%v is not among %v", bad, e.Tasks())
}

// In sync mode a task has run, on this goroutine, when Submit returns, and what it submits as well.
func TestSubmitSync(t *testing.T) {
	ctx, sync := t.Context(), sched.Sync()
	order := ""
	note := func(s string) string { order += s; return s }
	a := futures.Delay1(note, futures.Value("a")).Start(ctx, sync)
	b := futures.Delay1(note, futures.Delay1(note, futures.Value("b"))).Start(ctx, sync)
	c := futures.CtxDelay1(func(ctx context.Context, s string) (string, error) {
		return futures.Delay1(note, futures.Value(s+"c")).Start(ctx).Result(ctx)
	}, a).Start(ctx, sync)
	if order != "abbac" {
		t.Errorf("order %q", order)
	}
	for _, f := range []*futures.Future[string]{a, b, c} {
		if f.Status() != sched.Finished {
			t.Error(f)
		}
	}
	tries := 0
	d := futures.TryDelay0(func() (int, error) {
		if tries++; tries < 3 {
			return 0, errBad
		}
		return tries, nil
	}).Start(ctx, sync, sched.Retries(2), sched.Name("stubborn"))
	result(t, d, 3)
	if !strings.HasPrefix(d.Key(), "stubborn-") {
		t.Error(d.Key())
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic was recovered")
		}
	}()
	futures.Delay2(element, futures.Value([]int{1}), futures.Value(1)).Start(ctx, sync)
}

// What waits for a worker starts in the order of the priorities, and within one in the order of submission.
func TestPriority(t *testing.T) {
	e := sched.New(sched.Workers(1))
	defer e.Close()
	var mu sync.Mutex
	order, gate := "", make(chan int)
	note := func(s string) string { mu.Lock(); defer mu.Unlock(); order += s; return s }
	started := make(chan int)
	block := futures.Delay0(func() int { close(started); return <-gate }).Start(t.Context(), sched.On(e))
	<-started
	var all []*futures.Future[string]
	for _, c := range []struct {
		name     string
		priority int
	}{{"c", 0}, {"e", -1}, {"a", 5}, {"d", 0}, {"b", 1}} {
		all = append(all, futures.Delay1(note, futures.Value(c.name)).Start(t.Context(), sched.On(e), sched.Priority(c.priority)))
	}
	close(gate)
	result(t, block, 0)
	for _, f := range all {
		<-f.Done() // and not Result, which would run it here
	}
	if order != "abcde" {
		t.Errorf("order %q", order)
	}
}

// Rerun calls the function of the one failed task again, on this goroutine, with the same inputs.
func TestRerunOfAFuture(t *testing.T) {
	calls := 0
	_, err := futures.TryDelay1(func(x int) (int, error) {
		if calls++; calls == 2 && x == 7 {
			return x, nil
		}
		return 0, errBad
	}, futures.Delay1(inc, futures.Value(6)).Start(t.Context())).Start(t.Context()).Result(t.Context())
	te, ok := errors.AsType[*sched.TaskError](err)
	if !ok || te.Rerun(t.Context()) != nil || calls != 2 {
		t.Fatal(err, calls)
	}
}

// Rerun may be called as often as one likes, and does not stand in the way of Retry, nor Retry in its own.
func TestRerunAndRetry(t *testing.T) {
	ctx := t.Context()
	var calls, inputs atomic.Int32
	good := false
	input := futures.Delay0(func() int { inputs.Add(1); return 6 }).Start(ctx)
	f := futures.TryDelay1(func(x int) (int, error) {
		if calls.Add(1); !good {
			return 0, errBad
		}
		return x, nil
	}, input).Start(ctx)
	_, err := f.Result(ctx)
	te, ok := errors.AsType[*sched.TaskError](err)
	if !ok || !errors.Is(te.Rerun(ctx), errBad) {
		t.Fatal(err)
	}
	good = true
	for range 2 {
		if err := te.Rerun(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if f.Status() != sched.Failed {
		t.Fatal("Rerun changed the future: ", f)
	}
	if err := f.Retry(ctx); err != nil {
		t.Fatal(err)
	}
	result(t, f, 6)
	if err := te.Rerun(ctx); err != nil {
		t.Fatal("after Retry: ", err)
	}
	if calls.Load() != 6 || inputs.Load() != 1 {
		t.Error(calls.Load(), "calls,", inputs.Load(), "of the input")
	}
}

// Rerun of one failed task among thousands computes that one and what it needs, and nothing else.
func TestRerunAlone(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		var calls, shared atomic.Int32
		base := futures.Delay0(func() int { shared.Add(1); return 1234 })
		var all []*futures.Delayed[int]
		for i := range 3000 {
			all = append(all, futures.TryDelay2(func(i, bad int) (int, error) {
				if calls.Add(1); i == bad {
					return 0, errBad
				}
				return i, nil
			}, futures.Delay1(func(i int) int { calls.Add(1); return i }, futures.Value(i)), base))
		}
		_, err := futures.DelaySlice(sum, all).Compute(t.Context(), on)
		te, ok := errors.AsType[*sched.TaskError](err)
		if !ok || len(te.Inputs) != 2 || te.Inputs[0].Value != "1234" || te.Inputs[1].Value != "1234" {
			t.Fatalf("%+v", err)
		}
		calls.Store(0)
		shared.Store(0)
		if err := te.Rerun(t.Context()); !errors.Is(err, errBad) || calls.Load() != 2 || shared.Load() != 1 {
			t.Errorf("%v after %d calls and %d of the shared input", err, calls.Load(), shared.Load())
		}
	})
}
