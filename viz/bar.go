package viz

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gomagpie/magpie/internal/term"
)

// Progresser is something under way that knows how far it is: a future, a persisted value or collection, or a
// computation of package sched. If it also has a method Done() <-chan struct{}, its end is noticed at once, else at the
// next drawing; if it has Err() error, a [Bar] says at the end that it failed.
type Progresser interface{ Progress() (done, total int) }

// Bar draws the progress of things under way on w, one line that is drawn over again at most ten times a second:
//
//	███████████░░░░░░░░░  55% | 1234/2244 | 812/s | 2s left
//
// It returns at once. The line ends at its last state when all things have ended or when stop is called; stop waits
// for that, and may be called more than once. Nothing is drawn if w is a file or a pipe rather than a terminal, or if TERM
// is dumb; a w that is no *os.File at all, as a buffer, is drawn on. On a narrow terminal less is said. There are no
// colours.
//
// The rate is that of the tasks that ended since Bar was called, and the time left what the tasks that are left take at
// that rate. It is not there before it can be known: after a second, when a quarter of the tasks or two for each processor
// have ended. Tasks are counted when they end, short ones in batches. When something has failed the tasks after it are skipped, and count as ended; the last line says how many of
// the things failed.
func Bar(w io.Writer, things ...Progresser) (stop func()) {
	if f, ok := w.(*os.File); ok && !term.Redraws(f) {
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

// failed returns how many of the things have failed.
func (b *bar) failed() (n int) {
	for _, x := range b.things {
		if x, ok := x.(interface{ Err() error }); ok && x.Err() != nil {
			n++
		}
	}
	return n
}

// draw draws the line over the last one. A writer that fails does not matter to the work.
func (b *bar) draw(end string) {
	s := state{passed: time.Since(b.began), last: end != ""}
	s.done, s.total = b.progress()
	s.fresh = s.done - b.from
	s.enough = min(2*runtime.GOMAXPROCS(0), (s.total-b.from+3)/4)
	if s.last {
		s.failed, s.things = b.failed(), len(b.things)
	}
	line := s.line(term.Width(b.w))
	n := utf8.RuneCountInString(line)
	pad := strings.Repeat(" ", max(0, b.width-n))
	b.width = n
	_, _ = io.WriteString(b.w, "\r"+line+pad+end)
}

// state is what a line says: done of total tasks, of which fresh ended in the time passed; once enough have, they tell how
// long the others take.
type state struct {
	done, total, fresh, enough int
	passed                     time.Duration
	last                       bool
	failed, things             int
}

// line returns the line, as long as the terminal allows, whose width is 0 if it is not known. The last column stays
// free: some terminals begin a new line there, and the next drawing would not be over this one.
func (s state) line(width int) string {
	for _, form := range []struct {
		cells int
		rate  bool
	}{{20, true}, {10, true}, {10, false}, {0, false}} {
		line := s.text(form.cells, form.rate)
		if width == 0 || utf8.RuneCountInString(line) < width {
			return line
		}
	}
	return fmt.Sprintf("%3d%%", s.percent())
}

func (s state) percent() int {
	if s.total == 0 {
		return 100
	}
	return int(float64(s.done) / float64(s.total) * 100)
}

// rate returns a number of tasks a second in few letters: 1.2M/s, 34k/s, 812/s, 1.6/s, 3/min, 0.5/h.
func rate(perSecond float64) string {
	switch {
	case perSecond >= 999_500:
		return fmt.Sprintf("%.1fM/s", perSecond/1e6)
	case perSecond >= 9_999.5:
		return fmt.Sprintf("%.0fk/s", perSecond/1e3)
	case perSecond >= 99.5:
		return fmt.Sprintf("%.0f/s", perSecond)
	case perSecond >= 0.1:
		return fmt.Sprintf("%.2g/s", perSecond)
	case perSecond >= 0.1/60:
		return fmt.Sprintf("%.2g/min", perSecond*60)
	}
	return fmt.Sprintf("%.2g/h", perSecond*3600)
}

// text returns the line with a bar of so many cells.
func (s state) text(cells int, withRate bool) string {
	full := s.percent() * cells / 100
	line := fmt.Sprintf("%s%s %3d%% | %*d/%d", strings.Repeat("█", full), strings.Repeat("░", cells-full),
		s.percent(), len(strconv.Itoa(s.total)), s.done, s.total) // as wide at the end as at the beginning
	if cells == 0 {
		line = line[1:]
	}
	if s.fresh > 0 && s.passed > 0 {
		perSecond := float64(s.fresh) / s.passed.Seconds()
		if withRate {
			line += " | " + rate(perSecond)
		}
		if !s.last && s.done < s.total && s.fresh >= s.enough && s.passed >= time.Second {
			left := time.Duration(float64(s.total-s.done) / perSecond * float64(time.Second))
			line += " | " + max(left.Round(time.Second), time.Second).String() + " left"
		}
	}
	if s.last {
		line += " | " + s.passed.Round(10*time.Millisecond).String()
	}
	switch {
	case s.failed > 0 && s.things == 1:
		line += " | failed"
	case s.failed > 0:
		line += fmt.Sprintf(" | %d failed", s.failed)
	}
	return line
}
