package array

import (
	"slices"
	"sort"
)

// axis says how one axis is cut into chunks. The usual cut is kept as a rule, so that an axis of ten million chunks
// costs a few words; only cuts that follow no rule are listed.
type axis struct {
	n     int   // length of the axis
	first int   // length of chunk 0, where ends is nil
	size  int   // length of the other chunks; the last has what is left
	ends  []int // where each chunk ends; nil where the rule holds
}

// evenAxis cuts n elements into chunks of size; a size below 1 or above n means one chunk.
func evenAxis(n, size int) axis {
	if size < 1 || size > n {
		size = max(n, 1)
	}
	return axis{n: n, first: min(size, n), size: size}
}

// listedAxis cuts an axis where each chunk ends.
func listedAxis(ends []int) axis {
	return axis{n: ends[len(ends)-1], ends: ends}
}

// count returns the number of chunks. An empty axis has one, empty, chunk: then every array has a chunk, and
// reductions of nothing need no case of their own.
func (a *axis) count() int {
	if a.ends != nil {
		return len(a.ends)
	}
	if a.n <= a.first {
		return 1
	}
	return 1 + (a.n-a.first+a.size-1)/a.size
}

// bounds returns where chunk c starts and how long it is.
func (a *axis) bounds(c int) (start, n int) {
	if a.ends != nil {
		if c > 0 {
			start = a.ends[c-1]
		}
		return start, a.ends[c] - start
	}
	if c == 0 {
		return 0, min(a.first, a.n)
	}
	start = a.first + (c-1)*a.size
	return start, min(a.size, a.n-start)
}

// find returns the chunk that holds position i.
func (a *axis) find(i int) int {
	switch {
	case a.ends != nil:
		return sort.SearchInts(a.ends, i+1)
	case i < a.first:
		return 0
	}
	return 1 + (i-a.first)/a.size
}

// lengths lists the lengths of all chunks.
func (a *axis) lengths() []int {
	out := make([]int, a.count())
	for c := range out {
		_, out[c] = a.bounds(c)
	}
	return out
}

// allEnds lists where all chunks end.
func (a *axis) allEnds() []int {
	if a.ends != nil {
		return a.ends
	}
	out := make([]int, a.count())
	for c := range out {
		start, n := a.bounds(c)
		out[c] = start + n
	}
	return out
}

func (a *axis) equal(b *axis) bool {
	if a.ends == nil && b.ends == nil {
		return a.n == b.n && a.count() == b.count() && (a.count() == 1 ||
			a.first == b.first && (a.size == b.size || a.count() == 2))
	}
	return a.n == b.n && a.count() == b.count() && slices.Equal(a.allEnds(), b.allEnds())
}

// refine returns the coarsest cut that has every boundary of a and of b.
func (a *axis) refine(b *axis) axis {
	switch {
	case a.equal(b), b.count() == 1:
		return *a
	case a.count() == 1:
		return *b
	case a.ends == nil && b.ends == nil && a.first == a.size && b.first == b.size && a.size%b.size == 0:
		return *b
	case a.ends == nil && b.ends == nil && a.first == a.size && b.first == b.size && b.size%a.size == 0:
		return *a
	}
	ends := slices.Concat(a.allEnds(), b.allEnds())
	slices.Sort(ends)
	return listedAxis(slices.Compact(ends))
}

// maxListed bounds the chunks of an axis that is listed where a rule would do less well but cost less.
const maxListed = 1 << 16

// slice returns the cut of n positions of a, from start in steps of step: chunks of the result lie in chunks of a, so
// that each reads one; past maxListed chunks only about so.
func (a *axis) slice(start, step, n int) axis {
	switch {
	case n == 0:
		return evenAxis(0, 1)
	case a.ends == nil && step == 1:
		_, len0 := a.bounds(a.find(start))
		start0, _ := a.bounds(a.find(start))
		return axis{n: n, first: min(start0+len0-start, n), size: a.size}
	case a.ends == nil && a.count() > maxListed:
		return evenAxis(n, max(1, a.size/max(step, -step)))
	}
	var ends []int
	a.visit(start, step, n, func(_, _, end int) { ends = append(ends, end) })
	return listedAxis(ends)
}

// visit calls f for each chunk that holds some of the n positions from start in steps of step, in the order of the
// positions, with the first of them and the one after the last.
func (a *axis) visit(start, step, n int, f func(chunk, from, to int)) {
	for i := 0; i < n; {
		pos := start + i*step
		c := a.find(pos)
		lo, length := a.bounds(c)
		to := n
		if step > 0 {
			to = min(n, i+(lo+length-1-pos)/step+1)
		} else if step < 0 {
			to = min(n, i+(pos-lo)/-step+1)
		}
		f(c, i, to)
		i = to
	}
}
