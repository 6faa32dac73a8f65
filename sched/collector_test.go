package sched

import (
	"context"
	"math"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/internal/site"
)

// alone runs the calling test again in a process of its own, whose collector and memory no other test uses, and returns
// true there, where the test goes on.
func alone(t *testing.T) bool {
	const env = "MAGPIE_ALONE"
	if os.Getenv(env) == t.Name() {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), env+"="+t.Name(), "GOMEMLIMIT=off")
	out, err := cmd.CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Error(err)
	}
	return false
}

// under begins a task under a limit, and returns the collector's limit meanwhile, and what ends the task.
func under(t *testing.T, limit int64) (lowered int64, e *Engine, end func()) {
	in, out := make(chan bool), make(chan bool)
	wait := oneTask(1000, func(*Task, []any) (any, error) { in <- true; <-out; return nil, nil })
	e = New(Workers(1), MemoryLimit(limit), SpillDir(t.TempDir()))
	r := Start(context.Background(), []Lazy{wait}, On(e))
	<-in
	return debug.SetMemoryLimit(-1), e, func() {
		close(out)
		r.Wait(context.Background())
		r.Release()
	}
}

// While work under a limit runs the collector's own limit is lower by what all engines that have some may hold, and
// afterwards what it was.
func TestCollectorLimit(t *testing.T) {
	if !alone(t) {
		return
	}
	restored := func() bool { return debug.SetMemoryLimit(-1) == math.MaxInt64 }
	const gib = 1 << 30
	about := func(got, want int64) bool { return got > want && got < want+gib/2 }

	first, e, end := under(t, gib)
	if !about(first, 13*gib/10) {
		t.Errorf("under 1 GiB it is %d", first)
	}
	second, e2, end2 := under(t, 4*gib)
	if !about(second, 65*gib/10) {
		t.Errorf("under 1 and 4 GiB it is %d", second)
	}
	end2()
	e2.Close()
	if got := debug.SetMemoryLimit(-1); got != first {
		t.Errorf("the second engine is closed, and it is %d, before it was %d", got, first)
	}
	go end()
	e.Close()
	if !restored() {
		t.Errorf("both engines are closed, and it is %d", debug.SetMemoryLimit(-1))
	}

	// An engine that has nothing to do counts no more.
	_, e, end = under(t, gib)
	end()
	for deadline := time.Now().Add(20 * time.Second); !restored(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("an engine is idle, and it is %d", debug.SetMemoryLimit(-1))
		}
	}
	if _, err := Compute(context.Background(), []Lazy{oneTask(1000, func(*Task, []any) (any, error) {
		if got := debug.SetMemoryLimit(-1); !about(got, 13*gib/10) {
			t.Errorf("an engine has work again, and it is %d", got)
		}
		// A task that computes under a limit of its own: both count.
		_, err := Compute(context.Background(), []Lazy{oneTask(1000, func(*Task, []any) (any, error) {
			if got := debug.SetMemoryLimit(-1); !about(got, 26*gib/10) {
				t.Errorf("in a task of a task it is %d", got)
			}
			return nil, nil
		})}, MemoryLimit(gib))
		return nil, err
	})}, On(e)); err != nil {
		t.Error(err)
	}

	// The value of a future, too.
	f := Submit(context.Background(), SpecOf("call", site.Site{}, On(e)), func(*Task) (any, error) { return debug.SetMemoryLimit(-1), nil })
	f.Wait(context.Background())
	if got, err, _ := f.Poll(); err != nil || !about(got.(int64), 13*gib/10) {
		t.Errorf("for a future it is %d, %v", got, err)
	}
	e.Close()
	if !restored() {
		t.Errorf("it is %d", debug.SetMemoryLimit(-1))
	}

	// A lower one that the user has set stays, and one that is set meanwhile.
	debug.SetMemoryLimit(gib)
	got, e, end := under(t, 4*gib)
	if got != gib {
		t.Errorf("it was 1 GiB and is %d", got)
	}
	debug.SetMemoryLimit(2 * gib)
	go end()
	e.Close()
	if got := debug.SetMemoryLimit(-1); got != 2*gib {
		t.Errorf("it was set to 2 GiB meanwhile and is %d", got)
	}
}

// mapped returns what the process has of the system's memory, as far as Go knows.
func mapped() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

var sink atomic.Pointer[[]byte]

// The garbage of tasks' functions does not double what is held, whatever the collector was told, and data of others that
// grows meanwhile is not taken for it.
func TestCollectorGarbage(t *testing.T) {
	if !alone(t) {
		return
	}
	debug.SetGCPercent(1000)
	const limit, size, others = 64 << 20, 1 << 20, 100 << 20
	mine := make([][]byte, 0, others/size)
	before, peak := mapped(), int64(0)
	e := New(Workers(2), MemoryLimit(limit), SpillDir(t.TempDir()))
	defer e.Close()
	l := lazyFunc(func(p *Plan) ([]TaskID, error) {
		waste := p.Op(Op{Name: "waste", Bytes: func(int) int64 { return 2 * size }, Run: func(task *Task, _ []any) (any, error) {
			for range 8 {
				b := make([]byte, size)
				for i := range b { // a function that does nothing but take memory outruns the collector on a loaded machine
					b[i] = byte(i * i)
				}
				sink.Store(&b)
			}
			if len(mine) < cap(mine) {
				mine = append(mine, make([]byte, size))
			}
			peak = max(peak, mapped()-int64(len(mine))*size)
			return nil, nil
		}})
		prev := p.Add(waste, 0)
		for i := range 150 {
			prev = p.Add(waste, i, prev)
		}
		return []TaskID{prev}, nil
	})
	if _, err := Compute(context.Background(), []Lazy{l}, On(e)); err != nil {
		t.Fatal(err)
	}
	grown := peak - before
	t.Logf("grew by %d MiB beside %d MiB of others", grown>>20, len(mine)*size>>20)
	if grown > limit*13/10+64<<20 {
		t.Errorf("the process has grown by %d bytes, the limit is %d", grown, int64(limit))
	}
}
