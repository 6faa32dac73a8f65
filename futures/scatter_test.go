package futures_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Scattered values are in the books of the engine, by their type's size or by what they say, until they are released or
// dropped.
func TestScatterCounts(t *testing.T) {
	ctx := context.Background()
	e := sched.New(sched.Workers(2), sched.MemoryLimit(1_000_000), sched.SpillDir(t.TempDir()))
	defer e.Close()
	on := sched.On(e)
	type row [2]int64
	refused := func(err error) bool {
		me, ok := errors.AsType[*sched.MemoryError](err)
		return ok && me.Op == "scatter" && !me.Site.IsZero()
	}
	numbers := futures.Scatter([][]int64{make([]int64, 50_000), make([]int64, 50_000), make([]int64, 50_000)}, on) // 400,000 bytes each
	for i, want := range []bool{true, true, false} {
		if v, err := numbers[i].Result(ctx); want && (err != nil || len(v) != 50_000) || !want && !refused(err) {
			t.Errorf("value %d: %v", i, err)
		}
	}
	rows := func() error { // 320,000 bytes
		_, err := futures.Scatter([][]row{make([]row, 20_000)}, on)[0].Result(ctx)
		return err
	}
	says := func() error { // 700,000 bytes, as it says
		_, err := futures.Scatter([]frame{{7000}}, on)[0].Result(ctx)
		return err
	}
	if err := rows(); !refused(err) {
		t.Errorf("rows beside numbers: %v", err)
	}
	numbers[0].Release()
	if err := rows(); err != nil {
		t.Errorf("rows, after some numbers were released: %v", err)
	}
	if err := says(); !refused(err) {
		t.Errorf("a frame beside numbers: %v", err)
	}
	if _, err := futures.Delay0(func() frame { return frame{7000} }).Start(ctx, on).Result(ctx); err == nil {
		t.Error("a result beside numbers fits")
	}
	runtime.KeepAlive(numbers)
	numbers = nil
	for range 3 { // each dropped at once
		if err := says(); err != nil {
			t.Errorf("a frame: %v", err)
		}
	}
	if v, err := futures.Scatter([]frame{{1 << 30}})[0].Result(ctx); err != nil || v.rows != 1<<30 {
		t.Errorf("without a limit: %v", err)
	}
}
