package kernel

import "math"

// Min returns the smallest element of a: NaN if there is one, and -0 before 0. a must not be empty.
func Min[T Number](a []T) T {
	m := lowest(a, a[0])
	if !isInt[T]() && m == 0 && hasZeroOfSign(a, true) {
		m = T(math.Copysign(0, -1))
	}
	return m
}

// Max returns the largest element of a: NaN if there is one, and 0 before -0. a must not be empty.
func Max[T Number](a []T) T {
	m := highest(a, a[0])
	if !isInt[T]() && m == 0 && hasZeroOfSign(a, false) {
		m = 0
	}
	return m
}

// lowest is the smallest of m and the elements of a, a NaN if there is one, the first of equals. !(v >= m) is true for
// a smaller v and for a NaN on either side, so one comparison an element decides both, and its branch is rarely taken.
// The builtin min, with lanes, takes nearly twice as long for floats.
func lowest[T Number](a []T, m T) T {
	for ; len(a) >= 8 && m == m; a = a[8:] {
		b := (*[8]T)(a)
		if b[0] >= m && b[1] >= m && b[2] >= m && b[3] >= m && b[4] >= m && b[5] >= m && b[6] >= m && b[7] >= m {
			continue
		}
		for _, v := range b {
			if !(v >= m) && m == m {
				m = v
			}
		}
	}
	for _, v := range a {
		if !(v >= m) && m == m {
			m = v
		}
	}
	return m
}

// highest is lowest, the other way.
func highest[T Number](a []T, m T) T {
	for ; len(a) >= 8 && m == m; a = a[8:] {
		b := (*[8]T)(a)
		if b[0] <= m && b[1] <= m && b[2] <= m && b[3] <= m && b[4] <= m && b[5] <= m && b[6] <= m && b[7] <= m {
			continue
		}
		for _, v := range b {
			if !(v <= m) && m == m {
				m = v
			}
		}
	}
	for _, v := range a {
		if !(v <= m) && m == m {
			m = v
		}
	}
	return m
}

// hasZeroOfSign reports whether a has a zero that is negative, or one that is positive.
func hasZeroOfSign[T Number](a []T, negative bool) bool {
	for _, v := range a {
		if v == 0 && math.Signbit(float64(v)) == negative {
			return true
		}
	}
	return false
}
