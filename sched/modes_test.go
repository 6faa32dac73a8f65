package sched

import (
	"math/rand/v2"
	"testing"
)

// modes runs a test in every mode: in sync mode, on one worker, and on several, with the given options besides. A test
// that does not use it is about tasks that run or wait at once, about panics, or about which worker does what.
func modes(t *testing.T, f func(t *testing.T, e *Engine), opts ...Option) {
	t.Helper()
	for _, mode := range []struct {
		name string
		opt  Option
	}{{"sync", Sync()}, {"1", Workers(1)}, {"2", Workers(2)}, {"8", Workers(8)}} {
		t.Run(mode.name, func(t *testing.T) {
			e := New(append(opts[:len(opts):len(opts)], mode.opt, SpillDir(t.TempDir()))...)
			defer e.Close()
			f(t, e)
		})
	}
}

// anyMode is sync mode, or up to eight workers.
func anyMode(rng *rand.Rand) Option {
	if n := rng.IntN(9); n > 0 {
		return Workers(n)
	}
	return Sync()
}
