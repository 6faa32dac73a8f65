package jsonio

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Query says what to take out of records.
type Query struct {
	// Path names the values as keys with dots between them: "a.b" is the value of key "b" in the value of key "a". An
	// array on the way or at the end stands for all its elements, at any depth. A backslash takes the byte behind it as
	// it is, as in `example\.com`. Keys match exactly. The empty path is the record itself, as it is.
	Path string

	// Where lists what must hold of a record for its values to count; all of it must.
	Where []Cond
}

// Cond is a condition on a record: some value at Path equals Value, or, with Not, none does.
//
// Value is compared as the kind of the value that it meets: with a string as text; with a number as a number, so that
// 1e3 equals 1000 (integers by their digits, without the rounding of float64); with true, false and null as the word.
// Arrays stand for their elements, as in Query, and objects equal nothing. Where there is no value, nothing equals.
type Cond struct {
	Path  string
	Not   bool
	Value string
}

// ParseCond reads a condition as written on a command line: "name=Alice", "payload.size!=0". The path ends at the
// first "=" without a backslash in front; all behind it is the value, as it is.
func ParseCond(s string) (Cond, error) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '=':
			path, not := strings.CutSuffix(s[:i], "!")
			c := Cond{path, not, s[i+1:]}
			if _, err := c.keys(); err != nil {
				return Cond{}, err
			}
			return c, nil
		}
	}
	return Cond{}, fmt.Errorf("jsonio: condition %q: it must be path=value or path!=value", s)
}

// String returns the condition as ParseCond reads it.
func (c Cond) String() string {
	if c.Not {
		return c.Path + "!=" + c.Value
	}
	return c.Path + "=" + c.Value
}

// keys returns the keys of the condition's path.
func (c Cond) keys() ([]string, error) {
	keys, err := splitPath(c.Path)
	if err == nil && len(keys) == 0 {
		err = errors.New("the path is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("jsonio: condition %q: %w", c.String(), err)
	}
	return keys, nil
}

// splitPath returns the keys of a path.
func splitPath(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	var keys []string
	var key []byte
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '.':
			keys = append(keys, string(key))
			key = key[:0]
		case c == '\\' && i+1 < len(path):
			i++
			key = append(key, path[i])
		case c == '\\':
			return nil, errors.New("the path ends in a backslash")
		default:
			key = append(key, c)
		}
	}
	keys = append(keys, string(key))
	if slices.Contains(keys, "") {
		return nil, errors.New("the path has an empty key")
	}
	return keys, nil
}

// query is a Query made ready: the keys of all its paths as one tree, which a walk over a record goes along.
type query struct {
	path  string
	root  *node
	whole bool // the path is empty: the record itself is the value
	conds []cond
	holds uint64 // the conditions that must have been met for the record to count; the others must not
}

// node is a place in a record that paths lead to.
type node struct {
	keys     []string
	kids     []*node // by key
	selected bool    // the query's path ends here
	onPath   bool    // the query's path comes by or ends here
	conds    []int   // the conditions whose paths end here
	below    uint64  // the conditions whose paths come by or end here, as bits
}

// condsMax is how many conditions fit the bits of a word. A node then has at most as many kids and one more.
const condsMax = 63

// compile makes a query ready.
func compile(q Query) (*query, error) {
	if len(q.Where) > condsMax {
		return nil, fmt.Errorf("jsonio: %d conditions: at most %d are possible", len(q.Where), condsMax)
	}
	keys, err := splitPath(q.Path)
	if err != nil {
		return nil, fmt.Errorf("jsonio: path %q: %w", q.Path, err)
	}
	c := &query{path: q.Path, root: &node{}, whole: len(keys) == 0}
	if !c.whole {
		c.root.walk(keys, func(n *node) { n.onPath = true }).selected = true
	}
	for i, where := range q.Where {
		keys, err := where.keys()
		if err != nil {
			return nil, err
		}
		end := c.root.walk(keys, func(n *node) { n.below |= 1 << i })
		end.conds = append(end.conds, i)
		c.conds = append(c.conds, newCond(where.Value))
		if !where.Not {
			c.holds |= 1 << i
		}
	}
	return c, nil
}

// walk makes the nodes along keys where there are none, marks them, and returns the last.
func (n *node) walk(keys []string, mark func(*node)) *node {
	mark(n)
	for _, key := range keys {
		i := slices.Index(n.keys, key)
		if i < 0 {
			i = len(n.keys)
			n.keys = append(n.keys, key)
			n.kids = append(n.kids, &node{})
		}
		n = n.kids[i]
		mark(n)
	}
	return n
}
