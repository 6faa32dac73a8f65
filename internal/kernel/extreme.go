package kernel

// The extremes keep the first of equal elements, so of -0 and 0 the one that comes first; a NaN wins over every
// number and the first NaN over later ones, as in NumPy. One comparison an element decides both: !(v <= m) is true for
// a larger v and for a NaN on either side, and it is rarely true, so the branch is predicted.

// Min returns the smallest element of a, NaN if there is one. a must not be empty.
func Min[T Number](a []T) T { return a[ArgMin(a)] }

// Max returns the largest element of a, NaN if there is one. a must not be empty.
func Max[T Number](a []T) T { return a[ArgMax(a)] }

// ArgMin returns the index of the first smallest element of a, of the first NaN if there is one. a must not be empty.
func ArgMin[T Number](a []T) int {
	m, k := a[0], 0
	for i, v := range a {
		if !(v >= m) {
			if m != m {
				break
			}
			m, k = v, i
		}
	}
	return k
}

// ArgMax returns the index of the first largest element of a, of the first NaN if there is one. a must not be empty.
func ArgMax[T Number](a []T) int {
	m, k := a[0], 0
	for i, v := range a {
		if !(v <= m) {
			if m != m {
				break
			}
			m, k = v, i
		}
	}
	return k
}

// MinAxis sets dst[o*inner+j] to the smallest of a[o, :, j], for a of shape (outer, n, inner) with n at least 1.
// Results of several blocks merge by Minimum.
func MinAxis[T Number](dst, a []T, outer, n, inner int) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0] = Min(block)
			continue
		}
		copy(acc, block)
		for i := 1; i < n; i++ {
			minRow(acc, block[i*inner:])
		}
	}
}

// MaxAxis sets dst[o*inner+j] to the largest of a[o, :, j], as MinAxis does. Results merge by Maximum.
func MaxAxis[T Number](dst, a []T, outer, n, inner int) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0] = Max(block)
			continue
		}
		copy(acc, block)
		for i := 1; i < n; i++ {
			maxRow(acc, block[i*inner:])
		}
	}
}

func minRow[T Number](acc, r []T) {
	r = r[:len(acc)]
	for j, m := range acc {
		if v := r[j]; !(v >= m) && m == m {
			acc[j] = v
		}
	}
}

func maxRow[T Number](acc, r []T) {
	r = r[:len(acc)]
	for j, m := range acc {
		if v := r[j]; !(v <= m) && m == m {
			acc[j] = v
		}
	}
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
