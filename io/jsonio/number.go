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
