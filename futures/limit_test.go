package futures_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// The values of futures are held to the memory limit of their engine: those for which there is no room fail, and say why.
func TestLimitHoldsForFutures(t *testing.T) {
	const limit, size = 1 << 20, 200 << 10 // there is room for five
	e := sched.New(sched.Workers(2), sched.MemoryLimit(limit), sched.SpillDir(t.TempDir()))
	defer e.Close()
	ctx := context.Background()
	fill := func(int) []byte { return make([]byte, size) }
	fs := futures.Map(ctx, fill, make([]int, 50), sched.On(e))
	var good []*futures.Future[[]byte]
	for _, f := range fs {
		_, err := f.Result(ctx)
		if err == nil {
			good = append(good, f)
			continue
		}
		me, ok := errors.AsType[*sched.MemoryError](err)
		if !ok || me.Need != size || me.Limit != limit || me.Key != f.Key() || !strings.Contains(err.Error(), "release") {
			t.Fatalf("%v", err)
		}
	}
	if len(good) != 5 {
		t.Errorf("%d values are held, there is room for five", len(good))
	}
	// What is released makes room.
	good[0].Release()
	if _, err := futures.Map(ctx, fill, make([]int, 1), sched.On(e))[0].Result(ctx); err != nil {
		t.Error(err)
	}
	good, fs = nil, nil
	// So does what nobody can reach any more.
	for range 100 {
		if _, err := futures.Map(ctx, fill, make([]int, 1), sched.On(e))[0].Result(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// Persisted results go to disk for a value that must stay; delayed values without a codec cannot.
func TestLimitFuturesBesidePersisted(t *testing.T) {
	e := sched.New(sched.Workers(2), sched.MemoryLimit(1<<20), sched.SpillDir(t.TempDir()))
	defer e.Close()
	ctx := context.Background()
	fill := func(int) []byte { return make([]byte, 600<<10) }
	d := futures.Delay1(fill, futures.Value(1)).Persist(ctx, sched.On(e))
	if err := d.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	_, err := futures.Map(ctx, fill, make([]int, 1), sched.On(e))[0].Result(ctx)
	if me, ok := errors.AsType[*sched.MemoryError](err); !ok || me.Held != 600<<10 {
		t.Errorf("%v", err)
	}
	if v, err := d.Compute(ctx, sched.On(e)); err != nil || len(v) != 600<<10 { // held already, and not counted again
		t.Error(err)
	}
	d.Release()
	if _, err := futures.Map(ctx, fill, make([]int, 1), sched.On(e))[0].Result(ctx); err != nil {
		t.Error(err)
	}
}
