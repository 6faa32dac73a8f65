package integration_test

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

// heap returns the bytes of live objects.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what had a cleanup goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// falls fails the test unless the heap comes down to at most want bytes.
func falls(t *testing.T, what string, want int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; runtime.Gosched() {
		got := heap()
		if got <= want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d bytes in use, want at most %d", what, got, want)
		}
	}
}

const mega = 1 << 20

// each is run with every kind of persisted thing: it makes one of 8 MB from the one before, nil at first.
var chains = map[string]func(ctx context.Context, before any, on sched.Option) any{
	"array": func(ctx context.Context, before any, on sched.Option) any {
		x, ok := before.(*array.Array[float64])
		if !ok {
			x = array.Ones[float64]([]int{mega}, array.Chunks(mega/16))
		}
		return x.AddScalar(1).Persist(ctx, on)
	},
	"bag": func(ctx context.Context, before any, on sched.Option) any {
		b, ok := before.(*bag.Bag[int])
		if !ok {
			b = bag.Range(mega, 16)
		}
		return b.Map(func(n int) int { return n + 1 }).Persist(ctx, on)
	},
	"delayed": func(ctx context.Context, before any, on sched.Option) any {
		d, ok := before.(*futures.Delayed[[]int])
		if !ok {
			d = futures.Delay0(func() []int { return make([]int, mega) })
		}
		return futures.Delay1(func(xs []int) []int { return append([]int(nil), xs...) }, d).Persist(ctx, on)
	},
	"future": func(ctx context.Context, before any, on sched.Option) any {
		f, ok := before.(*futures.Future[[]int])
		if !ok {
			return futures.Delay0(func() []int { return make([]int, mega) }).Start(ctx, on)
		}
		return futures.Delay1(func(xs []int) []int { return append([]int(nil), xs...) }, f).Start(ctx, on)
	},
}

type background interface {
	viz.Progresser
	Done() <-chan struct{}
	Bytes() int64
	Release()
	Err() error
}

// What an iteration has made is held, and not what it was made from; and that goes when it is dropped, or released.
func TestIterationHoldsTheLast(t *testing.T) {
	for name, next := range chains {
		for _, opts := range [][]sched.Option{{sched.Workers(1)}, {sched.Workers(4)}, {sched.Workers(2), sched.MemoryLimit(1 << 30)}} {
			e := sched.New(opts...)
			ctx, on := t.Context(), sched.On(e)
			before := heap()
			var x any
			for range 8 {
				x = next(ctx, x, on)
			}
			last := x.(background)
			<-last.Done()
			if err := last.Err(); err != nil {
				t.Fatal(name, err)
			}
			if done, total := last.Progress(); done != total || total == 0 {
				t.Error(name, done, total)
			}
			size := last.Bytes()
			if size < 8*mega || size > 9*mega { // the slices of a bag have some room
				t.Errorf("%s: %d bytes", name, size)
			}
			falls(t, name+": before the last", before+10*mega)
			if now := heap() - before; now < 7*mega {
				t.Errorf("%s: only %d bytes are in use for 8 MB of results", name, now)
			}
			listed := int64(0)
			for _, h := range sched.Held(e) {
				listed += h.Bytes
			}
			s := e.Stats()
			if f, ok := x.(interface{ Key() string }); ok { // a call of a future is a task, which package futures lists
				if listed != 0 || s.PersistedBytes != 0 {
					t.Errorf("%s: %d bytes listed by the engine, %d counted", name, listed, s.PersistedBytes)
				}
				for _, h := range futures.Held() {
					if h.Key == f.Key() {
						listed += h.Bytes
					}
				}
			} else if s.PersistedBytes != listed {
				t.Errorf("%s: %d bytes listed, %d counted", name, listed, s.PersistedBytes)
			}
			if listed != size {
				t.Errorf("%s: %d bytes listed of %d", name, listed, size)
			}
			runtime.KeepAlive(x)
			x = next(ctx, x, on)
			last = x.(background)
			<-last.Done()
			last.Release()
			falls(t, name+": released", before+mega)
			if err := last.Err(); !errors.Is(err, sched.ErrReleased) {
				t.Error(name, err)
			}
			x = next(ctx, nil, on)
			<-x.(background).Done()
			x, last = nil, nil
			falls(t, name+": dropped", before+mega)
			e.Close()
		}
	}
}

