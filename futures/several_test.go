package futures_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Several values are persisted in one pass: what they have in common is computed once.
func TestPersistOfSeveral(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		var calls atomic.Int32
		base := futures.Delay0(func() int { calls.Add(1); return 10 })
		ds := []*futures.Delayed[int]{base, futures.Delay1(inc, base), nil, futures.Delay1(inc, unbuilt(errBad)), futures.Delay2(add, base, base)}
		ps := futures.Persist(ctx, ds, on)
		if len(ps) != len(ds) {
			t.Fatalf("%d values of %d", len(ps), len(ds))
		}
		for i, want := range []int{10, 11, 0, 0, 20} {
			switch got, err := ps[i].Compute(ctx, on); {
			case want == 0 && (err == nil || errors.Is(err, errBad) != (i == 3)):
				t.Errorf("%d: %v, %v", i, got, err)
			case want != 0 && (got != want || err != nil):
				t.Errorf("%d: %v, %v; want %d", i, got, err, want)
			}
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("what they have in common was computed %d times", n)
		}

		bad := futures.Persist(ctx, []*futures.Delayed[int]{futures.Delay0(one), futures.TryDelay1(half, futures.Value(3))}, on)
		for i, p := range bad {
			if err := p.Wait(ctx); !errors.Is(err, errBad) {
				t.Errorf("%d of those that fail together: %v", i, err)
			}
		}
		if none := futures.Persist(ctx, []*futures.Delayed[int]{}, on); len(none) != 0 {
			t.Errorf("of none: %v", none)
		}
	})
}

// A delayed call runs under the name that it was given, in whatever way it is run; an option of the call wins.
func TestNameOfADelayedCall(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		d := futures.TryDelay1(half, futures.Value(3))
		named := d.Name("load")
		begins := func(err error, name string) {
			t.Helper()
			te, ok := errors.AsType[*sched.TaskError](err)
			if !ok || !strings.HasPrefix(te.Key, name+"-") || te.Op != name || !errors.Is(err, errBad) {
				t.Errorf("%v (%+v) is not of %q", err, te, name)
			}
		}
		for _, c := range []struct {
			d    *futures.Delayed[int]
			name string
			opts []sched.Option
		}{{d, "half", nil}, {named, "load", nil}, {named, "other", []sched.Option{sched.Name("other")}}} {
			f := c.d.Start(ctx, append(c.opts, on)...)
			if _, err := f.Result(ctx); !strings.HasPrefix(f.Key(), c.name+"-") {
				t.Errorf("the key is %q", f.Key())
			} else {
				begins(err, c.name)
			}
		}
		_, err := named.Compute(ctx, on)
		begins(err, "load")
		begins(named.Persist(ctx, on).Wait(ctx), "load")
		_, err = futures.Delay1(inc, named).Compute(ctx, on)
		begins(err, "load")
		if !strings.HasPrefix(named.String(), "load at ") || !strings.HasPrefix(d.String(), "half at ") {
			t.Errorf("%v, %v", named, d)
		}
	})
}

// One value that is there already is a future like any other.
func TestScatterOfOne(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		ctx := t.Context()
		f := futures.Scatter([]int{7})[0]
		result(t, f, 7)
		result(t, futures.Delay2(add, f, f).Start(ctx, on), 14)
		if got, err := futures.Delay1(inc, f).Compute(ctx, on); got != 8 || err != nil {
			t.Errorf("%v, %v", got, err)
		}
		if !strings.HasPrefix(f.Key(), "scatter-") {
			t.Errorf("the key is %q", f.Key())
		}
		f.Release()
		if _, err := futures.Delay1(inc, f).Start(ctx, on).Result(ctx); !errors.Is(err, sched.ErrReleased) {
			t.Errorf("after Release: %v", err)
		}
	})
}
