package kernel

// MomentsAxis merges into dst[o*inner+j] the moments of a[o, :, j], for a of shape (outer, n, inner).
func MomentsAxis[T Number](dst []Moments, a []T, outer, n, inner int) {
	var scratch shiftedRows
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(MomentsOf(block))
			continue
		}
		for lo := 0; lo < inner && n > 0; lo += rowStrip {
			hi := min(lo+rowStrip, inner)
			momentsStrip(acc[lo:hi], block[lo:], n, inner, &scratch)
		}
	}
}

// shiftedRows is what shiftedSums keeps, for each column of a strip.
type shiftedRows struct{ near, s, q [rowStrip]float64 }

// momentsBlock is how many rows share a shift in each column: it costs about 20 ns a column to begin another.
const momentsBlock = 256

// momentsStrip merges into dst the columns of n rows that begin at a[0], a[stride], …
func momentsStrip[T Number](dst []Moments, a []T, n, stride int, scratch *shiftedRows) {
	near, s, q := scratch.near[:len(dst)], scratch.s[:len(dst)], scratch.q[:len(dst)]
	for j := range dst {
		near[j] = guessMean(a[j:], n, stride)
	}
	ahead := readsAhead[T](stride)
	for i := 0; i < n; i += momentsBlock {
		end, k := min(i+momentsBlock, n), i
		clear(s)
		clear(q)
		for ; k+4 <= end; k += 4 {
			if ahead {
				readAhead(a, k+4, stride)
			}
			shiftRows4(s, q, near, a[k*stride:], a[(k+1)*stride:], a[(k+2)*stride:], a[(k+3)*stride:])
		}
		for ; k < end; k++ {
			shiftRow(s, q, near, a[k*stride:])
		}
		for j := range dst {
			m, ok := fromShifted(int64(end-i), near[j], s[j], q[j])
			if !ok {
				m = columnMoments(a[i*stride+j:], end-i, stride, shiftFor[T](m.Mean))
			}
			dst[j].Merge(m)
			near[j] = shiftFor[T](m.Mean)
		}
	}
}

func shiftRow[T Number](s, q, near []float64, r []T) {
	n := len(s)
	q, near, r = q[:n], near[:n], r[:n]
	for j := range s {
		d := float64(r[j]) - near[j]
		s[j] += d
		q[j] += float64(d * d)
	}
}

func shiftRows4[T Number](s, q, near []float64, r0, r1, r2, r3 []T) {
	n := len(s)
	q, near, r0, r1, r2, r3 = q[:n], near[:n], r0[:n], r1[:n], r2[:n], r3[:n]
	for j := range s {
		c := near[j]
		d0, d1, d2, d3 := float64(r0[j])-c, float64(r1[j])-c, float64(r2[j])-c, float64(r3[j])-c
		s[j] += (d0 + d1) + (d2 + d3)
		q[j] += (float64(d0*d0) + float64(d1*d1)) + (float64(d2*d2) + float64(d3*d3))
	}
}

// columnMoments is tileMoments for n elements stride apart, with a shift that is good.
func columnMoments[T Number](a []T, n, stride int, near float64) Moments {
	var s, q float64
	for i := range n {
		d := float64(a[i*stride]) - near
		s += d
		q += float64(d * d)
	}
	m, _ := fromShifted(int64(n), near, s, q)
	return m
}
