package array_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// links is how many operations the chains have: in make soak too many for any stack, else so many that one frame of a
// kilobyte for each would be seen.
func links() int {
	if os.Getenv("MAGPIE_SOAK") != "" {
		return 3_000_000
	}
	return 100_000
}

// An expression of any depth computes, on a bounded stack, or is refused.
func TestDeepChains(t *testing.T) {
	type floats = *array.Array[float64]
	zeros := array.Zeros[float64]([]int{10}, array.Chunks(5))
	for name, c := range map[string]struct {
		link func(x floats) floats
		n    int
		sum  float64
		deep bool
	}{
		"add":     {func(x floats) floats { return x.AddScalar(1) }, links(), 10 * float64(links()), false},
		"map":     {func(x floats) floats { return x.Map(func(v float64) float64 { return v + 2 }) }, links(), 20 * float64(links()), false},
		"convert": {func(x floats) floats { return x.AsType[int]().AsType[float64]().AddScalar(1) }, 30_000, 300_000, false},
		"diamond": {func(x floats) floats { return x.Maximum(x.AddScalar(1)) }, 30_000, 300_000, false},
		"compare": {func(x floats) floats { return array.Where(x.Less(zeros), x, x.AddScalar(1)) }, 10_000, 100_000, false},
		"slice":   {func(x floats) floats { return x.Flip().Transpose() }, 20_000, 0, false},
		"mean":    {func(x floats) floats { return x.Sub(x.Mean()).AddScalar(1) }, 500, 10, false},
		"reduce": {func(x floats) floats {
			return x.Max(array.Axis(0), array.KeepDims()).BroadcastTo([]int{10}).AddScalar(1)
		}, 10_000, 100_000, false},
		"too deep": {func(x floats) floats {
			return x.Max(array.Axis(0), array.KeepDims()).BroadcastTo([]int{10}).AddScalar(1)
		}, 60_000, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			x := zeros
			for range c.n {
				x = c.link(x)
			}
			if text := sched.Explain(x); len(text) > 1<<18 || !c.deep && !strings.Contains(text, "operations more") {
				t.Errorf("Explain returns %d bytes", len(text))
			}
			if len(x.String()) > 1000 {
				t.Errorf("String returns %d bytes", len(x.String()))
			}
			got, err := x.Sum().Item(t.Context())
			if c.deep {
				if err == nil || x.Err() == nil || !strings.Contains(err.Error(), "depth_test.go:") || !strings.Contains(err.Error(), "Persist") {
					t.Error(err)
				}
				return
			}
			if got != c.sum || err != nil {
				t.Errorf("%v, %v; want %v", got, err, c.sum)
			}
		})
	}
}
