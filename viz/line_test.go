package viz

import (
	"testing"
	"time"
)

// A line is never longer than the terminal is wide, or it could not be drawn over.
func TestLineFitsTheTerminal(t *testing.T) {
	s := state{done: 1234, total: 2244, fresh: 1234, passed: 1520 * time.Millisecond}
	for _, c := range []struct {
		width int
		want  string
	}{
		{0, "██████████░░░░░░░░░░  54% | 1234/2244 | 812/s | 1s left"},
		{56, "██████████░░░░░░░░░░  54% | 1234/2244 | 812/s | 1s left"},
		{55, "█████░░░░░  54% | 1234/2244 | 812/s | 1s left"},
		{45, "█████░░░░░  54% | 1234/2244 | 1s left"},
		{37, " 54% | 1234/2244 | 1s left"},
		{20, " 54%"},
	} {
		if got := s.line(c.width); got != c.want {
			t.Errorf("%d columns: %q, want %q", c.width, got, c.want)
		}
	}
	if got := (state{last: true}).line(0); got != "████████████████████ 100% | 0/0 | 0s" {
		t.Errorf("no work: %q", got)
	}
}
