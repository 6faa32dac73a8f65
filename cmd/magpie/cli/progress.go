package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gomagpie/magpie/internal/term"
	"github.com/gomagpie/magpie/sched"
)

const (
	barDelay  = time.Second            // what is over sooner needs no bar
	barPeriod = 100 * time.Millisecond // ten redraws a second are enough for the eye
	barWidth  = 30
)

// bar draws how far the work is on one line of a terminal, and erases it in the end. As an observer of the engine it
// follows the computation that began last; other work calls set.
//
// Safe for concurrent use. A bar that is not to be shown does nothing.
type bar struct {
	w     io.Writer // nil: not shown
	begun time.Time
	quit  chan struct{}
	ended sync.WaitGroup

	mu    sync.Mutex
	run   *sched.Run
	done  int64
	total int64
}

// newBar begins a bar on w: "always", "never", or "auto", which is on a terminal that can move its cursor.
func newBar(w io.Writer, when string, quiet bool) *bar {
	b := &bar{begun: time.Now(), quit: make(chan struct{})}
	if when == "always" || when == "auto" && !quiet && term.Redraws(w) {
		b.w = w
		b.ended.Go(b.loop)
	}
	return b
}

// Observe implements sched.Observer.
func (b *bar) Observe(events []sched.Event) {
	for _, e := range events {
		if e.Kind == sched.RunStarted {
			b.mu.Lock()
			b.run = e.Run
			b.mu.Unlock()
		}
	}
}

// set says how far work is that the engine does not do.
func (b *bar) set(done, total int64) {
	b.mu.Lock()
	b.run, b.done, b.total = nil, max(done, b.done), total
	b.mu.Unlock()
}

func (b *bar) fraction() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	done, total := b.done, b.total
	if b.run != nil {
		d, t := b.run.Progress()
		done, total = int64(d), int64(t)
	}
	if total == 0 {
		return 0
	}
	return min(float64(done)/float64(total), 1)
}

func (b *bar) loop() {
	delay := time.NewTimer(barDelay)
	defer delay.Stop()
	select {
	case <-b.quit:
		return
	case <-delay.C:
	}
	tick := time.NewTicker(barPeriod)
	defer tick.Stop()
	for {
		fmt.Fprint(b.w, "\r", b.line(), "\x1b[K")
		select {
		case <-b.quit:
			fmt.Fprint(b.w, "\r\x1b[K")
			return
		case <-tick.C:
		}
	}
}

// line is the bar's text: "[#####.....]  50%  12s, 12s left", and less of it where the terminal is narrow.
func (b *bar) line() string {
	fraction, passed := b.fraction(), time.Since(b.begun)
	text := fmt.Sprintf("%3.0f%%  %s", 100*fraction, passed.Round(time.Second))
	if fraction > 0 && fraction < 1 {
		left := time.Duration(float64(passed) * (1 - fraction) / fraction)
		text += ", " + left.Round(time.Second).String() + " left"
	}
	cells := barWidth
	if width := term.Width(b.w); width > 0 {
		cells = min(cells, width-len(text)-len("[] ")-1)
	}
	if cells < 1 {
		return strings.TrimLeft(text, " ")
	}
	full := int(fraction * float64(cells))
	return fmt.Sprintf("[%s%s] %s", strings.Repeat("#", full), strings.Repeat(".", cells-full), text)
}

// stop ends and erases the bar. It may be called again.
func (b *bar) stop() {
	if b.w == nil {
		return
	}
	select {
	case <-b.quit:
	default:
		close(b.quit)
	}
	b.ended.Wait()
}
