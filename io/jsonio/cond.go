package jsonio

import "bytes"

// cond is what a scalar is compared with.
type cond struct {
	text    string
	number  float64
	numeric bool // text is a JSON number
	integer bool // and it is an integer written without exponent, other than -0: equal ones are equal in text
}

func newCond(text string) cond {
	c := cond{text: text}
	raw := padded([]byte(text))
	if len(raw) == 0 || number(raw, 0) != len(raw) {
		return c
	}
	f, err := parseFloat(raw)
	c.number, c.numeric, c.integer = f, err == nil, isInteger(raw)
	return c
}

// equal reports whether a valid scalar equals the condition's value. scratch is for strings with escapes.
func (c *cond) equal(raw []byte, scratch *[]byte) bool {
	switch raw[0] {
	case '"':
		raw = raw[1 : len(raw)-1]
		if bytes.IndexByte(raw, '\\') >= 0 {
			*scratch = unescape((*scratch)[:0], raw)
			raw = *scratch
		}
		return string(raw) == c.text
	case 't', 'f', 'n':
		return string(raw) == c.text
	}
	if !c.numeric {
		return false
	}
	if c.integer && isInteger(raw) {
		return string(raw) == c.text
	}
	f, err := parseFloat(raw)
	return err == nil && f == c.number
}

// isInteger reports whether a valid number has neither fraction nor exponent, and is not -0.
func isInteger(raw []byte) bool {
	for _, c := range raw {
		if c != '-' && c-'0' > 9 {
			return false
		}
	}
	return string(raw) != "-0"
}
