package futures_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Compute goes before a persisted value of a lower priority that is under way on the only worker.
func TestPriorityOfCompute(t *testing.T) {
	ctx, e := t.Context(), sched.New(sched.Workers(1))
	defer e.Close()
	var begun, before atomic.Int32
	inside, open := make(chan bool), make(chan bool)
	many := func(n int, f func(i int)) *futures.Delayed[[]int] {
		ds := make([]*futures.Delayed[int], n)
		for i := range ds {
			ds[i] = futures.Delay0(func() int { f(i); time.Sleep(300 * time.Microsecond); return i })
		}
		return futures.All(ds...)
	}
	low := many(40, func(int) {
		if begun.Add(1) == 1 {
			inside <- true
			<-open
		}
	}).Persist(ctx, sched.On(e), sched.Priority(-1))
	<-inside
	go func() {
		defer close(open)
		eventually(t, "Compute begins", func() bool { return e.Stats().Runs == 2 })
	}()
	soon(t, func() {
		if _, err := many(20, func(int) { before.Store(begun.Load()) }).Compute(ctx, sched.On(e)); err != nil {
			t.Error(err)
		}
		if err := low.Wait(ctx); err != nil {
			t.Error(err)
		}
	})
	if n := before.Load(); n > 5 {
		t.Errorf("%d of 40 tasks of low priority began before the last of the others", n)
	}
}
