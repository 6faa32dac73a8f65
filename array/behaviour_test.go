package array_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

type celsius float32

type level int16

// TestUserTypes: a type made of an element type is an element type.
func TestUserTypes(t *testing.T) {
	x := array.FromSlice([]celsius{1.5, 2.5, 5}, []int{3}, array.Chunks(2))
	if got, err := x.Sum().Item(ctx); err != nil || got != 9 {
		t.Error(got, err)
	}
	if got, err := array.Sqrt(x.Mul(x)).Mean().Item(ctx); err != nil || got != 3 {
		t.Error(got, err)
	}
	y := array.FromSlice([]level{-3, 7, 30000}, []int{3}, array.Chunks(1))
	if got, err := y.Sum().Item(ctx); err != nil || got != 30004 {
		t.Error(got, err)
	}
	if got, err := y.AddScalar(0).Prod().Item(ctx); !errors.Is(err, array.ErrOverflow) {
		t.Error(got, err)
	}
	if got, err := y.Max().Item(ctx); err != nil || got != 30000 {
		t.Error(got, err)
	}
}

func TestExtremesOfTypes(t *testing.T) {
	if got, err := array.Full[uint8](255, []int{5}).Min().Item(ctx); err != nil || got != 255 {
		t.Error(got, err)
	}
	if got, err := array.Full[int8](-128, []int{5}).Max().Item(ctx); err != nil || got != -128 {
		t.Error(got, err)
	}
	if got, err := array.Full[int64](math.MaxInt64, []int{5}).Min().Item(ctx); err != nil || got != math.MaxInt64 {
		t.Error(got, err)
	}
	if got, err := array.Full(math.Inf(1), []int{5}).Min().Item(ctx); err != nil || !math.IsInf(got, 1) {
		t.Error(got, err)
	}
	x := array.FromSlice([]int64{math.MaxInt64, math.MaxInt64, -math.MaxInt64}, []int{3}, array.Chunks(1))
	if got, err := x.Sum().Item(ctx); err != nil || got != math.MaxInt64 {
		t.Error("a sum that overflows on the way:", got, err)
	}
}

func TestMap(t *testing.T) {
	x := array.Arange(0, 10_000, 1, array.Chunks(3000))
	half := x.Map(func(v int) float32 { return float32(v) / 2 })
	twice := half.MapSlices(func(dst []float64, src []float32) {
		for i, v := range src {
			dst[i] = 2 * float64(v)
		}
	})
	d, err := twice.AsType[int]().Equal(x).All().Item(ctx)
	if err != nil || !d {
		t.Error(d, err)
	}
	_, err = x.Map(func(v int) int {
		if v == 4000 {
			panic("four thousand")
		}
		return v
	}).Sum().Item(ctx)
	var p *sched.PanicError
	var te *sched.TaskError
	if !errors.As(err, &p) || !errors.As(err, &te) || te.Piece != "chunk (1,)" || !strings.Contains(string(p.Stack), "behaviour_test.go") {
		t.Error(err)
	}
}

// TestScalars: 0-d operands on either side of every operation, lazily made and not.
func TestScalars(t *testing.T) {
	x := array.FromSlice([]float64{1, 2, 3, 4}, []int{4}, array.Chunks(3))
	two := array.Full(2.0, nil)
	mean := x.Mean() // 2.5
	for name, c := range map[string]struct {
		y    *array.Array[float64]
		want []float64
	}{
		"x-2": {x.Sub(two), []float64{-1, 0, 1, 2}}, "2-x": {two.Sub(x), []float64{1, 0, -1, -2}},
		"mean-x": {mean.Sub(x), []float64{1.5, 0.5, -0.5, -1.5}}, "2/x": {two.Div(x), []float64{2, 1, 2.0 / 3, 0.5}},
		"2//x": {two.FloorDiv(x), []float64{2, 1, 0, 0}}, "x//2": {x.FloorDiv(two), []float64{0, 1, 1, 2}},
		"2%x": {two.Mod(x), []float64{0, 0, 2, 2}}, "x**2": {array.Pow(x, two), []float64{1, 4, 9, 16}},
		"2**x": {array.Pow(two, x), []float64{2, 4, 8, 16}}, "min": {two.Minimum(x), []float64{1, 2, 2, 2}},
		"2+mean": {two.Add(mean), []float64{4.5}}, "clip": {x.Clip(2, 3), []float64{2, 2, 3, 3}},
		"where": {array.Where(two.Less(x), x, two.Neg()), []float64{-2, -2, 3, 4}},
		// A read operand of 0 axes: evaluated for every tile, and never twice negated.
		"x + -read": {x.Add(array.FromReader(boxReader{dense{nil, []float64{5}}, false}, nil).Neg()), []float64{-4, -3, -2, -1}},
	} {
		d, err := c.y.Compute(ctx)
		if err != nil || !slices.Equal(d.Data(), c.want) {
			t.Errorf("%s: %v, %v, want %v", name, d, err, c.want)
		}
	}
	big := array.Zeros[float64]([]int{100_000}).Add(array.FromReader(boxReader{dense{nil, []float64{5}}, true}, nil).Neg())
	if got, err := big.Min().Item(ctx); err != nil || got != -5 {
		t.Error(got, err)
	}
}

