package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
)

// IntSum is an exact sum of integers, 128 bits in two's complement. The zero IntSum is the empty sum, 0. It cannot
// overflow in practice: that takes 2^63 of the largest elements.
type IntSum struct {
	hi int64
	lo uint64
}

// Merge adds the sum o.
func (s *IntSum) Merge(o IntSum) {
	lo, carry := bits.Add64(s.lo, o.lo, 0)
	s.lo, s.hi = lo, s.hi+o.hi+int64(carry)
}

// addSplit adds high*2^32 + low.
func (s *IntSum) addSplit(high int64, low uint64) {
	s.Merge(IntSum{hi: high >> 32, lo: uint64(high) << 32})
	s.Merge(IntSum{lo: low})
}

// Big returns the sum as a big integer.
func (s IntSum) Big() *big.Int {
	b := big.NewInt(s.hi)
	b.Lsh(b, 64)
	return b.Add(b, new(big.Int).SetUint64(s.lo))
}

// String returns the sum in decimal.
func (s IntSum) String() string { return s.Big().String() }

// Float64 returns the sum rounded to the nearest float64, halves to even.
func (s IntSum) Float64() float64 {
	hi, lo, sign := uint64(s.hi), s.lo, 1.0
	if s.hi < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
		sign = -1
	}
	if hi == 0 {
		return sign * float64(lo)
	}
	// Bring the leading one to the top of a word; what falls below it only matters as "not zero", in the last bit.
	n := uint(bits.LeadingZeros64(hi))
	top := hi<<n | lo>>(64-n)
	if lo<<n != 0 {
		top |= 1
	}
	return sign * math.Ldexp(float64(top), 64-int(n))
}

// OverflowError reports an integer sum that does not fit its element type. It is an ErrOverflow.
type OverflowError struct {
	Sum  IntSum // the exact value
	Type string // the type that it does not fit
}

// Error returns what did not fit.
func (e *OverflowError) Error() string {
	return fmt.Sprintf("kernel: %v overflows %s", e.Sum, e.Type)
}

// Is reports whether target is ErrOverflow.
func (e *OverflowError) Is(target error) bool { return target == ErrOverflow }

// IntSumTo returns s as a T, or an *OverflowError with the exact value if it does not fit.
func IntSumTo[T Int](s IntSum) (T, error) {
	v := T(s.lo)
	back := IntSum{lo: uint64(v)}
	if v < 0 {
		back.hi = -1
	}
	if back != s {
		return 0, &OverflowError{Sum: s, Type: fmt.Sprintf("%T", v)}
	}
	return v, nil
}

// intRun is how many elements the loops below may add before their 64-bit words could overflow; at 32 bits an element
// it would be 2^31.
const intRun = 1 << 30

// SumInt returns the sum of a, exactly.
func SumInt[T Int](a []T) IntSum {
	var s IntSum
	for len(a) > 0 {
		run := a[:min(len(a), intRun)]
		a = a[len(run):]
		if sizeOf[T]() <= 4 {
			v := sumNarrow(run)
			s.Merge(IntSum{hi: v >> 63, lo: uint64(v)})
			continue
		}
		high, wrapped := sumWide(run)
		s.addSplit(high, wrapped-uint64(high)<<32)
	}
	return s
}

// sumNarrow sums elements of at most 32 bits in a 64-bit word.
func sumNarrow[T Int](a []T) int64 {
	var s0, s1, s2, s3 int64
	for ; len(a) >= 4; a = a[4:] {
		s0 += int64(a[0])
		s1 += int64(a[1])
		s2 += int64(a[2])
		s3 += int64(a[3])
	}
	for _, v := range a {
		s0 += int64(v)
	}
	return s0 + s1 + s2 + s3
}

// upper is v with its lower 32 bits shifted out; the compiler knows the shift.
func upper[T Int](v T) int64 {
	half := 32 // a variable for vet, which thinks of the narrow types that never come here
	return int64(v >> half)
}

// sumWide sums elements of 64 bits: the sum of their upper halves, and the sum of the whole modulo 2^64. The sum of
// the lower halves is the second less the first shifted up, and neither half can overflow within intRun elements.
// That costs an addition and a shift more than a wrapping sum; carrying into a second word costs twice as much.
func sumWide[T Int](a []T) (high int64, wrapped uint64) {
	var h0, h1, h2, h3 int64
	var w0, w1, w2, w3 uint64
	for ; len(a) >= 4; a = a[4:] {
		w0 += uint64(a[0])
		h0 += upper(a[0])
		w1 += uint64(a[1])
		h1 += upper(a[1])
		w2 += uint64(a[2])
		h2 += upper(a[2])
		w3 += uint64(a[3])
		h3 += upper(a[3])
	}
	for _, v := range a {
		w0 += uint64(v)
		h0 += upper(v)
	}
	return h0 + h1 + h2 + h3, w0 + w1 + w2 + w3
}

// SumIntAxis adds to dst[o*inner+j] the sum of a[o, :, j], for a of shape (outer, n, inner).
func SumIntAxis[T Int](dst []IntSum, a []T, outer, n, inner int) {
	if n == 0 {
		return
	}
	for o := range outer {
		block, acc := a[o*n*inner:(o+1)*n*inner], dst[o*inner:(o+1)*inner]
		if inner == 1 {
			acc[0].Merge(SumInt(block))
			continue
		}
		SumIntRows(acc, block, inner)
	}
}

// SumIntRows adds the rows of a, each of len(dst) == ncols elements, to dst column by column.
func SumIntRows[T Int](dst []IntSum, a []T, ncols int) {
	for lo := 0; lo < ncols; lo += rowStrip {
		hi := min(lo+rowStrip, ncols)
		sumIntStrip(dst[lo:hi], a[lo:], ncols)
	}
}

// sumIntStrip adds to dst the columns of the rows that begin at a[0], a[stride], …; a chunk has fewer than intRun
// rows, since it has fewer elements.
func sumIntStrip[T Int](dst []IntSum, a []T, stride int) {
	var highs [rowStrip]int64
	var wraps [rowStrip]uint64
	n := len(dst)
	high, wrapped := highs[:n], wraps[:n]
	for ; len(a) > 0; a = skip(a, stride) {
		row := a[:n]
		if sizeOf[T]() <= 4 {
			for j, v := range row {
				wrapped[j] += uint64(v)
			}
			continue
		}
		for j, v := range row {
			wrapped[j] += uint64(v)
			high[j] += upper(v)
		}
	}
	for j := range dst {
		if sizeOf[T]() <= 4 {
			high[j] = int64(wrapped[j]) >> 32
		}
		dst[j].addSplit(high[j], wrapped[j]-uint64(high[j])<<32)
	}
}
