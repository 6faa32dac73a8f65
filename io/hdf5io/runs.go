package hdf5io

// runs walks a region of a row-major array as the longest runs of bytes that are contiguous in it, in order.
type runs struct {
	length int   // bytes in a run
	pitch  int   // bytes from one run to the next along the innermost counted dimension
	count  []int // runs along each counted dimension, outermost first
	stride []int // bytes from one to the next along it
	index  []int
	base   int64 // where the current run starts
	done   int   // bytes of it already taken
}

// newRuns expects a region inside the array with at least one element.
func newRuns(whole, start, shape []int, size int) *runs {
	r := &runs{length: size}
	stride := size
	merging := true
	for d := len(whole) - 1; d >= 0; d-- {
		r.base += int64(start[d]) * int64(stride)
		switch {
		case merging:
			r.length *= shape[d]
			// A dimension taken in part ends the run, unless everything outside it has length one.
			merging = shape[d] == whole[d]
		case shape[d] > 1:
			r.count = append([]int{shape[d]}, r.count...)
			r.stride = append([]int{stride}, r.stride...)
		}
		stride *= whole[d]
	}
	r.index = make([]int, len(r.count))
	if n := len(r.stride); n > 0 {
		r.pitch = r.stride[n-1]
	}
	return r
}

func (r *runs) offset() int64 { return r.base + int64(r.done) }
func (r *runs) left() int     { return r.length - r.done }

// advance moves n bytes on, at most to the end of the current run.
func (r *runs) advance(n int) {
	if r.done += n; r.done < r.length {
		return
	}
	r.done = 0
	for d := len(r.count) - 1; d >= 0; d-- {
		r.base += int64(r.stride[d])
		if r.index[d]++; r.index[d] < r.count[d] {
			return
		}
		r.base -= int64(r.stride[d]) * int64(r.count[d])
		r.index[d] = 0
	}
}

// bunch returns how many runs from the current one on are best read in one go, gaps included: short runs close
// together, where a system call each would cost more than the bytes thrown away. It never crosses into the next
// outer dimension.
func (r *runs) bunch() int {
	const wide = 32 << 10
	if len(r.count) == 0 || r.pitch > wide {
		return 1
	}
	last := len(r.count) - 1
	return min(r.count[last]-r.index[last], max(1, blockBytes/r.pitch))
}
