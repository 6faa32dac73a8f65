package kernel

// MinAxis sets dst[o*inner+j] to the smallest of a[o, :, j], for a of shape (outer, n, inner) with n at least 1.
// Results of several blocks merge by Minimum, in any order.
func MinAxis[T Number](dst, a []T, outer, n, inner int) {
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0] = Min(block)
			continue
		}
		for lo := 0; lo < inner; lo += rowStrip {
			minStrip(acc[lo:min(lo+rowStrip, inner)], block[lo:], n, inner)
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
		for lo := 0; lo < inner; lo += rowStrip {
			maxStrip(acc[lo:min(lo+rowStrip, inner)], block[lo:], n, inner)
		}
	}
}

// minStrip sets acc to the smallest of the columns of n rows that begin at a[0], a[stride], …
func minStrip[T Number](acc, a []T, n, stride int) {
	copy(acc, a)
	i, ahead := 1, readsAhead[T](stride)
	for ; i+4 <= n; i += 4 {
		if ahead {
			readAhead(a, i+4, stride)
		}
		minRows4(acc, a[i*stride:], a[(i+1)*stride:], a[(i+2)*stride:], a[(i+3)*stride:])
	}
	for ; i < n; i++ {
		Minimum(acc, acc, a[i*stride:])
	}
}

// maxStrip is minStrip, the other way.
func maxStrip[T Number](acc, a []T, n, stride int) {
	copy(acc, a)
	i, ahead := 1, readsAhead[T](stride)
	for ; i+4 <= n; i += 4 {
		if ahead {
			readAhead(a, i+4, stride)
		}
		maxRows4(acc, a[i*stride:], a[(i+1)*stride:], a[(i+2)*stride:], a[(i+3)*stride:])
	}
	for ; i < n; i++ {
		Maximum(acc, acc, a[i*stride:])
	}
}

// The builtins take about 0.7 ns an element here, where nothing waits for them. Skipping rows that change nothing by
// comparisons is no faster on long columns, and twice as slow on short ones, where the branch is not predicted.

func minRows4[T Number](acc, r0, r1, r2, r3 []T) {
	n := len(acc)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for j, m := range acc {
		acc[j] = min(m, min(r0[j], r1[j]), min(r2[j], r3[j]))
	}
}

func maxRows4[T Number](acc, r0, r1, r2, r3 []T) {
	n := len(acc)
	r0, r1, r2, r3 = r0[:n], r1[:n], r2[:n], r3[:n]
	for j, m := range acc {
		acc[j] = max(m, max(r0[j], r1[j]), max(r2[j], r3[j]))
	}
}
