package bag

import (
	"math/big"
	"math/bits"
)

// int128 is a signed integer of 128 bits, in two's complement. No sum of fewer than 2^63 integers overflows it.
type int128 struct {
	hi int64
	lo uint64
}

// add adds the number with the words hi and lo.
func (s *int128) add(lo uint64, hi int64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += hi + int64(carry)
}

// signOf returns the upper word of x as an int128.
func signOf[T Number](x T) int64 {
	if x < 0 {
		return -1
	}
	return 0
}

// float returns the float64 nearest to s, or within one unit in the last place of it beyond 64 bits.
func (s int128) float() float64 {
	if s.hi < 0 {
		neg := int128{^s.hi, ^s.lo}
		neg.add(1, 0)
		return -neg.float()
	}
	return float64(s.hi)*0x1p64 + float64(s.lo)
}

// String returns the decimal digits.
func (s int128) String() string {
	v := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return v.Add(v, new(big.Int).SetUint64(s.lo)).String()
}
