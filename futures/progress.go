package futures

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Progresser is something under way that knows how far it is: a [Future], a persisted value or collection, or a
// computation of package sched. If it also has a method Done() <-chan struct{}, its end is noticed at once, else at the
// next drawing.
type Progresser interface{ Progress() (done, total int) }

// Bar draws the progress of things under way on w, one line that is drawn over again at most ten times a second:
//
//	███████████░░░░░░░░░  55% | 1234/2244 | 812/s | 2s left
//
// It returns at once. The line ends at its last state when all things have ended or when stop is called; stop waits
// for that, and may be called more than once. Nothing is drawn if w is a file or a pipe rather than a terminal; a w that
// is no *os.File at all, as a buffer, is drawn on.
//
// The rate is that of the tasks that ended since Bar was called, and the time left what the tasks that are left take at
// that rate.
func Bar(w io.Writer, things ...Progresser) (stop func()) {
	if f, ok := w.(*os.File); ok && !terminal(f) {
		return func() {}
	}
	b := &bar{w: w, things: things, began: time.Now(), quit: make(chan struct{}), over: make(chan struct{})}
	b.from, _ = b.progress()
	go b.run()
	return sync.OnceFunc(func() {
		close(b.quit)
		<-b.over
	})
}

// Bars is [Bar] for things of one type, as the futures of a Map.
func Bars[P Progresser](w io.Writer, things []P) (stop func()) {
	all := make([]Progresser, len(things))
	for i, x := range things {
		all[i] = x
	}
	return Bar(w, all...)
}

// terminal reports whether f is a character device, which all terminals are. The other character devices that programs
// are given, as /dev/null, do not mind a line.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type bar struct {
	w      io.Writer
	things []Progresser
	began  time.Time
	from   int // tasks that had ended when the bar began
	width  int // of the line on the screen
	quit   chan struct{}
	over   chan struct{}
}

// interval is the time between two drawings: what an eye can follow.
const interval = 100 * time.Millisecond

func (b *bar) run() {
	defer close(b.over)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, x := range b.things {
			if !b.ended(x) {
				return
			}
		}
	}()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			b.draw("\n")
			return
		case <-b.quit:
			<-ended
			b.draw("\n")
			return
		case <-tick.C:
			b.draw("")
		}
	}
}

// ended waits for the end of x; it returns false when the bar was stopped before.
func (b *bar) ended(x Progresser) bool {
	if x, ok := x.(interface{ Done() <-chan struct{} }); ok {
		select {
		case <-x.Done():
			return true
		case <-b.quit:
			return false
		}
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if done, total := x.Progress(); done >= total {
			return true
		}
		select {
		case <-tick.C:
		case <-b.quit:
			return false
		}
	}
}

func (b *bar) progress() (done, total int) {
	for _, x := range b.things {
		d, t := x.Progress()
		done, total = done+d, total+t
	}
	return done, total
}

// draw draws the line over the last one. A writer that fails does not matter to the work.
func (b *bar) draw(end string) {
	done, total := b.progress()
	line := barLine(done, total, done-b.from, time.Since(b.began), end != "")
	n := len([]rune(line))
	pad := strings.Repeat(" ", max(0, b.width-n))
	b.width = n
	_, _ = io.WriteString(b.w, "\r"+line+pad+end)
}

// barLine returns the line for done of total tasks, of which fresh ended in the time passed.
func barLine(done, total, fresh int, passed time.Duration, last bool) string {
	const cells = 20
	part := 1.0
	if total > 0 {
		part = float64(done) / float64(total)
	}
	full := int(part * cells)
	line := strings.Repeat("█", full) + strings.Repeat("░", cells-full) +
		fmt.Sprintf(" %3d%% | %d/%d", int(part*100), done, total)
	if fresh > 0 && passed > 0 {
		rate := float64(fresh) / passed.Seconds()
		line += fmt.Sprintf(" | %.3g/s", rate)
		if !last && done < total {
			left := time.Duration(float64(total-done) / rate * float64(time.Second))
			line += " | " + left.Round(time.Second).String() + " left"
		}
	}
	if last {
		line += " | " + passed.Round(10*time.Millisecond).String()
	}
	return line
}
