package kernel

// Sum is a sum of floats held in two float64, together about 106 bits. The zero Sum is the empty sum, 0.
//
// A block of 128 elements is summed in float64 in four lanes; block sums enter the pair without loss. The
// relative error against the sum of magnitudes is that of a block, about 1e-16, for any number of blocks. Infinities and NaN
// come out as in a plain loop: an infinity stays, infinities of both signs give NaN, a total beyond float64 is an
// infinity. An empty sum and a sum of negative zeros are +0, as in NumPy.
type Sum struct {
	s float64 // the sum rounded
	c float64 // what rounding lost; meaningless once s is not finite
}

// add adds x without loss (Knuth's TwoSum, which needs no order of magnitudes).
func (s *Sum) add(x float64) {
	t := s.s + x
	z := t - s.s
	s.c += (s.s - (t - z)) + (x - z)
	s.s = t
}

// Add adds one number.
func (s *Sum) Add(x float64) { s.add(x) }

// Merge adds the sum o.
func (s *Sum) Merge(o Sum) {
	s.add(o.s)
	s.c += o.c
}

// Value returns the sum rounded to float64.
func (s Sum) Value() float64 {
	// Beyond the range, and from there on, the compensation is Inf-Inf.
	if !isFinite(s.s) || !isFinite(s.c) {
		return s.s
	}
	return s.s + s.c
}

// sumBlock is how many elements are summed in plain float64.
const sumBlock = 128

// SumFloat returns the sum of a. Adding up float32 uses float64 throughout.
func SumFloat[T Float](a []T) Sum {
	var s Sum
	for len(a) > sumBlock {
		rest := addBlocks(&s, a)
		if len(rest) == len(a) {
			break
		}
		a = rest
	}
	for ; len(a) > sumBlock; a = a[sumBlock:] {
		s.add(sumLanes(a[:sumBlock]))
	}
	s.add(sumLanes(a))
	return s
}

// sumLanes sums a block of any length: elements k and k+4 of each eight go to lane k as one number, those after the
// last whole eight go to lane 0. addBlocks does the same with one vector register. Eight lanes of single elements would need more registers than the compiler has, and run at half the speed.
func sumLanes[T Float](a []T) float64 {
	var s0, s1, s2, s3 float64
	for ; len(a) >= 8; a = a[8:] {
		b := (*[8]T)(a)
		s0 += float64(b[0]) + float64(b[4])
		s1 += float64(b[1]) + float64(b[5])
		s2 += float64(b[2]) + float64(b[6])
		s3 += float64(b[3]) + float64(b[7])
	}
	for _, v := range a {
		s0 += float64(v)
	}
	return (s0 + s1) + (s2 + s3)
}
