package sched

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
	"weak"
)

// A worker that sleeps keeps nothing of what it has run alive.
func TestWorkersForget(t *testing.T) {
	bg := context.Background()
	e := New(Workers(2))
	defer e.Close()
	var all []weak.Pointer[Future]
	within(t, func() {
		parent := Submit(bg, Spec{Name: "parent", Engine: e}, func(t *Task) (any, error) {
			var fs []*Future
			for range 100 {
				f := Submit(t.Context(), Spec{Name: "child"}, func(*Task) (any, error) { return make([]byte, 100), nil })
				fs = append(fs, f)
				all = append(all, weak.Make(f))
			}
			for _, f := range fs {
				f.Wait(t.Context())
			}
			return nil, nil
		})
		<-parent.Done()
		for range 100 {
			f := Submit(bg, Spec{Name: "outside", Engine: e}, func(*Task) (any, error) { return make([]byte, 100), nil })
			all = append(all, weak.Make(f))
			<-f.Done()
		}
	})
	for deadline := time.Now().Add(time.Minute); ; runtime.Gosched() {
		runtime.GC()
		alive := 0
		for _, f := range all {
			if f.Value() != nil {
				alive++
			}
		}
		if alive == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d futures are still there", alive, len(all))
		}
	}
}

// A future that was cancelled, before or while its function ran, or that failed with an input, holds no inputs.
func TestCancelledForgetInputs(t *testing.T) {
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	begun, free, gone := make(chan bool), make(chan bool), make(chan bool, 3)
	input := func() *[1 << 20]byte {
		big := new([1 << 20]byte)
		runtime.AddCleanup(big, func(int) { gone <- true }, 0)
		return big
	}
	a, b, c := input(), input(), input()
	running := Submit(bg, Spec{Name: "running", Engine: e}, func(*Task) (any, error) {
		close(begun)
		<-free
		return nil, errors.New(string(a[:1]))
	})
	<-begun
	pending := Submit(bg, Spec{Name: "pending", Engine: e}, func(*Task) (any, error) { return b[0], nil })
	after := Submit(bg, Spec{Name: "after", Engine: e}, func(*Task) (any, error) { return c[0], nil }, running)
	pending.Cancel(nil)
	running.Cancel(nil)
	a, b, c = nil, nil, nil
	close(free)
	within(t, func() {
		after.Wait(bg)
		for n := 0; n < 3; {
			runtime.GC()
			select {
			case <-gone:
				n++
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
	runtime.KeepAlive([]*Future{running, pending, after})
}
