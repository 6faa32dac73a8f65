package kernel

// Sum is a sum of floats held in two float64, together about 106 bits. The zero Sum is the empty sum, 0.
//
// A block of 256 elements is summed in float64 in eight lanes and a tree; block sums enter the pair without loss. The
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

// sumBlock is how many elements are summed in plain float64. Eight lanes hide the latency of the addition; a vector
// unit runs four blocks at once in eight four-wide registers and gives the same bits.
const sumBlock = 256

// SumFloat returns the sum of a. Adding up float32 uses float64 throughout.
func SumFloat[T Float](a []T) Sum {
	var s Sum
	for ; len(a) > sumBlock; a = a[sumBlock:] {
		s.add(sumLanes(a[:sumBlock]))
	}
	s.add(sumLanes(a))
	return s
}

// sumLanes sums a block: lane k has the elements k, k+8, k+16, …, those after the last whole eight go to lane 0.
func sumLanes[T Float](a []T) float64 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for ; len(a) >= 8; a = a[8:] {
		s0 += float64(a[0])
		s1 += float64(a[1])
		s2 += float64(a[2])
		s3 += float64(a[3])
		s4 += float64(a[4])
		s5 += float64(a[5])
		s6 += float64(a[6])
		s7 += float64(a[7])
	}
	for _, v := range a {
		s0 += float64(v)
	}
	return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
}

// SumFloatAxis adds to dst[o*inner+j] the sum of a[o, :, j], for a of shape (outer, n, inner).
func SumFloatAxis[T Float](dst []Sum, a []T, outer, n, inner int) {
	if n == 0 {
		return
	}
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(SumFloat(block))
			continue
		}
		SumFloatRows(acc, block, inner)
	}
}

// rowStrip is how many columns are reduced together when rows are added to rows: their scratch of one or two float64
// each stays in the first-level cache while whole stretches of each row stream past.
const rowStrip = 512

// rowBlock is how many rows are summed in plain float64 before the sums enter their pairs, as many as a lane of
// sumLanes has elements.
const rowBlock = 32

// SumFloatRows adds the rows of a, each of len(dst) == ncols elements, to dst column by column.
func SumFloatRows[T Float](dst []Sum, a []T, ncols int) {
	for lo := 0; lo < ncols; lo += rowStrip {
		hi := min(lo+rowStrip, ncols)
		sumStrip(dst[lo:hi], a[lo:], ncols)
	}
}

// sumStrip adds to dst the columns of the rows that begin at a[0], a[stride], …
func sumStrip[T Float](dst []Sum, a []T, stride int) {
	var scratch [rowStrip]float64
	acc := scratch[:len(dst)]
	for len(a) > 0 {
		clear(acc)
		for rows := 0; rows < rowBlock && len(a) > 0; {
			if rows+4 <= rowBlock && len(a) >= 3*stride+len(acc) {
				addRows4(acc, a, a[stride:], a[2*stride:], a[3*stride:])
				rows, a = rows+4, skip(a, 4*stride)
				continue
			}
			addRow(acc, a)
			rows, a = rows+1, skip(a, stride)
		}
		for j, v := range acc {
			dst[j].add(v)
		}
	}
}

// skip is a[n:], empty if there is not so much: the last row of a strip ends before a whole stride does.
func skip[T any](a []T, n int) []T { return a[min(n, len(a)):] }

func addRow[T Float](acc []float64, r []T) {
	r = r[:len(acc)]
	for j := range acc {
		acc[j] += float64(r[j])
	}
}

func addRows4[T Float](acc []float64, r0, r1, r2, r3 []T) {
	n := len(acc)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for j := range acc {
		acc[j] += (float64(r0[j]) + float64(r1[j])) + (float64(r2[j]) + float64(r3[j]))
	}
}
