package jsonio

import (
	"encoding/binary"
	"math/bits"
)

// The functions of this file check JSON without building anything. Each takes the record and where something starts,
// and returns where it ends, or -1 if it is not valid JSON. They look at eight bytes at once, up to seven behind the
// end of the record: the record's capacity must allow that, and what stands there does not matter.
//
// Together they accept what encoding/json accepts, which the fuzz tests hold them to. UTF-8 is checked before, a
// record at once, which costs a tenth of doing it here.

// depthMax is how deep arrays and objects may nest, the limit of encoding/json.
const depthMax = 10_000

const (
	ones  = 0x0101010101010101 // 1 in each byte of a word
	highs = 0x8080808080808080 // the high bit of each byte
)

// load returns the eight bytes at p, of which those behind len(b) are arbitrary.
func load(b []byte, p int) uint64 { return binary.LittleEndian.Uint64(b[p : p+8]) }

// skip returns the end of the value at p, inside depth arrays and objects. It is -1 if p is.
func skip(b []byte, p, depth int) int {
	if uint(p) >= uint(len(b)) { // also if p is -1
		return -1
	}
	if b[p]-'1' < 9 { // the most common value first, and without calls
		if p = digits(b, p+1); p < len(b) && (b[p] == '.' || b[p]|0x20 == 'e') {
			return fraction(b, p)
		}
		return p
	}
	switch b[p] {
	case '"':
		end, _ := text(b, p+1)
		return end
	case '{':
		return skipObject(b, p+1, depth+1)
	case '[':
		return skipArray(b, p+1, depth+1)
	case 't':
		return literal(b, p, "true")
	case 'f':
		return literal(b, p, "false")
	case 'n':
		return literal(b, p, "null")
	}
	return number(b, p)
}

// skipObject returns the end of the object whose brace is in front of p.
func skipObject(b []byte, p, depth int) int {
	if depth > depthMax {
		return -1
	}
	if p = space(b, p); p < len(b) && b[p] == '}' {
		return p + 1
	}
	for {
		if p >= len(b) || b[p] != '"' {
			return -1
		}
		_, p, _ = key(b, p+1)
		p = skip(b, p, depth)
		if tight(b, p) {
			p += 2
			continue
		}
		more := false
		if p, more = next(b, p, '}'); !more {
			return p
		}
	}
}

// skipArray returns the end of the array whose bracket is in front of p.
func skipArray(b []byte, p, depth int) int {
	if depth > depthMax {
		return -1
	}
	if p = space(b, p); p < len(b) && b[p] == ']' {
		return p + 1
	}
	for {
		p = skip(b, p, depth)
		if tight(b, p) {
			p += 2
			continue
		}
		more := false
		if p, more = next(b, p, ']'); !more {
			return p
		}
	}
}

// key returns the end of the key whose quote is in front of p, where the value behind it starts, and whether the key has
// escapes. Both places are -1 if there is no valid key and colon.
func key(b []byte, p int) (end, value int, escaped bool) {
	end, escaped = text(b, p)
	if end < 0 {
		return -1, -1, escaped
	}
	if p = end; p >= len(b) || b[p] != ':' {
		if p = spaces(b, p); p >= len(b) || b[p] != ':' {
			return -1, -1, escaped
		}
	}
	p++
	if p < len(b) && b[p] == ' ' { // as Python writes it
		p++
	}
	return end, space(b, p), escaped
}

// tight reports whether a comma, a space and something else stand at p, as Python writes them: then the next member
// starts at p+2. It is the common case of next, small enough to be inlined.
func tight(b []byte, p int) bool {
	return p >= 0 && p+2 < len(b) && b[p] == ',' && b[p+1] == ' ' && b[p+2] > ' '
}

// next decides what follows a member or element that ends at p: after a comma it returns the start of the next one
// and true, after the closing byte the end of the whole and false, else -1 and false, also if p is -1.
func next(b []byte, p int, closing byte) (int, bool) {
	if p < 0 {
		return -1, false
	}
	if p = space(b, p); p >= len(b) {
		return -1, false
	}
	if b[p] == ',' {
		return space(b, p+1), true
	}
	if b[p] == closing {
		return p + 1, false
	}
	return -1, false
}

// space returns the first place from p on that is no white space. It is short enough to be inlined.
func space(b []byte, p int) int {
	if p < len(b) && b[p] > ' ' {
		return p
	}
	return spaces(b, p)
}

func spaces(b []byte, p int) int {
	for p < len(b) && (b[p] == ' ' || b[p] == '\t' || b[p] == '\n' || b[p] == '\r') {
		p++
	}
	return p
}

func literal(b []byte, p int, word string) int {
	if len(b)-p < len(word) || string(b[p:p+len(word)]) != word {
		return -1
	}
	return p + len(word)
}

// text returns the end of the string whose quote is in front of p, and whether it has escapes.
func text(b []byte, p int) (end int, escaped bool) {
	for p < len(b) {
		// A byte's high bit is set in m if it is a quote, a backslash or a control character; a borrow can set it in bytes
		// behind the first such byte too, and only the first counts.
		w := load(b, p)
		quote, slash := w^ones*'"', w^ones*'\\'
		m := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w) & highs
		if m == 0 {
			p += 8
			continue
		}
		p += bits.TrailingZeros64(m) >> 3
		if p >= len(b) {
			return -1, escaped
		}
		switch b[p] {
		case '"':
			return p + 1, escaped
		case '\\':
			escaped = true
			if p = escape(b, p+1); p < 0 {
				return -1, true
			}
		default:
			return -1, escaped
		}
	}
	return -1, escaped
}

// escape returns the end of the escape whose backslash is in front of p.
func escape(b []byte, p int) int {
	if p >= len(b) {
		return -1
	}
	switch b[p] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return p + 1
	case 'u':
		if len(b)-p < 5 || hex4(b[p+1:]) < 0 {
			return -1
		}
		return p + 5
	}
	return -1
}

// number returns the end of the number at p.
func number(b []byte, p int) int {
	if b[p] == '-' {
		p++
	}
	if p >= len(b) || b[p]-'0' > 9 {
		return -1
	}
	if b[p] == '0' {
		return fraction(b, p+1)
	}
	return fraction(b, digits(b, p+1))
}

// fraction returns the end of the fraction and exponent that may stand at p.
func fraction(b []byte, p int) int {
	if p >= len(b) || b[p] != '.' && b[p]|0x20 != 'e' {
		return p
	}
	if b[p] == '.' {
		end := digits(b, p+1)
		if end == p+1 {
			return -1
		}
		p = end
	}
	if p < len(b) && b[p]|0x20 == 'e' {
		p++
		if p < len(b) && (b[p] == '+' || b[p] == '-') {
			p++
		}
		end := digits(b, p)
		if end == p {
			return -1
		}
		p = end
	}
	return p
}

// digits returns the first place from p on that is no decimal digit.
func digits(b []byte, p int) int {
	for p < len(b) {
		x := load(b, p) ^ ones*'0' // a digit becomes its value
		if m := (x + ones*(0x7f-9) | x) & highs; m != 0 {
			return min(p+bits.TrailingZeros64(m)>>3, len(b))
		}
		p += 8
	}
	return len(b)
}
