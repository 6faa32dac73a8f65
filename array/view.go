package array

// view is a row-major box of elements of which regions are asked for.
type view[T any] struct {
	data    []T
	origin  []int // the position of data[0]
	strides []int // the distance, in elements, between neighbours
}

// offset returns where in data the first element of r lies.
func (v *view[T]) offset(r *region) int {
	at := 0
	for d, s := range v.strides {
		at += (r.start[d] - v.origin[d]) * s
	}
	return at
}

// whole returns the elements of r without copying, or nil if they do not follow each other in data.
func (v *view[T]) whole(r *region) []T {
	want := 1
	for d := len(v.strides) - 1; d >= 0; d-- {
		n := r.shape[d]
		if n > 1 && v.strides[d]*r.step[d] != want {
			return nil
		}
		want *= n
	}
	at := v.offset(r)
	return v.data[at : at+want : at+want]
}

// gather copies the elements of r to dst; axis d of dst has dstStrides[d].
func (v *view[T]) gather(dst []T, dstStrides []int, r *region) {
	v.copyAxis(dst, dstStrides, r, 0, v.offset(r))
}

// copyAxis copies axis d and those inside it, from data[at] on.
func (v *view[T]) copyAxis(dst []T, dstStrides []int, r *region, d, at int) {
	if d == len(v.strides) {
		dst[0] = v.data[at]
		return
	}
	n, s, t := r.shape[d], v.strides[d]*r.step[d], dstStrides[d]
	if d < len(v.strides)-1 {
		for i := range n {
			v.copyAxis(dst[i*t:], dstStrides, r, d+1, at+i*s)
		}
		return
	}
	if s == 1 && t == 1 {
		copy(dst[:n], v.data[at:at+n])
		return
	}
	for i := range n {
		dst[i*t] = v.data[at+i*s]
	}
}

// stridesInto writes the row-major strides of shape to out, and returns it.
func stridesInto(out, shape []int) []int {
	step := 1
	for d := len(shape) - 1; d >= 0; d-- {
		out[d] = step
		step *= shape[d]
	}
	return out
}
