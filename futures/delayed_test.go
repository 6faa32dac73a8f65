package futures_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

func inc(x int) int        { return x + 1 }
func dec(x int) int        { return x - 1 }
func add(x, y int) int     { return x + y }
func add3(x, y, z int) int { return x + y + z }
func one() int             { return 1 }
func sum(xs []int) (total int) {
	for _, x := range xs {
		total += x
	}
	return total
}

func TestDelayedShapes(t *testing.T) {
	v := futures.Value[int]
	fail := func(f func() int) func() (int, error) { return func() (int, error) { return f(), nil } }
	for _, c := range []struct {
		name string
		d    *futures.Delayed[int]
		want int
	}{
		{"0", futures.Delay0(one), 1},
		{"1", futures.Delay1(inc, v(1)), 2},
		{"2", futures.Delay2(add, v(1), v(2)), 3},
		{"3", futures.Delay3(add3, v(1), v(2), v(3)), 6},
		{"slice", futures.DelaySlice(sum, []futures.Input[int]{v(1), futures.Delay0(one), v(5)}), 7},
		{"slice of delayed", futures.DelaySlice(sum, []*futures.Delayed[int]{futures.Delay0(one), futures.Delay0(one)}), 2},
		{"slice empty", futures.DelaySlice(sum, []futures.Input[int]{}), 0},
		{"try 0", futures.TryDelay0(fail(one)), 1},
		{"try 1", futures.TryDelay1(strconv.Atoi, futures.Value("12")), 12},
		{"try 2", futures.TryDelay2(func(x, y int) (int, error) { return x - y, nil }, v(3), v(2)), 1},
		{"try 3", futures.TryDelay3(func(x, y, z int) (int, error) { return x*y - z, nil }, v(3), v(2), v(1)), 5},
		{"try slice", futures.TryDelaySlice(func(x []int) (int, error) { return x[1], nil }, []futures.Input[int]{v(1), v(2)}), 2},
		{"ctx 0", futures.CtxDelay0(func(ctx context.Context) (int, error) { return 1, ctx.Err() }), 1},
		{"ctx 1", futures.CtxDelay1(func(ctx context.Context, x int) (int, error) { return x, ctx.Err() }, v(1)), 1},
		{"ctx 2", futures.CtxDelay2(func(ctx context.Context, x, y int) (int, error) { return x - y, ctx.Err() }, v(3), v(2)), 1},
		{"ctx 3", futures.CtxDelay3(func(ctx context.Context, x, y, z int) (int, error) { return x*y - z, ctx.Err() },
			v(3), v(2), v(1)), 5},
		{"ctx slice", futures.CtxDelaySlice(func(ctx context.Context, x []int) (int, error) { return x[1], ctx.Err() },
			[]futures.Input[int]{v(1), v(2)}), 2},
		{"tree", futures.Delay2(add, futures.Delay1(inc, v(1)), futures.Delay1(dec, v(2))), 3},
		{"input mixed", futures.Delay2(add, v(1), futures.Delay1(dec, v(2))), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			modes(t, func(t *testing.T, on sched.Option) {
				if got, err := c.d.Compute(t.Context(), on); got != c.want || err != nil {
					t.Fatalf("got %v, %v; want %v", got, err, c.want)
				}
			})
		})
	}
}

func TestDelayedInterfaceResults(t *testing.T) {
	// A nil error is a nil any between the tasks; it must come out as a nil error.
	d := futures.Delay1(func(err error) bool { return err == nil }, futures.Delay0(func() error { return nil }))
	if got, err := d.Compute(t.Context()); !got || err != nil {
		t.Fatal(got, err)
	}
	if got, err := futures.Delay0(func() fmt.Stringer { return nil }).Compute(t.Context()); got != nil || err != nil {
		t.Fatal(got, err)
	}
}

