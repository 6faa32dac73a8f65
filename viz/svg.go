package viz

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"slices"

	"github.com/gomagpie/magpie/sched"
)

// SVG writes a picture of the graph of the values: what [WriteDOT] describes, laid out without Graphviz. Inputs are
// below what uses them, results have a thick frame, and the user's line shows under the pointer. Nothing is computed.
//
// The colour of lazy values goes from light to dark in the order of the plan, which is the order in which one worker
// runs the tasks. If something in the graph is under way or over, as a future or a persisted collection is, the colours
// are those of the states instead: pending, running, finished, failed, cancelled, released; and what is still lazy is white. A persisted
// value given itself shows the computation behind it until that has ended well. A legend says which, and how many boxes
// were left out, if any were.
//
// Graphs of more than 200 tasks are drawn with one box an operation. An error is that of a value which cannot be computed,
// or of w.
func SVG(w io.Writer, values ...sched.Lazy) error {
	o, err := sched.NewOutline(maxDrawn, values...)
	if err != nil {
		return err
	}
	g := newPicture(o)
	g.layout()
	_, err = w.Write(g.svg())
	return err
}

// newPicture returns the boxes of an outline, without places.
func newPicture(o *sched.Outline) *picture {
	g := &picture{boxes: make([]*box, len(o.Nodes)), left: o.Left}
	for i := range o.Nodes {
		n := &o.Nodes[i]
		b := &box{label: label(n, o.ByTask), site: n.Site.String(), result: n.Result}
		if n.Begun {
			b.state, b.fill = n.State.String(), fills[n.State]
		}
		g.boxes[i] = b
	}
	for i, n := range o.Nodes {
		for _, from := range n.Inputs {
			g.boxes[i].in = append(g.boxes[i].in, g.boxes[from])
			g.boxes[from].out = append(g.boxes[from].out, g.boxes[i])
		}
	}
	return g
}

const (
	legendH = 26.0
	swatch  = 14.0
)

// svg returns the picture.
func (g *picture) svg() []byte {
	legend := g.legend()
	width := max(g.width, legend.width)
	height := g.height + legendH
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" `+
		`font-family="monospace" font-size="11.5">`+"\n", width, height, width, height)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n" + `<g fill="none" stroke="#9a9a9a">` + "\n")
	for _, to := range slices.Concat(g.boxes, g.bends) {
		for _, from := range to.in {
			y1, y2 := from.y-from.h/2, to.y+to.h/2
			mid := (y1 + y2) / 2
			fmt.Fprintf(&b, `<path d="M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f"/>`+"\n",
				from.up, y1, from.up, mid, to.down, mid, to.down, y2)
		}
	}
	b.WriteString("</g>\n")
	for i, x := range g.boxes {
		fill, ink := "white", "#111"
		switch {
		case x.state != "":
			fill = x.fill
		case !g.hasStates():
			fill, ink = shade(i, len(g.boxes))
		}
		title := x.site
		if x.state != "" {
			title += " · " + x.state
		}
		stroke := 1
		if x.result {
			stroke = 3
		}
		fmt.Fprintf(&b, `<g><title>%s</title><rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6" fill="%s" `+
			`stroke="#333" stroke-width="%d"/>`, html.EscapeString(title), x.x-x.w/2, x.y-x.h/2, x.w, x.h, fill, stroke)
		for k, line := range x.label {
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle" fill="%s">%s</text>`,
				x.x, x.y-x.h/2+lineH*float64(k+1), ink, html.EscapeString(line))
		}
		b.WriteString("</g>\n")
	}
	b.WriteString(legend.svg(g.height))
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// hasStates reports whether something in the graph is under way or over.
func (g *picture) hasStates() bool {
	return slices.ContainsFunc(g.boxes, func(b *box) bool { return b.state != "" })
}

// legend says what the colours mean.
type legend struct {
	colours, words []string
	width          float64
}

// legend lists the states that the picture has, or the ends of the order.
func (g *picture) legend() (l legend) {
	if g.left > 0 {
		defer func() { l.add("none", leftOut(g.left)) }()
	}
	if g.hasStates() {
		for _, state := range []string{"", "pending", "running", "finished", "failed", "cancelled", "released"} {
			i := slices.IndexFunc(g.boxes, func(b *box) bool { return b.state == state })
			switch {
			case i < 0:
			case state == "":
				l.add("white", "lazy")
			default:
				l.add(g.boxes[i].fill, state)
			}
		}
		return l
	}
	for i := range 5 {
		fill, _ := shade(i, 5)
		word := [...]string{0: "first", 4: "last in the order of the plan"}[i]
		l.add(fill, word)
	}
	return l
}

func (l *legend) add(colour, word string) {
	l.colours, l.words = append(l.colours, colour), append(l.words, word)
	if l.width == 0 {
		l.width = gapX
	}
	l.width += swatch + 4
	if word != "" {
		l.width += charWidth*float64(len(word)) + gapX
	}
}

// svg returns the legend, drawn at the given height.
func (l *legend) svg(y float64) string {
	var b bytes.Buffer
	b.WriteString(`<g class="legend">`)
	x := gapX
	for i, word := range l.words {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" stroke="#333"/>`, x+swatch/2, y+legendH/2-3, swatch/2-1, l.colours[i])
		x += swatch + 4
		if word != "" {
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" fill="#333">%s</text>`, x, y+legendH/2+1, word)
			x += charWidth*float64(len(word)) + gapX
		}
	}
	b.WriteString("</g>\n")
	return b.String()
}

// shade returns the colour of the i-th of n boxes, from pale yellow over green to dark blue, and one that is readable
// on it.
func shade(i, n int) (fill, ink string) {
	stops := [][3]float64{{255, 247, 188}, {120, 198, 150}, {34, 94, 168}}
	p := 2 * float64(i) / float64(max(n-1, 1))
	k := min(int(p), 1)
	var c [3]float64
	for j := range c {
		c[j] = stops[k][j] + (p-float64(k))*(stops[k+1][j]-stops[k][j])
	}
	ink = "#111"
	if p > 1.5 {
		ink = "white"
	}
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2])), ink
}