func TestEmpty(t *testing.T) {
	x := array.Zeros[float64]([]int{0, 3})
	if d, err := x.AddScalar(1).Compute(ctx); err != nil || d.Size() != 0 {
		t.Error(d, err)
	}
	if d, err := x.Sum(array.Axis(0)).Compute(ctx); err != nil || !slices.Equal(d.Data(), []float64{0, 0, 0}) {
		t.Error(d, err)
	}
	if d, err := x.Max(array.Axis(1)).Compute(ctx); err != nil || d.Size() != 0 {
		t.Error(d, err)
	}
	if v, err := x.Mean().Item(ctx); err != nil || v == v {
		t.Error(v, err)
	}
	if v, err := x.Prod().Item(ctx); err != nil || v != 1 {
		t.Error(v, err)
	}
	if v, err := x.EqualC(0).All().Item(ctx); err != nil || !v {
		t.Error(v, err)
	}
	p := x.Persist(ctx)
	if err := p.Wait(ctx); err != nil {
		t.Error(err)
	}
}

func TestDelayedCombines(t *testing.T) {
	x := array.Arange(0.0, 100, 1, array.Chunks(7))
	r, err := sched.Compute(ctx, []sched.Lazy{x.Sum().Delayed(), x.Max().Delayed(), x.Slice(array.Range(98, 100))})
	if err != nil || r[0][0] != 4950.0 || r[1][0] != 99.0 || !slices.Equal(r[2][0].([]float64), []float64{98, 99}) {
		t.Error(r, err)
	}
}

// blocked is a reader that waits for its context.
type blocked struct{ started chan struct{} }

func (b blocked) Read(ctx context.Context, _ []float64, _, _ []int) error {
	close(b.started)
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	b := blocked{make(chan struct{})}
	x := array.FromReader(b, []int{10}).Persist(ctx)
	<-b.started
	enough := errors.New("enough")
	cancel(enough)
	if err := x.Wait(context.Background()); !errors.Is(err, enough) {
		t.Error(err)
	}
	if _, err := x.Sum().Item(context.Background()); !errors.Is(err, enough) {
		t.Error(err)
	}
}

// A function of the user's that takes long is not called for the rest of its chunk when the result is not wanted any more.
func TestCancelWithinAChunk(t *testing.T) {
	enough := errors.New("enough")
	for _, opts := range [][]sched.Option{{sched.Sync()}, {sched.Workers(1)}, {sched.Workers(8)}} {
		for name, each := range map[string]func(x *array.Array[float64], f func()) *array.Array[float64]{
			"map": func(x *array.Array[float64], f func()) *array.Array[float64] {
				return x.Map(func(v float64) float64 { f(); return v })
			},
			"map slices": func(x *array.Array[float64], f func()) *array.Array[float64] {
				return x.MapSlices(func(dst, src []float64) { copy(dst, src); f() })
			},
		} {
			calls := 0
			ctx, cancel := context.WithCancelCause(context.Background())
			x := each(array.Ones[float64]([]int{1 << 20}, array.Chunks(1<<20)), func() {
				if calls++; calls >= 10 {
					cancel(enough)
					time.Sleep(time.Millisecond) // the engine is told on another goroutine
				}
			})
			if _, err := x.Sum().Item(ctx, opts...); !errors.Is(err, enough) || calls > 250 {
				t.Errorf("%s: %v after %d calls", name, err, calls)
			}
		}
	}
}

func TestRelease(t *testing.T) {
	x := array.Ones[float64]([]int{100}, array.Chunks(10)).Persist(ctx)
	if err := x.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if done, total := x.Progress(); done != total || total < 10 {
		t.Error(done, total)
	}
	x.Release()
	if _, err := x.Sum().Item(ctx); !errors.Is(err, sched.ErrReleased) {
		t.Error(err)
	}
}

// TestMemoryLimit: a persisted array that does not fit the limit comes back from disk with the same bits.
func TestMemoryLimit(t *testing.T) {
	x := array.Sqrt(array.Arange(0.0, 100_000, 1, array.Chunks(5000)))
	want, err := x.Sum().Item(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := x.Persist(ctx, sched.MemoryLimit(200_000), sched.SpillDir(t.TempDir()))
	if err := p.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Sum().Item(ctx); err != nil || got != want {
		t.Error(got, want, err)
	}
	p.Release()
}

// TestDeepChain: an expression may be long.
func TestDeepChain(t *testing.T) {
	x := array.Zeros[int64]([]int{10}, array.Chunks(5))
	for range 5000 {
		x = x.AddScalar(1)
	}
	y := array.Ones[float64]([]int{3})
	for range 60 {
		y = y.Add(y).MulScalar(0.5) // 2^60 references, one evaluation each
	}
	if got, err := x.Sum().Item(ctx); err != nil || got != 50_000 {
		t.Error(got, err)
	}
	if got, err := y.Sum().Item(ctx); err != nil || got != 3 {
		t.Error(got, err)
	}
}

// TestNoAllocationPerTile: a chunk of a hundred tiles allocates no more than one of two.
func TestNoAllocationPerTile(t *testing.T) {
	allocs := func(n int) float64 {
		x := array.FromSlice(make([]float64, n), []int{n / 4, 4}, array.Chunks(-1))
		y := x.Sub(x.Mean()).Square().Add(x.Slice(array.Index(0))).Sum(array.Axis(1)).Max()
		return testing.AllocsPerRun(5, func() {
			if _, err := y.Item(ctx, sched.Sync()); err != nil {
				t.Error(err)
			}
		})
	}
	// One allocation a tile would be 98 more. The race detector has sync.Pool forget some of what it is given, by chance.
	if small, large := allocs(4096), allocs(204_800); large > small+50 {
		t.Errorf("%v allocations for 2 tiles, %v for 100", small, large)
	}
}
