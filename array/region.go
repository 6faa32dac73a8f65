package array

// region is a box of positions of an array: on each axis shape[d] positions from start[d] in steps of step[d], which
// may be negative. A sliced operand is evaluated on the region that its slice selects, so no step of an expression
// but its leaves knows about slicing.
type region struct {
	start, step, shape []int
}

func newRegion(nd int) region {
	b := make([]int, 3*nd)
	return region{b[:nd:nd], b[nd : 2*nd : 2*nd], b[2*nd:]}
}

// set copies s into r.
func (r *region) set(s *region) {
	copy(r.start, s.start)
	copy(r.step, s.step)
	copy(r.shape, s.shape)
}

// size returns the number of positions.
func (r *region) size() int {
	n := 1
	for _, k := range r.shape {
		n *= k
	}
	return n
}

// cursor walks a box in pieces of at most limit elements, each a box whose elements follow each other in the
// row-major order of the whole: inner axes are taken whole as far as they fit, the next one in parts, the outer ones
// one position at a time.
type cursor struct {
	box  *region
	cur  region // the piece, in the positions of box
	pos  []int  // where the piece starts within the box
	cut  int    // the axis taken in parts; -1: the box is one piece
	step int    // how much of it at a time
	left bool
}

func newCursor(nd int) cursor {
	return cursor{cur: newRegion(nd), pos: make([]int, nd)}
}

// reset begins a walk over box.
func (c *cursor) reset(box *region, limit int) {
	c.box, c.left = box, true
	c.cur.set(box)
	inner, d := 1, len(box.shape)-1
	for d >= 0 && inner*box.shape[d] <= limit {
		inner *= box.shape[d]
		d--
	}
	if c.cut = d; d >= 0 {
		c.step = max(limit/inner, 1)
		c.cur.shape[d] = min(c.step, box.shape[d])
		for i := range d {
			c.cur.shape[i] = 1
		}
	}
	clear(c.pos)
}

// next moves to the next piece, or the first one after reset, and reports whether there is one.
func (c *cursor) next() bool {
	if c.left {
		c.left = false
		return true
	}
	d, by := c.cut, c.step
	for ; d >= 0; d, by = d-1, 1 {
		c.pos[d] += by
		if c.pos[d] < c.box.shape[d] {
			break
		}
		c.pos[d] = 0
		c.cur.start[d] = c.box.start[d]
	}
	if d < 0 {
		return false
	}
	c.cur.start[d] = c.box.start[d] + c.pos[d]*c.box.step[d]
	c.cur.shape[c.cut] = min(c.step, c.box.shape[c.cut]-c.pos[c.cut])
	return true
}
