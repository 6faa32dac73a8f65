package array_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/sched"
)

// What Compute returns is booked before it is allocated: an array that cannot fit is refused.
func TestComputeBeyondLimit(t *testing.T) {
	huge := int(min(int64(math.MaxInt>>3), 1<<45)) // also where an int has 32 bits
	for _, n := range []int{1 << 20, huge} {
		_, err := array.Ones[float64]([]int{n}).Compute(context.Background(), sched.MemoryLimit(1<<20), sched.SpillDir(t.TempDir()))
		me, ok := errors.AsType[*sched.MemoryError](err)
		if !ok || me.Need != int64(n)*8 || !strings.Contains(err.Error(), "limit_test.go") || !strings.Contains(err.Error(), "persist") {
			t.Errorf("%d: %v", n, err)
		}
	}
	d, err := array.Ones[float64]([]int{100_000}).Compute(context.Background(), sched.MemoryLimit(1<<20), sched.SpillDir(t.TempDir()))
	if err != nil || len(d.Data()) != 100_000 || d.Data()[99_999] != 1 {
		t.Error(err)
	}
	if d, err := array.Ones[float64]([]int{0, 3}).Compute(context.Background()); err != nil || d.Data() == nil || len(d.Data()) != 0 {
		t.Error(d, err)
	}
}

// A persisted array larger than the limit is used more than once in one expression.
func TestPersistedReuseBeyondLimit(t *testing.T) {
	ctx := context.Background()
	e := sched.New(sched.Workers(2), sched.MemoryLimit(4<<20), sched.SpillDir(t.TempDir()))
	defer e.Close()
	const n = 2_000_000
	x := array.Arange(0.0, n, 1, array.Chunks(50_000)).Persist(ctx, sched.On(e)) // 16 MB
	got, err := x.Sub(x.Mean()).Square().Mean().Item(ctx, sched.On(e))
	want := (float64(n)*float64(n) - 1) / 12
	if err != nil || got < want*(1-1e-9) || got > want*(1+1e-9) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}
