package kernel

// argBlock is how many elements are searched for a new extreme before looking for its place among them.
const argBlock = 512

// ArgMin returns the index of the first smallest element of a, of the first NaN if there is one. a must not be empty.
func ArgMin[T Number](a []T) int {
	m, k := a[0], 0
	for lo := 0; lo < len(a) && m == m; lo += argBlock {
		block := a[lo:min(lo+argBlock, len(a))]
		if l := lowest(block, m); !(l >= m) {
			m, k = l, lo+place(block, l)
		}
	}
	return k
}

// ArgMax returns the index of the first largest element of a, of the first NaN if there is one. a must not be empty.
func ArgMax[T Number](a []T) int {
	m, k := a[0], 0
	for lo := 0; lo < len(a) && m == m; lo += argBlock {
		block := a[lo:min(lo+argBlock, len(a))]
		if h := highest(block, m); !(h <= m) {
			m, k = h, lo+place(block, h)
		}
	}
	return k
}

// place is the index of the first element equal to v, of the first NaN if v is one; there is such an element.
func place[T Number](a []T, v T) int {
	k := 0
	for a[k] != v && (v == v || a[k] == a[k]) {
		k++
	}
	return k
}

// Arg is an extreme element and where it was found.
type Arg[T Number] struct {
	Value T
	Index int
}

// ArgMinAxis sets dst[o*inner+j] to the smallest of a[o, :, j] and its index along the axis plus base, for a of shape
// (outer, n, inner) with n at least 1. base is where the block starts on that axis.
func ArgMinAxis[T Number](dst []Arg[T], a []T, outer, n, inner, base int) {
	argAxis(dst, a, outer, n, inner, base, ArgMin[T], argMinRow[T])
}

// ArgMaxAxis sets dst[o*inner+j] to the largest of a[o, :, j] and its index, as ArgMinAxis does.
func ArgMaxAxis[T Number](dst []Arg[T], a []T, outer, n, inner, base int) {
	argAxis(dst, a, outer, n, inner, base, ArgMax[T], argMaxRow[T])
}

// argAxis calls of for whole lines or row for whole rows, never for single elements.
func argAxis[T Number](dst []Arg[T], a []T, outer, n, inner, base int, of func([]T) int, row func([]Arg[T], []T, int)) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			k := of(block)
			acc[0] = Arg[T]{block[k], base + k}
			continue
		}
		for j := range acc {
			acc[j] = Arg[T]{block[j], base}
		}
		for i := 1; i < n; i++ {
			row(acc, block[i*inner:], base+i)
		}
	}
}

func argMinRow[T Number](acc []Arg[T], r []T, index int) {
	r = r[:len(acc)]
	for j := range acc {
		if v, m := r[j], acc[j].Value; !(v >= m) && m == m {
			acc[j] = Arg[T]{v, index}
		}
	}
}

func argMaxRow[T Number](acc []Arg[T], r []T, index int) {
	r = r[:len(acc)]
	for j := range acc {
		if v, m := r[j], acc[j].Value; !(v <= m) && m == m {
			acc[j] = Arg[T]{v, index}
		}
	}
}

// MergeArgMin merges the results of another block of the same axis into dst; of equal values the lower index stays,
// whatever the order of merging.
func MergeArgMin[T Number](dst, part []Arg[T]) {
	part = part[:len(dst)]
	for j, m := range dst {
		if v := part[j]; v.before(m, v.Value < m.Value) {
			dst[j] = v
		}
	}
}

// MergeArgMax merges the results of another block of the same axis into dst, as MergeArgMin does.
func MergeArgMax[T Number](dst, part []Arg[T]) {
	part = part[:len(dst)]
	for j, m := range dst {
		if v := part[j]; v.before(m, v.Value > m.Value) {
			dst[j] = v
		}
	}
}

// before reports whether v replaces m, where better says that its value wins among numbers.
func (v Arg[T]) before(m Arg[T], better bool) bool {
	vNaN, mNaN := v.Value != v.Value, m.Value != m.Value
	switch {
	case vNaN != mNaN:
		return vNaN
	case vNaN || v.Value == m.Value:
		return v.Index < m.Index
	}
	return better
}
