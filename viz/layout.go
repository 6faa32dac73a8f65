package viz

import "slices"

// picture is a graph, and where its boxes are.
type picture struct {
	boxes         []*box // in the order of the plan
	bends         []*box // of edges that pass a rank
	width, height float64
	left          int // boxes left out
}

// box is a node of the picture.
type box struct {
	label      []string
	site       string
	state      string // "": lazy
	fill       string // of a state
	result     bool
	rank       int // edges on the longest way from a box without inputs
	in, out    []*box
	x, y, w, h float64 // centre and size
	up, down   float64 // where edges leave above and enter below
}

const (
	charWidth = 7.0  // of the 12 px monospaced font
	lineH     = 15.0 // of a line of text
	gapX      = 14.0
	gapY      = 44.0 // between ranks, for the edges
	gapRow    = 5.0  // between the boxes of a column
	stair     = 8.0  // by which a box in a column is further right than the one below
	maxRow    = 1600.0
)

// layout places the boxes: in ranks by the longest way from the inputs, within a rank near the middle of what they are
// connected to (the barycentre method of Sugiyama, Tagawa and Toda, 1981), and in columns where a rank is wide: 200 boxes
// in one row would be readable one at a time only.
func (g *picture) layout() {
	var ranks [][]*box
	for _, b := range g.boxes {
		for _, in := range b.in { // inputs come first in the plan, and so have their rank
			b.rank = max(b.rank, in.rank+1)
		}
		for len(ranks) <= b.rank {
			ranks = append(ranks, nil)
		}
		ranks[b.rank] = append(ranks[b.rank], b)
		b.w, b.h = 16, 8+lineH*float64(len(b.label))
		for _, line := range b.label {
			b.w = max(b.w, 16+charWidth*float64(len([]rune(line))))
		}
	}
	g.bend(ranks)
	for sweep := range 6 {
		for i := range ranks {
			if sweep%2 == 0 {
				order(ranks[i], func(b *box) []*box { return b.in })
			} else {
				order(ranks[len(ranks)-1-i], func(b *box) []*box { return b.out })
			}
		}
	}
	g.place(ranks)
}

// bend breaks each edge that passes a rank with a bend there, a box of no height, so that the edge is given room between
// the boxes and does not run behind them.
func (g *picture) bend(ranks [][]*box) {
	for _, to := range g.boxes {
		for i, from := range to.in {
			for r := from.rank + 1; r < to.rank; r++ {
				b := &box{rank: r, w: 4, in: []*box{from}}
				from.out[slices.Index(from.out, to)] = b
				b.out = []*box{to}
				to.in[i] = b
				ranks[r] = append(ranks[r], b)
				g.bends = append(g.bends, b)
				from = b
			}
		}
	}
}

// order sorts a rank by the mean place of the neighbours; boxes without any keep theirs. x serves as the place
// within the rank until place turns it into pixels.
func order(rank []*box, neighbours func(*box) []*box) {
	for i, b := range rank {
		b.x = float64(i) / float64(len(rank))
	}
	mean := make(map[*box]float64, len(rank))
	for _, b := range rank {
		near := neighbours(b)
		mean[b] = b.x
		if len(near) > 0 {
			mean[b] = 0
			for _, n := range near {
				mean[b] += n.x / float64(len(near))
			}
		}
	}
	slices.SortStableFunc(rank, func(a, b *box) int {
		switch {
		case mean[a] < mean[b]:
			return -1
		case mean[a] > mean[b]:
			return 1
		}
		return 0
	})
	for i, b := range rank {
		b.x = float64(i) / float64(len(rank))
	}
}

// place turns the order of the ranks into pixels, from the top rank down. A wide rank is folded into columns, so that
// neighbours stay together; the boxes of a column are shifted like stairs, so that every box has a corner above and one
// below that its edges reach in sight.
func (g *picture) place(ranks [][]*box) {
	var folded [][][]*box
	for _, rank := range ranks {
		total := 0.0
		for _, b := range rank {
			total += b.w + gapX
		}
		cols := slices.Collect(slices.Chunk(rank, int(total/maxRow)+1))
		folded = append(folded, cols)
		x := gapX
		for _, col := range cols {
			x += columnWidth(col) + gapX
		}
		g.width = max(g.width, x)
	}
	y := gapX
	for _, cols := range slices.Backward(folded) {
		free, bottom := g.width, y
		for _, col := range cols {
			free -= columnWidth(col)
		}
		gap := free / float64(len(cols)) // spread, so that boxes are above those they come from
		x := gap / 2
		for _, col := range cols {
			width, top := columnWidth(col), y
			for i, b := range col {
				h := max(b.h, 8+lineH)
				b.x, b.y = x+width/2, top+h/2
				b.up, b.down = b.x, b.x
				if len(col) > 1 {
					b.x = x + stair*float64(len(col)-1-i) + b.w/2
					b.up, b.down = b.x-b.w/2+stair/2, b.x+b.w/2-stair/2
				}
				top += h + gapRow
			}
			x += width + gap
			bottom = max(bottom, top-gapRow)
		}
		y = bottom + gapY
	}
	g.height = y - gapY + gapX
}

func columnWidth(col []*box) (w float64) {
	for _, b := range col {
		w = max(w, b.w)
	}
	return w + stair*float64(len(col)-1)
}
