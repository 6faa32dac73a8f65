package kernel

// Sums along an axis that is not the last go row by row: rows are added to a row of plain accumulators, four at a
// time so that these are read and written once every four elements, and in strips of columns so that they stay in the
// first-level cache. Now and then the strip of accumulators is emptied into the results.

// rowStrip is how many columns are reduced together.
const rowStrip = 512

// rowBlock is how many rows of floats are summed in plain float64.
const rowBlock = 32

// SumFloatAxis adds to dst[o*inner+j] the sum of a[o, :, j], for a of shape (outer, n, inner).
func SumFloatAxis[T Float](dst []Sum, a []T, outer, n, inner int) {
	var scratch [rowStrip]float64
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(SumFloat(block))
			continue
		}
		for lo := 0; lo < inner && n > 0; lo += rowStrip {
			hi := min(lo+rowStrip, inner)
			sumStrip(acc[lo:hi], block[lo:], n, inner, scratch[:hi-lo])
		}
	}
}

// sumStrip adds to dst the columns of n rows that begin at a[0], a[stride], …
func sumStrip[T Float](dst []Sum, a []T, n, stride int, acc []float64) {
	ahead := readsAhead[T](stride)
	for i := 0; i < n; i += rowBlock {
		end, k := min(i+rowBlock, n), i
		clear(acc)
		for ; k+4 <= end; k += 4 {
			if ahead {
				readAhead(a, k+4, stride)
			}
			addRows4(acc, a[k*stride:], a[(k+1)*stride:], a[(k+2)*stride:], a[(k+3)*stride:])
		}
		for ; k < end; k++ {
			addRow(acc, a[k*stride:])
		}
		for j, v := range acc {
			dst[j].add(v)
		}
	}
}

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

// SumIntAxis adds to dst[o*inner+j] the sum of a[o, :, j], for a of shape (outer, n, inner).
func SumIntAxis[T Int](dst []IntSum, a []T, outer, n, inner int) {
	var wraps [rowStrip]uint64
	var highs [rowStrip]int64
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(SumInt(block))
			continue
		}
		for lo := 0; lo < inner && n > 0; lo += rowStrip {
			hi := min(lo+rowStrip, inner)
			if sizeOf[T]() <= 4 {
				narrowStrip(acc[lo:hi], block[lo:], n, inner, wraps[:hi-lo])
			} else {
				wideStrip(acc[lo:hi], block[lo:], n, inner, wraps[:hi-lo], highs[:hi-lo])
			}
		}
	}
}

// narrowStrip adds to dst the columns of n rows that begin at a[0], a[stride], …, in one 64-bit word each. A chunk
// has fewer than intRun rows.
func narrowStrip[T Int](dst []IntSum, a []T, n, stride int, w []uint64) {
	clear(w)
	i, ahead := 0, readsAhead[T](stride)
	for ; i+4 <= n; i += 4 {
		if ahead {
			readAhead(a, i+4, stride)
		}
		narrowRows4(w, a[i*stride:], a[(i+1)*stride:], a[(i+2)*stride:], a[(i+3)*stride:])
	}
	for ; i < n; i++ {
		row := a[i*stride:][:len(w)]
		for j, v := range row {
			w[j] += uint64(v)
		}
	}
	for j, v := range w {
		dst[j].Merge(IntSum{hi: int64(v) >> 63, lo: v})
	}
}

func narrowRows4[T Int](w []uint64, r0, r1, r2, r3 []T) {
	n := len(w)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for j := range w {
		w[j] += uint64(r0[j]) + uint64(r1[j]) + uint64(r2[j]) + uint64(r3[j])
	}
}

// wideStrip is narrowStrip for elements of 64 bits, by the method of sumWide.
func wideStrip[T Int](dst []IntSum, a []T, n, stride int, w []uint64, h []int64) {
	clear(w)
	clear(h)
	i, ahead := 0, readsAhead[T](stride)
	for ; i+4 <= n; i += 4 {
		if ahead {
			readAhead(a, i+4, stride)
		}
		wideRows4(w, h, a[i*stride:], a[(i+1)*stride:], a[(i+2)*stride:], a[(i+3)*stride:])
	}
	for ; i < n; i++ {
		row := a[i*stride:][:len(w)]
		for j, v := range row {
			w[j] += uint64(v)
			h[j] += upper(v)
		}
	}
	for j := range dst {
		dst[j].addHalves(h[j], w[j])
	}
}

func wideRows4[T Int](w []uint64, h []int64, r0, r1, r2, r3 []T) {
	n := len(w)
	h, r0, r1, r2, r3 = h[:n], r0[:n], r1[:n], r2[:n], r3[:n]
	for j := range w {
		v0, v1, v2, v3 := r0[j], r1[j], r2[j], r3[j]
		w[j] += uint64(v0) + uint64(v1) + uint64(v2) + uint64(v3)
		h[j] += upper(v0) + upper(v1) + upper(v2) + upper(v3)
	}
}
