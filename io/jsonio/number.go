package jsonio

import "strconv"

// tens are the powers of ten that a float64 holds exactly.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// mantissaDigits is how many decimal digits always fit into the 53 bits of a float64's mantissa.
const mantissaDigits = 15

// parseFloat returns the float64 nearest to a valid JSON number. It fails if that is infinite.
//
// With few digits, mantissa and power of ten are both exact and one division rounds correctly (Clinger 1990, "How to
// read floating point numbers accurately"); everything else is strconv's.
func parseFloat(b []byte) (float64, error) {
	rest := b
	if rest[0] == '-' {
		rest = rest[1:]
	}
	if len(rest) <= 8 && cap(rest) >= 8 {
		if v, ok := parseShort(rest); ok {
			if len(rest) < len(b) {
				return -float64(v), nil // -0 too
			}
			return float64(v), nil
		}
	}
	var m uint64
	n, scale, point := 0, 0, false
	for _, c := range rest {
		switch {
		case c-'0' <= 9:
			m = m*10 + uint64(c-'0')
			n++
			if point {
				scale++
			}
		case c == '.':
			point = true
		default:
			n = mantissaDigits + 1 // an exponent
		}
	}
	if n > mantissaDigits {
		return strconv.ParseFloat(string(b), 64)
	}
	f := float64(m) / tens[scale]
	if len(rest) < len(b) {
		f = -f
	}
	return f, nil
}

// parseShort returns the value of one to eight digits, all at once, and false if b holds anything else. b must have a
// capacity of eight. The arithmetic adds neighbours, then pairs of neighbours, then fours (Johnny Lee, "Fast numeric
// string to int", 2016; in simdjson as parse_eight_digits_unrolled).
func parseShort(b []byte) (uint64, bool) {
	x := (load(b, 0) ^ ones*'0') << (8 * (8 - len(b))) // the missing leading digits become 0, what stands behind b goes
	if (x+ones*(0x7f-9)|x)&highs != 0 {
		return 0, false
	}
	x = x*10 + x>>8
	const pairs = 0x000000ff000000ff
	return ((x&pairs)*(100+1_000_000<<32) + (x>>16&pairs)*(1+10_000<<32)) >> 32, true
}
