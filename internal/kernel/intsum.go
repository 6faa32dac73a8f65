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

// addHalves adds the elements whose upper halves sum to high and which sum to wrapped modulo 2^64.
func (s *IntSum) addHalves(high int64, wrapped uint64) {
	s.Merge(IntSum{hi: high >> 32, lo: uint64(high) << 32})
	s.Merge(IntSum{lo: wrapped - uint64(high)<<32})
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
		s.addHalves(sumWide(run))
	}
	return s
}

// sumNarrow sums elements of at most 32 bits in a 64-bit word.
func sumNarrow[T Int](a []T) int64 {
	var s0, s1, s2, s3 int64
	for ; len(a) >= 8; a = a[8:] {
		b := (*[8]T)(a)
		s0 += int64(b[0]) + int64(b[4])
		s1 += int64(b[1]) + int64(b[5])
		s2 += int64(b[2]) + int64(b[6])
		s3 += int64(b[3]) + int64(b[7])
	}
	for _, v := range a {
		s0 += int64(v)
	}
	return s0 + s1 + s2 + s3
}

// sumWide sums elements of 64 bits: the sum of their upper halves, and the sum of the whole modulo 2^64. The sum of
// the lower halves is the second less the first shifted up, and neither half can overflow within intRun elements.
// That costs an addition and a shift more than a wrapping sum; carrying into a second word costs twice as much.
func sumWide[T Int](a []T) (high int64, wrapped uint64) {
	var h0, h1 int64
	var w0, w1 uint64
	for ; len(a) >= 4; a = a[4:] {
		b := (*[4]T)(a)
		w0 += uint64(b[0]) + uint64(b[2])
		h0 += upper(b[0]) + upper(b[2])
		w1 += uint64(b[1]) + uint64(b[3])
		h1 += upper(b[1]) + upper(b[3])
	}
	for _, v := range a {
		w0 += uint64(v)
		h0 += upper(v)
	}
	return h0 + h1, w0 + w1
}

// upper is v without its lower 32 bits, shifted down; the compiler knows the shift.
func upper[T Int](v T) int64 {
	half := 32 // a variable for vet, which thinks of the narrow types that never come here
	return int64(v >> half)
}
