package sched

import (
	"context"
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
