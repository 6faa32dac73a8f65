package bag_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

func TestPersist(t *testing.T) {
	ctx := context.Background()
	each(t, 100, func(t *testing.T, b *bag.Bag[int], want []int, opts []sched.Option) {
		var n atomic.Int64
		p := b.Map(func(x int) int { n.Add(1); return x }).Persist(ctx, opts...)
		value(t, bag.Sum(p), opts, 4950)
		if err := p.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		check(t, p.Filter(func(int) bool { return true }), opts, want)
		check(t, p.Concat(p).Repartition(3), opts, append(append([]int{}, want...), want...))
		if p.NumPartitions() != b.NumPartitions() || n.Load() != 100 {
			t.Error(p, n.Load())
		}
		if done, total := p.Progress(); done == 0 || done != total {
			t.Error(done, total)
		}
		if p.Bytes() < 800 {
			t.Error(p.Bytes(), "bytes")
		}
	})
}

func TestPersistOfFailure(t *testing.T) {
	ctx := context.Background()
	p := bag.Range(100, 10).TryMap(func(x int) (int, error) {
		if x == 55 {
			return 0, errRecord
		}
		return x, nil
	}).Persist(ctx)
	if err := p.Wait(ctx); !errors.Is(err, errRecord) {
		t.Error(err)
	}
	if _, err := bag.Sum(p).Compute(ctx); !errors.Is(err, errRecord) {
		t.Error(err)
	}
	bad := bag.Range(-1, 1)
	if err := bad.Persist(ctx).Wait(ctx); err == nil || !errors.Is(err, bad.Err()) {
		t.Error(err)
	}
	if err := bag.Range(1, 1).Wait(ctx); err != nil {
		t.Error(err)
	}
}
