package jsonio

import (
	"encoding/json"
	"errors"
)

// span is where a value stands in its record.
type span struct{ start, end int }

// walker finds the values of a query in records. It checks a record and finds in one pass, and allocates nothing once
// its buffers have grown.
type walker struct {
	query   *query
	record  []byte
	found   []span // the values at the query's path, in order
	met     uint64 // the conditions some value has met, as bits
	scratch []byte // for keys and strings with escapes
}

// find looks through a record. It returns whether the record counts; then w.found holds the values.
func (w *walker) find(record []byte) (bool, error) {
	w.record, w.found, w.met = padded(record), w.found[:0], 0
	start := space(w.record, 0)
	end := w.value(start, w.query.root, 0)
	if end < 0 || space(w.record, end) != len(record) {
		return false, explain(record)
	}
	if w.query.whole {
		w.found = append(w.found, span{start, end})
	}
	return w.met == w.query.holds, nil
}

// value walks the value at p, which stands at n, inside depth arrays and objects. It returns the value's end, or -1 if
// it is not valid.
func (w *walker) value(p int, n *node, depth int) int {
	b := w.record
	if p >= len(b) {
		return -1
	}
	var end int
	switch b[p] {
	case '[':
		return w.array(p+1, n, depth+1)
	case '{':
		if len(n.kids) > 0 {
			end = w.object(p+1, n, depth+1)
		} else {
			end = skipObject(b, p+1, depth+1)
		}
	default:
		if end = skip(b, p, depth); end < 0 {
			return -1
		}
		for _, i := range n.conds {
			if w.query.conds[i].equal(b[p:end], &w.scratch) {
				w.met |= 1 << i
			}
		}
	}
	if n.selected && end >= 0 && b[p] != 'n' {
		w.found = append(w.found, span{p, end})
	}
	return end
}

// array walks the elements of the array whose bracket is in front of p. They all stand at n.
func (w *walker) array(p int, n *node, depth int) int {
	b := w.record
	if depth > depthMax {
		return -1
	}
	if p = space(b, p); p < len(b) && b[p] == ']' {
		return p + 1
	}
	for {
		p = w.value(p, n, depth)
		more := false
		if p, more = next(b, p, ']'); !more {
			return p
		}
	}
}

// object walks the members of the object whose brace is in front of p.
//
// Of a key that comes twice the last counts. What the first one brought is taken back then: only one member of an
// object lies on the query's path, and only one on that of each condition, so it is what has been found, and met
// of the conditions below, since the object began.
func (w *walker) object(p int, n *node, depth int) int {
	b := w.record
	if depth > depthMax {
		return -1
	}
	if p = space(b, p); p < len(b) && b[p] == '}' {
		return p + 1
	}
	found, met := len(w.found), w.met
	var seen uint64
	for {
		if p >= len(b) || b[p] != '"' {
			return -1
		}
		end, escaped := text(b, p+1)
		if end < 0 {
			return -1
		}
		i := w.kid(n, b[p+1:end-1], escaped)
		if p = colon(b, end); p < 0 {
			return -1
		}
		if i < 0 {
			p = skip(b, p, depth)
		} else {
			kid := n.kids[i]
			if seen&(1<<i) != 0 {
				if kid.onPath {
					w.found = w.found[:found]
				}
				w.met = w.met&^kid.below | met&kid.below
			}
			seen |= 1 << i
			p = w.value(p, kid, depth)
		}
		more := false
		if p, more = next(b, p, '}'); !more {
			return p
		}
	}
}

// kid returns the index of the kid of n with a key, or -1.
func (w *walker) kid(n *node, key []byte, escaped bool) int {
	if escaped {
		w.scratch = unescape(w.scratch[:0], key)
		key = w.scratch
	}
	for i, k := range n.keys {
		if string(key) == k {
			return i
		}
	}
	return -1
}

// explain returns why a record is not valid JSON. The walk only knows that it is not; encoding/json says it well, and
// time does not matter here.
func explain(record []byte) error {
	var raw json.RawMessage
	if err := json.Unmarshal(record, &raw); err != nil {
		return err
	}
	return errors.New("invalid JSON")
}
