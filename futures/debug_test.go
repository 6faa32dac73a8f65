package futures_test

import (
	"errors"
	"strings"
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
	engines(t, func(t *testing.T, on futures.Option) {
		list := futures.Submit1(ctx, makeList, futures.Value(3), on)
		_, err := futures.TrySubmit2(ctx, divide, list, futures.Value(0), on).Result(ctx)
		shown(err, list.Key(), "[0 1 2]", "0")
		_, err = futures.Submit2(ctx, element, list, futures.Value(5), on).Result(ctx)
		shown(err, list.Key(), "[0 1 2]", "5")
		_, err = futures.TrySubmit2(ctx, divide, futures.Value(make([]int, 1000)), futures.Value(0), on).Result(ctx)
		shown(err, "", "[0 0 0 0 0 0 0 0 …] (1000 elements)", "0")
	})
	modes(t, func(t *testing.T, opts ...sched.Option) {
		list := futures.Delay1(makeList, futures.Value(3))
		_, err := futures.TryDelay2(divide, list, futures.Value(0)).Compute(ctx, opts...)
		shown(err, "makeList", "[0 1 2]", "0")
	})
	_, err := futures.Delay2(element, futures.Delay1(makeList, futures.Value(3)), futures.Value(5)).Compute(ctx)
	shown(err, "makeList", "[0 1 2]", "5")
}

// Explain and DOT take a delayed value; the engine lists failed tasks.
func TestExplainAndTasks(t *testing.T) {
	d := futures.TryDelay2(divide, futures.Delay1(makeList, futures.Value(3)), futures.Value(0))
	text := sched.Explain(d)
	var dot strings.Builder
	if err := sched.WriteDOT(&dot, d); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"makeList", "divide", "debug_test.go:"} {
		if !strings.Contains(text, word) || !strings.Contains(dot.String(), word) {
			t.Errorf("%q is missing in\n%s\n%s", word, text, dot.String())
		}
	}
	e := sched.New(sched.Workers(2))
	defer e.Close()
	bad := futures.TrySubmit2(t.Context(), divide, futures.Value([]int{1}), futures.Value(0), futures.On(e))
	_, err := bad.Result(t.Context())
	for _, task := range e.Tasks() {
		if task.Key == bad.Key() && task.State == sched.Failed && errors.Is(task.Err, errBad) && errors.Is(err, errBad) {
			return
		}
	}
	t.Errorf("%v is not among %v", bad, e.Tasks())
}
