package futures_test

import (
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func double(x int) int { return 2 * x }

func plus(x, y int) int { return x + y }

// A sketch has a line for each call; what two calls share is written once, and plain values are not written.
func TestSketch(t *testing.T) {
	a := futures.Delay1(double, futures.Value(4))
	both := futures.Delay2(plus, a, futures.Delay2(plus, a, futures.Value(1)))
	want := `plus at delayedsketch_test.go:18
  double at delayedsketch_test.go:17
  plus at delayedsketch_test.go:18
    double at delayedsketch_test.go:17 (as above)
`
	if got := both.Sketch(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	text := sched.Explain(both)
	if !strings.HasPrefix(text, "as written:\n  plus at delayedsketch_test.go:18\n    double at") ||
		!strings.Contains(text, "\nas run: 3 tasks, 3 edges, 1 roots") {
		t.Error(text)
	}
}
