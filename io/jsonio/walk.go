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

	maySkip bool // this pass may check values without noting them, once the record is lost
	lost    bool // a member has missed its condition: values need only be checked, unless a later member makes up for it
	skipped bool // values were only checked, for that reason
}

// find looks through a record. It returns whether the record counts; then w.found holds the values.
func (w *walker) find(record []byte) (bool, error) {
	w.record, w.skipped = padded(record), false
	ok, err := w.pass(true)
	if ok && w.skipped { // a key came twice, or in another element of an array
		return w.pass(false)
	}
	return ok, err
}

// pass looks through the record once. If it may skip and the record turns out to count, w.skipped tells whether values
// are missing from w.found.
func (w *walker) pass(maySkip bool) (bool, error) {
	w.found, w.met, w.lost, w.maySkip = w.found[:0], 0, false, maySkip
	start := space(w.record, 0)
	end := w.value(start, w.query.root, 0)
	if end < 0 || space(w.record, end) != len(w.record) {
		return false, explain(w.record)
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
		end, value, escaped := key(b, p+1)
		if end < 0 {
			return -1
		}
		if i := w.kid(n, b[p+1:end-1], escaped); i < 0 {
			p = skip(b, value, depth)
		} else {
			kid := n.kids[i]
			if seen&(1<<i) != 0 {
				if kid.onPath {
					w.found = w.found[:found]
				}
				w.met = w.met&^kid.below | met&kid.below
			}
			seen |= 1 << i
			p = w.member(value, kid, depth)
		}
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

// member walks the value at p of a member that stands at n.
func (w *walker) member(p int, n *node, depth int) int {
	b := w.record
	if p >= len(b) {
		return -1
	}
	if n.below == 0 {
		if w.lost {
			w.skipped = true
			return skip(b, p, depth)
		}
		if len(n.kids) == 0 && b[p] != '[' && b[p] != 'n' { // what value does, without its cases
			end := skip(b, p, depth)
			w.found = append(w.found, span{p, end})
			return end
		}
	}
	end := w.value(p, n, depth)
	if w.maySkip && !n.onPath && (w.met^w.query.holds)&n.below != 0 {
		w.lost = true
	}
	return end
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
