package bag

import (
	"fmt"
	"strings"
)

// upstream is a bag of any element type, as a sketch sees it.
type upstream interface {
	line() string
	upstreams() []upstream
}

func (b *Bag[T]) line() string {
	if b.err != nil {
		return fmt.Sprintf("%s: %v", b.stage.op, b.err)
	}
	noun := "partitions"
	if b.root.parts == 1 {
		noun = "partition"
	}
	return fmt.Sprintf("%s in %d %s, at %s", b.stage.op, b.root.parts, noun, b.stage.at)
}

func (b *Bag[T]) upstreams() []upstream { return b.from }

// Sketch returns the pipeline as it was written, an operation a line with what it reads indented below it: what
// [sched.Explain] shows before the tasks. A part that is used twice is written once; a persisted bag is a source.
// Nothing is computed.
func (b *Bag[T]) Sketch() string {
	var text strings.Builder
	seen := map[upstream]bool{}
	var write func(u upstream, depth int)
	write = func(u upstream, depth int) {
		text.WriteString(strings.Repeat("  ", depth) + u.line())
		if seen[u] {
			text.WriteString(" (as above)\n")
			return
		}
		seen[u] = true
		text.WriteString("\n")
		for _, v := range u.upstreams() {
			write(v, depth+1)
		}
	}
	write(b, 0)
	return text.String()
}
