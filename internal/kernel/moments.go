package kernel

import "math"

// Moments is the count, the mean and the sum of squared deviations from the mean of some numbers. The zero Moments is
// those of no numbers. It merges by Chan, Golub and LeVeque's rule.
//
// The numbers are shifted by a value near their mean before they are squared, tile by tile, so that a large common
// offset costs no accuracy: data around 1e9 with unit spread keeps the full accuracy that the data has. The mean is carried in
// two float64 for the same reason.
//
// A NaN makes Mean and M2 NaN. An infinity makes Mean that infinity (NaN with both signs present) and M2 NaN.
type Moments struct {
	N    int64
	Mean float64
	M2   float64
	lo   float64 // what rounding lost of Mean
}

// Merge adds the numbers of o.
func (m *Moments) Merge(o Moments) {
	if o.N == 0 {
		return
	}
	if m.N == 0 {
		*m = o
		return
	}
	n := m.N + o.N
	weight := float64(o.N) / float64(n)
	delta := (o.Mean - m.Mean) + (o.lo - m.lo)
	m.M2 += o.M2 + float64(delta*delta*float64(m.N)*weight)
	m.N = n
	if !isFinite(delta) {
		// Inf-Inf is not the mean of an infinity and a number.
		m.Mean = float64(m.Mean*(1-weight)) + float64(o.Mean*weight)
		m.lo = 0
		return
	}
	m.shift(float64(delta * weight))
}

// shift adds d to the mean, without loss.
func (m *Moments) shift(d float64) {
	d += m.lo
	t := m.Mean + d
	z := t - m.Mean
	m.lo = (m.Mean - (t - z)) + (d - z)
	m.Mean = t
}

// Var returns the variance with ddof degrees of freedom less than numbers: M2 / (N - ddof). As in NumPy a divisor of
// zero or below counts as zero: the variance is NaN if M2 is 0 and +Inf otherwise.
func (m Moments) Var(ddof int) float64 {
	return m.M2 / float64(max(m.N-int64(ddof), 0))
}

// Std returns the standard deviation, the square root of Var.
func (m Moments) Std(ddof int) float64 { return math.Sqrt(m.Var(ddof)) }

// Avg returns the mean, NaN if there are no numbers.
func (m Moments) Avg() float64 {
	if m.N == 0 {
		return math.NaN()
	}
	return m.Mean
}

// momentsTile is how many elements share a shift; a tile of them is read again from the first-level cache if the
// shift turns out to be bad.
const momentsTile = 1024

// MomentsOf returns the moments of a.
func MomentsOf[T Number](a []T) Moments {
	var m Moments
	if len(a) == 0 {
		return m
	}
	near := guessMean(a, len(a), 1)
	for len(a) > 0 {
		tile := a[:min(len(a), momentsTile)]
		a = a[len(tile):]
		t := tileMoments(tile, near)
		m.Merge(t)
		near = shiftFor[T](t.Mean)
	}
	return m
}

// guessMean returns roughly the mean of n elements stride apart, from the first few. One element would be too far off
// for data spread evenly four times in ten. Equal elements give their value exactly, and so a variance of zero.
func guessMean[T Number](a []T, n, stride int) float64 {
	if n < 8 {
		return shiftFor[T](float64(a[0]))
	}
	s := (float64(a[0]) + float64(a[stride])) + (float64(a[2*stride]) + float64(a[3*stride]))
	t := (float64(a[4*stride]) + float64(a[5*stride])) + (float64(a[6*stride]) + float64(a[7*stride]))
	return shiftFor[T]((s + t) / 8)
}

// shiftFor is a shift near x: integers are shifted by integers, so that their sums stay exact for as long as they can.
func shiftFor[T Number](x float64) float64 {
	switch {
	case !isFinite(x):
		return 0
	case isInt[T]():
		return math.RoundToEven(x)
	}
	return x
}

// tileMoments returns the moments of a tile. near is a guess of its mean: if it is so far off that squaring would
// lose more than a bit, the tile is read once more with the mean just found.
func tileMoments[T Number](a []T, near float64) Moments {
	s, q := shiftedSums(a, near)
	m, ok := fromShifted(int64(len(a)), near, s, q)
	if !ok {
		near = shiftFor[T](m.Mean)
		s, q = shiftedSums(a, near)
		m, _ = fromShifted(int64(len(a)), near, s, q)
	}
	return m
}

// fromShifted makes moments of n numbers from the sums of x-near and of its squares, and reports whether near was
// near enough.
func fromShifted(n int64, near, s, q float64) (m Moments, ok bool) {
	d := s / float64(n)
	off := float64(d * s)
	m = Moments{N: n, Mean: near, M2: max(q-off, 0)}
	switch {
	case !isFinite(s):
		m.Mean, m.M2 = s, math.NaN()
		return m, true
	case !isFinite(q):
		// Squares beyond float64: the variance is, too.
		m.M2 = q
	}
	m.shift(d)
	return m, off <= q/2
}

// shiftedSums returns the sums of x-near and of its square over a.
func shiftedSums[T Number](a []T, near float64) (s, q float64) {
	var s0, s1, q0, q1 float64
	for ; len(a) >= 4; a = a[4:] {
		b := (*[4]T)(a)
		d0, d1, d2, d3 := float64(b[0])-near, float64(b[1])-near, float64(b[2])-near, float64(b[3])-near
		s0 += d0 + d2
		q0 += float64(d0*d0) + float64(d2*d2)
		s1 += d1 + d3
		q1 += float64(d1*d1) + float64(d3*d3)
	}
	for _, v := range a {
		d := float64(v) - near
		s0 += d
		q0 += float64(d * d)
	}
	return s0 + s1, q0 + q1
}
