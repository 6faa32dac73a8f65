package sched_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// lazyFunc is a lazy value of one task, with the results of others as inputs.
type lazyFunc struct {
	run    sched.Func
	bytes  int64
	inputs []sched.External
}

func (l *lazyFunc) Lower(p *sched.Plan) ([]sched.TaskID, error) {
	var in []sched.TaskID
	for _, x := range l.inputs {
		in = append(in, p.AddExternal(x))
	}
	op := p.Op(sched.Op{Name: "make", Run: l.run, Bytes: func(int) int64 { return l.bytes }})
	return []sched.TaskID{p.Add(op, 0, in...)}, nil
}

type block struct{ data []byte }

func persistBlock(ctx context.Context, w *weak.Pointer[block], opts []sched.Option, in ...sched.External) *sched.Persisted {
	l := &lazyFunc{bytes: 1 << 16, inputs: in, run: func(*sched.Task, []any) (any, error) {
		b := &block{make([]byte, 1<<16)}
		*w = weak.Make(b)
		return b, nil
	}}
	return sched.Persist(ctx, "block", site.Site{}, []sched.Lazy{l}, opts...)
}

// untilTrue fails the test unless ok becomes true; the garbage collector works in its own time.
func untilTrue(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("never: ", what)
		}
		runtime.GC()
		runtime.Gosched()
	}
}

// everyWay runs a test without an engine, with engines, and under a memory limit.
func everyWay(t *testing.T, f func(t *testing.T, opts []sched.Option)) {
	t.Run("sync", func(t *testing.T) { f(t, []sched.Option{sched.Sync()}) })
	for name, opts := range map[string][]sched.Option{
		"1 worker": {sched.Workers(1)}, "2 workers": {sched.Workers(2)}, "8 workers": {sched.Workers(8)},
		"limited": {sched.Workers(2), sched.MemoryLimit(1 << 20), sched.SpillDir(t.TempDir())},
	} {
		t.Run(name, func(t *testing.T) {
			e := sched.New(opts...)
			defer e.Close()
			f(t, []sched.Option{sched.On(e)})
		})
	}
}

// Of a chain of persisted values, each made from the one before, only what somebody can use is held.
func TestPersistedChain(t *testing.T) {
	everyWay(t, func(t *testing.T, opts []sched.Option) {
		ctx := t.Context()
		ws := make([]weak.Pointer[block], 10)
		p := persistBlock(ctx, &ws[0], opts)
		for i := range ws[1:] {
			p = persistBlock(ctx, &ws[i+1], opts, p.Output(0, 0))
		}
		if err := p.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		untilTrue(t, "the inputs are let go", func() bool {
			for _, w := range ws[:len(ws)-1] {
				if w.Value() != nil {
					return false
				}
			}
			return true
		})
		if v, err, ok := p.Output(0, 0).Poll(); !ok || err != nil || v != ws[len(ws)-1].Value() {
			t.Fatal(v, err, ok)
		}
		runtime.KeepAlive(p)
		p = nil
		untilTrue(t, "the last is forgotten", func() bool { return ws[len(ws)-1].Value() == nil })
	})
}

func TestPersistedStates(t *testing.T) {
	e := sched.New(sched.Workers(2))
	defer e.Close()
	ctx, on := t.Context(), sched.On(e)
	gate, why := make(chan error), errors.New("why")
	wait := &lazyFunc{bytes: 100, run: func(task *sched.Task, _ []any) (any, error) {
		select {
		case err := <-gate:
			return "there", err
		case <-task.Context().Done():
			return nil, context.Cause(task.Context())
		}
	}}
	start := func() *sched.Persisted { return sched.Persist(ctx, "wait", site.User(), []sched.Lazy{wait}, on) }
	for _, c := range []struct {
		name string
		end  func(p *sched.Persisted)
		want sched.State
		err  error
	}{
		{"finished", func(*sched.Persisted) { gate <- nil }, sched.Finished, nil},
		{"failed", func(*sched.Persisted) { gate <- why }, sched.Failed, why},
		{"cancelled", func(p *sched.Persisted) { p.Cancel(nil) }, sched.Cancelled, sched.ErrCancelled},
		{"cancelled for a reason", func(p *sched.Persisted) { p.Cancel(why) }, sched.Cancelled, why},
		{"released", func(p *sched.Persisted) { p.Release() }, sched.Released, sched.ErrReleased},
	} {
		p := start()
		if s := p.State(); s != sched.Pending || p.Err() != nil || p.Source() == nil {
			t.Error(c.name, "before its end: ", s, p.Err())
		}
		c.end(p)
		<-p.Done()
		if err := p.Wait(ctx); !errors.Is(err, c.err) || p.State() != c.want || !errors.Is(p.Err(), c.err) {
			t.Error(c.name, p.State(), err, p.Err())
		}
		v, err, ok := p.Output(0, 0).Poll()
		if !ok || !errors.Is(err, c.err) || (v == "there") != (c.err == nil) {
			t.Error(c.name, v, err, ok)
		}
		listed := 0
		for _, h := range sched.Held(e) {
			if h.Key == p.Key() && h.State == p.State() && h.Bytes == p.Bytes() && !h.Site.IsZero() {
				listed++
			}
		}
		if released := c.err == sched.ErrReleased; (listed == 0) != released {
			t.Errorf("%s: listed %d times in %v", c.name, listed, sched.Held(e))
		}
		p.Release()
		if err := p.Err(); c.err == nil && err != sched.ErrReleased || c.err != nil && !errors.Is(err, c.err) {
			t.Error(c.name, "after Release: ", err)
		}
	}
}

