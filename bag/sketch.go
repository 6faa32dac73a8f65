package bag

import (
	"fmt"

	"github.com/gomagpie/magpie/internal/outline"
)

// upstream is a bag of any element type, as a sketch sees it.
type upstream interface {
	line() string
	upstreams() []upstream
	nesting() nesting
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
// [sched.Explain] shows before the tasks, in at most 500 lines. A part that is used twice is written once; a persisted
// bag is a source. Nothing is computed.
func (b *Bag[T]) Sketch() string {
	b = b.checked("sketch")
	return outline.Text(upstream(b), upstream.line, upstream.upstreams)
}
