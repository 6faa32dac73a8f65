package array_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

var ctx = context.Background()

// modes are the ways to run that must not change a result.
var modes = map[string][]sched.Option{
	"sync": {sched.Sync()}, "1": {sched.Workers(1)}, "2": {sched.Workers(2)}, "8": {sched.Workers(8)},
}

func arange(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = float64(i)
	}
	return out
}

func TestDesignSketch(t *testing.T) {
	data := make([]float64, 100_003)
	sum := 0.0
	for i := range data {
		data[i] = math.Sin(float64(i)) + 3
		sum += data[i]
	}
	mean, dev := sum/float64(len(data)), 0.0
	for _, v := range data {
		dev += (v - mean) * (v - mean)
	}
	want := dev / float64(len(data))
	for _, chunk := range []int{-1, 1 << 14, 777} {
		for name, opts := range modes {
			x := array.FromSlice(data, []int{len(data)}, array.Chunks(chunk))
			got, err := x.Sub(x.Mean()).Square().Mean().Item(ctx, opts...)
			if err != nil || math.Abs(got-want) > 1e-12*want {
				t.Errorf("chunk %d, %s: %v, %v, want %v", chunk, name, got, err, want)
			}
			x = x.Persist(ctx, opts...)
			if err := x.Wait(ctx); err != nil {
				t.Fatal(err)
			}
			if got, err := x.Sum().Item(ctx, opts...); err != nil || math.Abs(got-sum) > 1e-12*sum {
				t.Errorf("persisted sum: %v, %v, want %v", got, err, sum)
			}
		}
	}
}

func TestCompute(t *testing.T) {
	x := array.FromSlice(arange(24), []int{4, 6}, array.Chunks(3, 4))
	d, err := x.Compute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		for j := range 6 {
			if d.At(i, j) != float64(i*6+j) {
				t.Fatalf("(%d, %d): %v", i, j, d.At(i, j))
			}
		}
	}
	if got := fmt.Sprint(x.Shape(), x.Chunks(), x.NumChunks(), x.NBytes(), x); got != "[4 6] [[3 1] [4 2]] 4 192 array.Array[float64] shape=(4, 6) chunks=4 of (3, 4)" {
		t.Error(got)
	}
}

// failing is a source of ones that fails at one position.
type failing struct{ at int }

var errBroken = errors.New("broken sector")

func (f failing) Describe() string { return "disk::/x" }

func (f failing) Read(_ context.Context, dst []float64, start, shape []int) error {
	if start[0] <= f.at && f.at < start[0]+shape[0] {
		return errBroken
	}
	for i := range dst {
		dst[i] = 1
	}
	return nil
}

func TestFailedChunk(t *testing.T) {
	for name, opts := range modes {
		x := array.FromReader(failing{53}, []int{100}, array.Chunks(10))
		_, err := x.AddScalar(1).Sum().Item(ctx, opts...)
		var te *sched.TaskError
		if !errors.As(err, &te) || !errors.Is(err, errBroken) {
			t.Fatalf("%s: %v", name, err)
		}
		if te.Op != "sum" || te.Piece != "chunk (5,)" || !strings.HasPrefix(te.Site.String(), "array_test.go:") {
			t.Errorf("%s: %+v", name, te)
		}
		if msg := err.Error(); !strings.Contains(msg, "disk::/x [50:60]") {
			t.Errorf("%s: %s", name, msg)
		}
		if got, err := x.Slice(array.Range(0, 50)).Sum().Item(ctx, opts...); err != nil || got != 50 {
			t.Errorf("%s: the whole part: %v, %v", name, got, err)
		}
		p := x.Persist(ctx, opts...)
		if err := p.Wait(ctx); !errors.Is(err, errBroken) {
			t.Errorf("%s: Wait: %v", name, err)
		}
		if _, err := p.Sum().Item(ctx, opts...); !errors.Is(err, errBroken) {
			t.Errorf("%s: use of a failed array: %v", name, err)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	x := array.Zeros[float64]([]int{3, 4})
	y := array.Zeros[float64]([]int{5, 4})
	for name, bad := range map[string]*array.Array[float64]{
		"broadcast":  x.Add(y),
		"inherited":  x.Add(y).Neg().Sum(),
		"axis":       x.Sum(array.Axis(2)),
		"axis twice": x.Sum(array.Axis(0, -2)),
		"index":      x.Slice(array.Index(3)),
		"step":       x.Slice(array.RangeStep(0, 1, 0)),
		"selections": x.Slice(array.All(), array.All(), array.All()),
		"data":       array.FromSlice([]float64{1}, []int{2}),
		"shape":      array.Zeros[float64]([]int{-1}),
		"huge":       array.Zeros[float64]([]int{1 << 30, 1 << 30, 1 << 30}),
		"chunks":     array.Zeros[float64]([]int{3}, array.Chunks(0)),
		"chunk axes": array.Zeros[float64]([]int{3}, array.Chunks(1, 2)),
		"empty min":  array.Zeros[float64]([]int{0, 3}).Min(array.Axis(0)),
		"arange":     array.Arange(0.0, 1, 0),
	} {
		var e *array.Error
		if !errors.As(bad.Err(), &e) || !strings.HasPrefix(e.Site.String(), "array_test.go:") {
			t.Errorf("%s: %v", name, bad.Err())
		}
		if _, err := bad.Compute(ctx); !errors.Is(err, bad.Err()) {
			t.Errorf("%s: Compute: %v", name, err)
		}
		if err := bad.Persist(ctx).Wait(ctx); err == nil {
			t.Errorf("%s: Persist: no error", name)
		}
		if _, err := bad.Item(ctx); err == nil {
			t.Errorf("%s: Item: no error", name)
		}
	}
	if _, err := x.Item(ctx); err == nil {
		t.Error("item of 12 elements: no error")
	}
}

func TestSymbolic(t *testing.T) {
	x := array.Arange[int64](0, 10_000_000, 1, array.Chunks(1))
	if n := x.NumChunks(); n != 10_000_000 {
		t.Fatal(n)
	}
	if got, err := x.MulScalar(2).Slice(array.Range(5_000_000, 5_000_003)).Sum().Item(ctx); err != nil || got != 30_000_006 {
		t.Error(got, err)
	}
	if got, err := array.Ones[int8]([]int{1 << 20}).Sum().Item(ctx); !errors.Is(err, array.ErrOverflow) {
		t.Error(got, err)
	}
	if got, err := array.Ones[int32]([]int{1 << 10}).DivScalar(0).Sum().Item(ctx); !errors.Is(err, array.ErrDivideByZero) {
		t.Error(got, err)
	}
}