func TestDelayedSharesParts(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		var runs atomic.Int32
		base := futures.Delay0(func() int { return int(runs.Add(1)) * 10 })
		a, b, err := futures.Compute2(t.Context(), futures.Delay1(inc, base), futures.Delay1(dec, base), on)
		if a != 11 || b != 9 || err != nil || runs.Load() != 1 {
			t.Fatal(a, b, err, runs.Load())
		}
		x, y, z, err := futures.Compute3(t.Context(), base, futures.Value("s"), futures.Delay1(inc, base), on)
		if x != 20 || y != "s" || z != 21 || err != nil {
			t.Fatal(x, y, z, err)
		}
		all, err := futures.All(base, futures.Delay1(inc, base), base).Compute(t.Context(), on)
		if fmt.Sprint(all) != "[30 31 30]" || err != nil {
			t.Fatal(all, err)
		}
	})
}

var errBad = errors.New("bad weather")

// unbuilt returns a value that could not be built.
func unbuilt(err error) *futures.Delayed[int] {
	return futures.Lowered[int]("unbuilt", site.User(), nil, err, nil)
}

func TestDelayedErrors(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		bad := futures.TryDelay1(func(int) (int, error) { return 0, errBad }, futures.Value(7))
		_, err := futures.Delay2(add, futures.Delay1(inc, bad), futures.Value(2)).Compute(t.Context(), on)
		var te *sched.TaskError
		if !errors.Is(err, errBad) || !errors.As(err, &te) {
			t.Fatal(err)
		}
		if file, line := te.Site.File(); !strings.HasSuffix(file, "delayed_test.go") || line == 0 {
			t.Fatalf("site %s:%d", file, line)
		}
		if !strings.Contains(te.Op, "TestDelayedErrors") {
			t.Fatalf("op %q", te.Op)
		}
	})
}

func TestDelayedSticky(t *testing.T) {
	failed := unbuilt(errBad)
	var nilDelayed *futures.Delayed[int]
	for _, d := range []*futures.Delayed[int]{
		failed,
		futures.Delay1(inc, failed),
		futures.Delay2(add, futures.Value(1), futures.Delay1(inc, failed)),
		futures.DelaySlice(sum, []*futures.Delayed[int]{failed}),
	} {
		if !errors.Is(d.Err(), errBad) {
			t.Fatal(d.Err())
		}
		if _, err := d.Compute(t.Context()); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
		if p := d.Persist(t.Context()); !errors.Is(p.Wait(t.Context()), errBad) {
			t.Fatal(p.Wait(t.Context()))
		}
	}
	for _, x := range []futures.Input[int]{nil, nilDelayed} {
		d := futures.Delay2(add, futures.Value(1), x)
		var ie *futures.InputError
		if !errors.As(d.Err(), &ie) || ie.N != 1 || ie.Name != "add" {
			t.Fatal(d.Err())
		}
	}
}

func TestPersist(t *testing.T) {
	modes(t, func(t *testing.T, on sched.Option) {
		var runs atomic.Int32
		p := futures.Delay0(func() int { return int(runs.Add(1)) }).Persist(t.Context(), on)
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-p.Done()
		if done, total := p.Progress(); done != 1 || total != 1 {
			t.Fatal(done, total)
		}
		for range 3 {
			if v, err := futures.Delay1(inc, p).Compute(t.Context(), on); v != 2 || err != nil {
				t.Fatal(v, err)
			}
		}
		bad := futures.TryDelay0(func() (int, error) { return 0, errBad }).Persist(t.Context(), on)
		if err := bad.Wait(t.Context()); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
		if _, err := futures.Delay1(inc, bad).Compute(t.Context(), on); !errors.Is(err, errBad) {
			t.Fatal(err)
		}
	})
	if err := futures.Delay0(one).Wait(t.Context()); err == nil {
		t.Fatal("Wait on a value that is not persisted returned nil")
	}
}

func TestDelayedString(t *testing.T) {
	if s := futures.Delay1(inc, futures.Value(1)).String(); !strings.HasPrefix(s, "inc at delayed_test.go:") {
		t.Fatal(s)
	}
}
