package kernel

// CumSum sets dst to the running sums of a after start and returns the last of them, start if a is empty. Integers
// wrap. dst may be a.
func CumSum[T Number](dst, a []T, start T) T {
	a = a[:len(dst)]
	s := start
	for i := range dst {
		s += a[i]
		dst[i] = s
	}
	return s
}

// CumProd sets dst to the running products of a after start and returns the last of them, start if a is empty.
// Integers wrap. dst may be a.
func CumProd[T Number](dst, a []T, start T) T {
	a = a[:len(dst)]
	p := start
	for i := range dst {
		p *= a[i]
		dst[i] = p
	}
	return p
}

// Dot returns the sum of the products a[i]*b[i], both converted to float64 before. len(a) governs.
func Dot[T Number](a, b []T) Sum {
	var s Sum
	b = b[:len(a)]
	for len(a) > 0 {
		n := min(len(a), sumBlock)
		s.add(dotLanes(a[:n], b[:n]))
		a, b = a[n:], b[n:]
	}
	return s
}

// dotLanes is sumLanes of the products, in four lanes.
func dotLanes[T Number](a, b []T) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += float64(float64(x[0]) * float64(y[0]))
		s1 += float64(float64(x[1]) * float64(y[1]))
		s2 += float64(float64(x[2]) * float64(y[2]))
		s3 += float64(float64(x[3]) * float64(y[3]))
	}
	for ; i < len(a); i++ {
		s0 += float64(float64(a[i]) * float64(b[i]))
	}
	return (s0 + s1) + (s2 + s3)
}
