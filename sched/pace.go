package sched

import (
	"runtime"
	"time"
)

// yieldAfter is how long an executor runs before it lets other goroutines have the thread. Without it a busy engine
// made outside goroutines wait 20 ms at the median; with it 0.2 ms, for 0.05 % of the time (measured).
const yieldAfter = 200 * time.Microsecond

// maxSpan bounds the tasks between two looks at the clock, which costs 30 ns: half a nanosecond a task.
const maxSpan = 64

// pace is when an executor looks at the clock, and lets other goroutines run: every few tasks, so that it hardly costs,
// and more seldom the shorter they are. A lane has one, and an executor has one for futures.
type pace struct {
	tick    int           // tasks until the clock is read again
	span    int           // what tick is set to
	stamp   time.Duration // when the clock was last read
	yielded time.Duration // when other goroutines were last let run
}

// start begins to count at now.
func (p *pace) start(now time.Duration) { p.tick, p.stamp = p.span, now }

// read returns how long the last span tasks took, and begins to count anew.
func (p *pace) read(now time.Duration) (took time.Duration) {
	took = now - p.stamp
	switch {
	case took < yieldAfter/8:
		p.span = min(2*p.span, maxSpan)
	case took > yieldAfter/2:
		p.span = max(p.span/4, 1)
	}
	p.start(now)
	return took
}

// yield lets other goroutines run if it is time, and reports whether it has.
func (p *pace) yield(e *Engine, now time.Duration) bool {
	if now-p.yielded < yieldAfter {
		return false
	}
	runtime.Gosched()
	p.stamp = e.now()
	p.yielded = p.stamp
	return true
}
