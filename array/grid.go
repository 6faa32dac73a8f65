package array

// grid is how an array is cut into chunks: one axis for each of its axes. Chunks are numbered row-major.
type grid []axis

// shape returns the lengths of the axes.
func (g grid) shape() []int {
	s := make([]int, len(g))
	for d := range g {
		s[d] = g[d].n
	}
	return s
}

// count returns the number of chunks.
func (g grid) count() int {
	n := 1
	for d := range g {
		n *= g[d].count()
	}
	return n
}

// coords writes the position of chunk c among the chunks into at.
func (g grid) coords(c int, at []int) {
	for d := len(g) - 1; d >= 0; d-- {
		n := g[d].count()
		at[d] = c % n
		c /= n
	}
}

// index is the inverse of coords.
func (g grid) index(at []int) int {
	c := 0
	for d := range g {
		c = c*g[d].count() + at[d]
	}
	return c
}

// chunk sets r to the region of chunk c.
func (g grid) chunk(c int, r *region) {
	for d := len(g) - 1; d >= 0; d-- {
		n := g[d].count()
		r.start[d], r.shape[d] = g[d].bounds(c % n)
		r.step[d] = 1
		c /= n
	}
}

// elements returns the number of elements of chunk c.
func (g grid) elements(c int) int {
	size := 1
	for d := len(g) - 1; d >= 0; d-- {
		n := g[d].count()
		_, length := g[d].bounds(c % n)
		size *= length
		c /= n
	}
	return size
}

// label names chunk c in errors: "chunk (3, 0)".
func (g grid) label(c int) string {
	at := make([]int, len(g))
	g.coords(c, at)
	return "chunk " + shapeString(at)
}
