package futures_test

import (
	"fmt"
	"testing"

	"github.com/gomagpie/magpie/sched"
)

// modes runs a test in every mode: in sync mode, and on engines of 1, 2 and 8 workers.
func modes(t *testing.T, f func(t *testing.T, on sched.Option)) {
	t.Run("sync", func(t *testing.T) { f(t, sched.Sync()) })
	engines(t, f)
}

// engines is modes for a test about tasks that run or wait at once, which in sync mode none does, or about panics, which
// sync mode lets through.
func engines(t *testing.T, f func(t *testing.T, on sched.Option)) {
	for _, n := range []int{1, 2, 8} {
		t.Run(fmt.Sprint("workers=", n), func(t *testing.T) {
			e := sched.New(sched.Workers(n))
			t.Cleanup(func() { e.Close() }) // after the test's context has ended
			f(t, sched.On(e))
		})
	}
}