// A persisted collection that nobody can use any more is not computed to its end, but one that something uses is.
func TestDroppedCollectionsEnd(t *testing.T) {
	engines(t, func(t *testing.T, e *sched.Engine) {
		ctx, on := t.Context(), sched.On(e)
		var began, ended atomic.Int32
		gate := make(chan bool)
		wait := func(ctx context.Context, _ iter.Seq[int], yield func(int) bool) error {
			began.Add(1)
			select {
			case <-gate:
				yield(7)
				return nil
			case <-ctx.Done():
				ended.Add(1)
				return context.Cause(ctx)
			}
		}
		one := bag.FromSlice([]int{7}, 1)
		total := bag.Sum(one.MapPartitions(wait).Persist(ctx, on)).Start(ctx, on)
		if e.Workers() > 1 {
			dropped := one.MapPartitions(wait).Persist(ctx, on)
			for began.Load() < 2 { // what is dropped before it has begun never does
				time.Sleep(time.Millisecond)
			}
			runtime.KeepAlive(dropped)
			for deadline := time.Now().Add(20 * time.Second); ended.Load() == 0; runtime.GC() {
				if time.Now().After(deadline) {
					t.Fatal("a dropped bag is computed on")
				}
			}
		}
		go func() { gate <- true }()
		if v, err := total.Result(ctx); v != 7 || err != nil {
			t.Fatal(v, err)
		}
	})
}

// Bars take every persisted thing, and say what failed.
func TestBarOfCollections(t *testing.T) {
	ctx := t.Context()
	x := array.Ones[float64]([]int{1000}, array.Chunks(10)).Persist(ctx)
	m := x.GreaterC(0).Persist(ctx)
	b := bag.Range(1000, 10).Persist(ctx)
	bad := b.TryMap(func(n int) (int, error) { return n, errors.New("no") }).Persist(ctx)
	d := bag.Sum(b).Persist(ctx)
	for _, p := range []background{x, m, b, d, bad} {
		var text strings.Builder
		stop := viz.Bar(&text, p)
		<-p.Done()
		stop()
		if failed := p.Err() != nil; failed != (p == background(bad)) || strings.Contains(text.String(), "failed") != failed {
			t.Errorf("%v: %q", p.Err(), text.String())
		}
	}
	for _, p := range []background{array.Ones[float64]([]int{10}), bag.Range(10, 2), x.GreaterC(0), futures.Delay0(func() int { return 1 })} {
		<-p.Done() // nothing to wait for
		if p.Bytes() != 0 || p.Err() != nil {
			t.Error(p.Bytes(), p.Err())
		}
	}
}

// pieces is an array's source that counts what is read of each chunk, and fails at one of them.
type pieces struct {
	reads [10]atomic.Int32
	bad   int
}

func (p *pieces) Read(_ context.Context, dst []float64, start, _ []int) error {
	c := start[0] / 100
	p.reads[c].Add(1)
	if c == p.bad {
		return errors.New("bad sector")
	}
	for i := range dst {
		dst[i] = float64(start[0] + i)
	}
	return nil
}

// What is persisted is read once, however often and by whatever it is used, also while it is being read.
func TestPersistedIsComputedOnce(t *testing.T) {
	engines(t, func(t *testing.T, e *sched.Engine) {
		ctx, on := t.Context(), sched.On(e)
		p := &pieces{bad: -1}
		x := array.FromReader[float64](p, []int{1000}, array.Chunks(100)).Persist(ctx, on)
		for range 3 {
			sum, mean, err := futures.Compute2(ctx, x.Sum(), x.Mean(), on)
			if sum != 499500 || mean != 499.5 || err != nil {
				t.Fatal(sum, mean, err)
			}
			f := x.Max().Delayed().Start(ctx, on)
			if v, err := futures.Delay2(func(a, b float64) float64 { return a - b }, f, x.Min()).Start(ctx, on).Result(ctx); v != 999 || err != nil {
				t.Fatal(v, err)
			}
		}
		for c := range p.reads {
			if n := p.reads[c].Load(); n != 1 {
				t.Errorf("chunk %d was read %d times", c, n)
			}
		}
	})
}

// A chunk that failed surfaces in Wait, in Err and in every use, with the line and the chunk, and is not tried again.
func TestFailedChunkSurfaces(t *testing.T) {
	engines(t, func(t *testing.T, e *sched.Engine) {
		ctx, on := t.Context(), sched.On(e)
		p := &pieces{bad: 7}
		x := array.FromReader[float64](p, []int{1000}, array.Chunks(100)).Persist(ctx, on)
		_, computed := x.Compute(ctx, on)
		_, reduced := x.Sum().Item(ctx, on)
		_, delayed := futures.Delay1(func(v float64) float64 { return v }, x.Max()).Compute(ctx, on)
		_, submitted := futures.Delay1(func(v float64) float64 { return v }, x.Min()).Start(ctx, on).Result(ctx)
		_, masked := x.GreaterC(3).Count().Item(ctx, on)
		again := x.AddScalar(1).Persist(ctx, on).Wait(ctx)
		for i, err := range []error{x.Wait(ctx), x.Err(), computed, reduced, delayed, submitted, masked, again} {
			te, ok := errors.AsType[*sched.TaskError](err)
			if !ok || !strings.Contains(te.Site.String(), "persist_test.go:") || !strings.Contains(te.Piece, "7") ||
				!strings.Contains(err.Error(), "bad sector") {
				t.Errorf("%d: %v", i, err)
			}
		}
		if n := p.reads[7].Load(); n != 1 {
			t.Errorf("the bad chunk was read %d times", n)
		}
	})
}
