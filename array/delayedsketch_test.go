package array_test

import (
	"strings"
	"testing"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/futures"
)

// A delayed value made of an array tells the array's expression.
func TestDelayedSketch(t *testing.T) {
	x := array.FromSlice([]float64{1, 2, 3, 4}, []int{4}, array.Chunks(2))
	d := futures.Delay1(func(m float64) string { return "" }, x.AddScalar(1).Mean().Delayed())
	text := d.Sketch()
	at := -1
	for _, word := range []string{"TestDelayedSketch", "item", "mean", "add"} {
		next := strings.Index(text, word)
		if next <= at {
			t.Fatalf("%q is not after what needs it:\n%s", word, text)
		}
		at = next
	}
}
