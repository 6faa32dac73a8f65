//go:build invariants || race

// Package invariants disturbs concurrent code on purpose, where the order of two steps matters: a queue's publication,
// a theft, going to sleep, a wake-up. It is compiled in under the race detector and under the build tag invariants, and
// costs nothing otherwise.
package invariants

import (
	"os"
	"runtime"
	"strconv"
	"time"
)

// Enabled tells whether the package does anything in this build.
const Enabled = true

// Seed decides where Yield disturbs. It is MAGPIE_SEED from the environment, else the time. The same seed disturbs in the
// same rhythm; which goroutine is hit still depends on the machine. A simulation that sets Hook is exact.
var Seed = seed()

func seed() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("MAGPIE_SEED"), 10, 64); err == nil {
		return n
	}
	return uint64(time.Now().UnixNano())
}

// Hook, if set, is called by Yield instead of what it would do. Simulations set it while nothing else runs.
var Hook func(point string)

var state = Seed

// next is splitmix64. The state is not atomic, which would order the goroutines that come by here and so hide from the
// race detector what it is there to find; that a step is lost now and then does not matter.
//
//go:norace
func next() uint64 {
	state += 0x9e3779b97f4a7c15
	z := state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// hook reads Hook without ordering anything, for the same reason.
//
//go:norace
func hook() func(string) { return Hook }

// Yield marks a point at which another goroutine may come in between: now and then it lets others run first, and seldom
// for some microseconds.
func Yield(point string) {
	if h := hook(); h != nil {
		h(point)
		return
	}
	switch n := next() % 64; {
	case n < 8:
		runtime.Gosched()
	case n == 8:
		for range next() % 64 {
			runtime.Gosched()
		}
	}
}
