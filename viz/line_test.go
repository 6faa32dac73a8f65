package viz

import (
	"strings"
	"testing"
	"time"
)

// A line is never longer than the terminal is wide, or it could not be drawn over.
func TestLineFitsTheTerminal(t *testing.T) {
	s := state{done: 1234, total: 2244, fresh: 1234, enough: 4, passed: 1520 * time.Millisecond}
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

// The time left is said when it can be known, whether the tasks are three or a million.
func TestTimeLeft(t *testing.T) {
	for _, c := range []struct {
		done, total, enough int
		passed              time.Duration
		want                string
	}{
		{0, 3, 1, 10 * time.Second, "   0% | 0/3"},
		{1, 3, 1, 300 * time.Millisecond, "  33% | 1/3 | 3.3/s"},
		{1, 3, 1, 20 * time.Second, "  33% | 1/3 | 3/min | 40s left"},
		{2, 3, 1, 2000 * time.Second, "  66% | 2/3 | 3.6/h | 16m40s left"},
		{3, 16, 4, 2 * time.Second, "  18% |  3/16 | 1.5/s"},
		{3, 1_000_000, 4, 2 * time.Second, "   0% |       3/1000000 | 1.5/s"},
		{4, 1_000_000, 4, 40 * time.Second, "   0% |       4/1000000 | 0.1/s | 2777h46m0s left"},
		{990_000, 1_000_000, 4, 10 * time.Second, "  99% |  990000/1000000 | 99k/s | 1s left"},
		{999_999, 1_000_000, 4, time.Second, "  99% |  999999/1000000 | 1.0M/s | 1s left"},
	} {
		s := state{done: c.done, total: c.total, fresh: c.done, enough: c.enough, passed: c.passed}
		if got := s.line(0); strings.TrimLeft(got, "█░") != c.want {
			t.Errorf("%d of %d after %s: %q, want %q", c.done, c.total, c.passed, got, c.want)
		}
	}
}
