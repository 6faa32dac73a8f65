package sched

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// What leaves memory with its holder only, as the value of a future or a persisted result without a codec, is in the
// books until the garbage collector has found that nobody holds it, and the cleanup has run. With a heap that small the
// collector may not come by itself. So before somebody is refused memory, or waits with nothing under way that would
// make room, a collection begins and ends, and its cleanups run: what counts then is what is really held.

// collections lets those who need one at the same time share one.
var collections struct {
	mu    sync.Mutex // held while one is under way
	begun atomic.Uint64
}

// clearing counts what cleanups have left to goroutines of their own.
var clearing atomic.Int64

// cleanupTime is how long somebody waits for the cleanups: one of the user's may wait for whatever it likes.
const cleanupTime = 100 * time.Millisecond

// collectNow returns when a collection that began after the call has ended, and the cleanups that follow from it.
func collectNow() {
	before := collections.begun.Load()
	collections.mu.Lock()
	defer collections.mu.Unlock()
	if collections.begun.Load() > before { // while this one waited
		return
	}
	collections.begun.Add(1)
	runtime.GC()
	queued, _ := cleanups()
	for began := time.Now(); time.Since(began) < cleanupTime; time.Sleep(20 * time.Microsecond) {
		if _, executed := cleanups(); executed >= queued && clearing.Load() == 0 {
			return
		}
	}
}

// cleanups returns how many the runtime has queued, and how many of these have run.
func cleanups() (queued, executed uint64) {
	s := []metrics.Sample{{Name: "/gc/cleanups/queued:cleanups"}, {Name: "/gc/cleanups/executed:cleanups"}}
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64()
}

// apart calls f, which a cleanup has to do, on a goroutine of its own: it may take long, or be the user's code, and other
// cleanups wait for those before them.
func apart(f func()) {
	clearing.Add(1)
	go func() {
		defer clearing.Add(-1)
		f()
	}()
}

// collect lets go of what nobody holds any more.
func (m *memory) collect() {
	m.mu.Lock()
	m.charged = 0
	m.mu.Unlock()
	collectNow()
}

// stuck reports whether runs wait to begin, and nothing is under way whose end would let them. mu is held.
func (m *memory) stuck() bool { return len(m.waiting) > 0 && m.reserves == 0 && m.pinned > 0 }

// unstick collects, while runs wait for what may be held by nobody, again and again: the user may let go of it at any time.
// At first it comes at once, then each time after twice as long.
func (m *memory) unstick(pause time.Duration) {
	m.collect()
	m.serveQueue()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sweeping = m.stuck(); m.sweeping {
		time.AfterFunc(pause, func() { m.unstick(min(2*pause, maxSweepPause)) })
	}
}

const (
	sweepPause    = 100 * time.Millisecond
	maxSweepPause = 30 * time.Second
)
