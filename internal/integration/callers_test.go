package integration

import (
	"context"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Many goroutines share an engine: sums, futures that compute inside, and persisted arrays, with and without a limit
// that makes them spill.
func TestManyCallers(t *testing.T) {
	for _, opts := range [][]sched.Option{nil, {sched.Workers(1)}, {sched.MemoryLimit(4 << 20)}} {
		e := sched.New(append(opts, sched.Workers(2))...)
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				x := array.Arange[int64](0, 100_000, 1, array.Chunks(1000))
				s, err := x.Sum().Item(ctx, sched.On(e))
				if err != nil || s != 100_000*99_999/2 {
					t.Error(s, err)
				}
				n, err := bag.Sum(bag.Range(1000, 7)).Compute(ctx, sched.On(e))
				if err != nil || n != 499500 {
					t.Error(n, err)
				}
				f := futures.CtxDelay1(func(ctx context.Context, i int) (int64, error) {
					return array.Ones[int64]([]int{i + 1}, array.Chunks(3)).Sum().Item(ctx)
				}, futures.Value(i)).Start(ctx, sched.On(e))
				v, err := f.Result(ctx)
				if err != nil || v != int64(i+1) {
					t.Error(v, err)
				}
				p := x.MulScalar(2).Persist(ctx, sched.On(e))
				if err := p.Wait(ctx); err != nil {
					t.Error(err)
				}
				if s, err := p.Sum().Item(ctx, sched.On(e)); err != nil || s != 100_000*99_999 {
					t.Error(s, err)
				}
				p.Release()
			})
		}
		wg.Wait()
		cancel()
		e.Close()
	}
}