// The engine's numbers count what persisted values hold, also when their computations are long over.
func TestStatsCountsPersisted(t *testing.T) {
	everyWay(t, func(t *testing.T, opts []sched.Option) {
		var w [3]weak.Pointer[block]
		held := func() (n int64) {
			for _, h := range sched.Held(nil) {
				n += h.Bytes
			}
			return n
		}
		before := held()
		var ps []*sched.Persisted
		for i := range w {
			p := persistBlock(t.Context(), &w[i], opts)
			if err := p.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			ps = append(ps, p)
		}
		if n := held() - before; n != 3<<16 || ps[0].Bytes() != 1<<16 {
			t.Fatalf("%d bytes are listed, %d of one", n, ps[0].Bytes())
		}
		ps[0].Release()
		if n := held() - before; n != 2<<16 {
			t.Fatalf("%d bytes after one release", n)
		}
		runtime.KeepAlive(ps)
		ps = nil
		untilTrue(t, "dropped ones are not listed", func() bool { return held() <= before })
	})
	e := sched.New(sched.Workers(2))
	defer e.Close()
	var w weak.Pointer[block]
	p := persistBlock(t.Context(), &w, []sched.Option{sched.On(e)})
	if err := p.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := e.Stats(); s.Persisted != 1 || s.PersistedBytes != 1<<16 {
		t.Errorf("%+v", s)
	}
	p.Release()
	if s := e.Stats(); s.Persisted != 0 || s.PersistedBytes != 0 {
		t.Errorf("%+v", s)
	}
}

// Who waits, or has asked for the channel, keeps the computation alive, and who has dropped it ends it.
func TestPersistedDropped(t *testing.T) {
	e := sched.New(sched.Workers(2))
	defer e.Close()
	ended := make(chan error, 2)
	gate, other := make(chan bool), make(chan bool)
	var began atomic.Int32
	make1 := func(on <-chan bool) []sched.Lazy {
		return []sched.Lazy{&lazyFunc{run: func(task *sched.Task, _ []any) (any, error) {
			began.Add(1)
			select {
			case <-on:
				return 1, nil
			case <-task.Context().Done():
				ended <- context.Cause(task.Context())
				return nil, context.Cause(task.Context())
			}
		}}}
	}
	done := sched.Persist(t.Context(), "asked", site.Site{}, make1(gate), sched.On(e)).Done()
	dropped := sched.Persist(t.Context(), "dropped", site.Site{}, make1(nil), sched.On(e))
	for began.Load() < 2 { // what is dropped before it has begun never does
		time.Sleep(time.Millisecond)
	}
	runtime.KeepAlive(dropped)
	untilTrue(t, "the dropped one ends", func() bool { return len(ended) > 0 })
	if err := <-ended; !errors.Is(err, sched.ErrReleased) {
		t.Error(err)
	}
	go func() { runtime.GC(); runtime.GC(); other <- true }()
	if err := sched.Persist(t.Context(), "waited", site.Site{}, make1(other), sched.On(e)).Wait(t.Context()); err != nil {
		t.Error(err)
	}
	gate <- true
	<-done
	if len(ended) > 0 {
		t.Error("ended though somebody was waiting: ", <-ended)
	}
}

// An engine of a computation's own under a memory limit is closed when its results are dropped.
func TestPersistedPrivateEngine(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 4 {
		var w weak.Pointer[block]
		p := persistBlock(t.Context(), &w, []sched.Option{sched.MemoryLimit(1 << 20), sched.SpillDir(t.TempDir())})
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	untilTrue(t, "the workers end", func() bool { return runtime.NumGoroutine() <= before })
}
