package futures

import (
	"strings"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// LoweredFrom is [Lowered] for a collection that tells what it made the value from: op is the operation, at the user's
// line, and from what it was applied to, for Sketch.
func LoweredFrom[T any](op string, at site.Site, from sched.Sketcher, lower func(p *sched.Plan) (sched.TaskID, error)) *Delayed[T] {
	return &Delayed[T]{lower: lower, name: op, site: at, from: []sched.Sketcher{from}}
}

// Sketch returns the expression as it was written, a call a line with its inputs indented below it, and the pipelines
// of the collections that they come from: what [sched.Explain] shows before the tasks. Plain values are left out. A
// call, or a collection that calls reduce, is written once if it is used twice. Nothing is computed.
func (d *Delayed[T]) Sketch() string {
	s := sketch{seen: map[any]bool{}}
	d.sketch(&s, 0)
	return s.String()
}

// sketch is a text under construction.
type sketch struct {
	strings.Builder
	seen map[any]bool
}

// line writes a line, and reports whether what it stands for is written for the first time.
func (s *sketch) line(id any, depth int, text string) (first bool) {
	s.WriteString(strings.Repeat("  ", depth))
	s.WriteString(text)
	first = !s.seen[id]
	if s.seen[id] = true; !first {
		s.WriteString(" (as above)")
	}
	s.WriteString("\n")
	return first
}

// nested is a delayed value of any type, within a sketch.
type nested interface{ sketch(s *sketch, depth int) }

func (d *Delayed[T]) sketch(s *sketch, depth int) {
	if !s.line(d, depth, d.String()) {
		return
	}
	for _, x := range d.from {
		if n, ok := x.(nested); ok {
			n.sketch(s, depth+1)
			continue
		}
		head, rest, _ := strings.Cut(strings.TrimRight(x.Sketch(), "\n"), "\n")
		if s.line(x, depth+1, head) && rest != "" {
			for line := range strings.SplitSeq(rest, "\n") {
				s.WriteString(strings.Repeat("  ", depth+1) + line + "\n")
			}
		}
	}
}
