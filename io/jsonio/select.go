package jsonio

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/fileio"
)

// ValueError is the cause of the error of a record that has something at a path that is not what was asked for.
type ValueError struct {
	Path  string // of the query
	Value string // the JSON found there, at most fileio.SnippetBytes of it
	Err   error  // why it is not a number, if it looks like one
}

// Error returns `value at "transactions.amount" is not a number: "12,5"`.
func (e *ValueError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("value at %q: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("value at %q is not a number: %s", e.Path, e.Value)
}

// Unwrap returns Err.
func (e *ValueError) Unwrap() error { return e.Err }

// Select returns the bag of the numbers at q.Path in the records that q.Where lets through, in all files that pattern
// matches.
//
// Laziness, order, memory and errors are those of [Lines]; a partition is a file. Cost: records are checked and
// searched in one pass without building them, at several times the speed of decoding. A record without the path gives
// nothing, and neither does null; an empty array gives nothing. Numbers are the nearest float64. Anything else at the
// path, also a number beyond float64, is a bad record, with a [*ValueError] that names path and value; only records
// that pass q.Where are looked at for that. A query that makes no sense is an error kept in the bag.
func Select(pattern string, q Query, opts ...Option) *bag.Bag[float64] {
	return SelectFiles([]string{pattern}, q, opts...)
}

// SelectFiles is Select for several patterns or names, read in the order given.
func SelectFiles(patterns []string, q Query, opts ...Option) *bag.Bag[float64] {
	return search(patterns, q, opts, func(w *walker) extract[float64] {
		var values []float64 // all of a record before any is given, so that a bad one gives none
		return func(record []byte, yield func(float64) bool) (bool, error) {
			values = values[:0]
			if ok, err := w.find(record); !ok {
				return true, err
			}
			for _, s := range w.found {
				raw := w.record[s.start:s.end]
				if raw[0] == 'n' {
					continue
				}
				v, err := w.query.float(raw)
				if err != nil {
					return true, err
				}
				values = append(values, v)
			}
			for _, v := range values {
				if !yield(v) {
					return false, nil
				}
			}
			return true, nil
		}
	})
}

// float returns the number that raw, a value found by q, is.
func (q *query) float(raw []byte) (float64, error) {
	if raw[0] != '-' && raw[0]-'0' > 9 {
		return 0, &ValueError{Path: q.path, Value: fileio.Snip(raw)}
	}
	v, err := parseFloat(raw)
	if err != nil {
		return 0, &ValueError{Path: q.path, Value: fileio.Snip(raw), Err: err}
	}
	return v, nil
}

// SelectRaw is Select for values of any kind: it gives the JSON of each, a copy, as it stands in the record. Null is
// left out, as in Select, but for the empty path, which gives every record.
func SelectRaw(pattern string, q Query, opts ...Option) *bag.Bag[json.RawMessage] {
	return SelectRawFiles([]string{pattern}, q, opts...)
}

// SelectRawFiles is SelectRaw for several patterns or names, read in the order given.
func SelectRawFiles(patterns []string, q Query, opts ...Option) *bag.Bag[json.RawMessage] {
	return search(patterns, q, opts, func(w *walker) extract[json.RawMessage] {
		return func(record []byte, yield func(json.RawMessage) bool) (bool, error) {
			if ok, err := w.find(record); !ok {
				return true, err
			}
			for _, s := range w.found {
				if !yield(bytes.Clone(w.record[s.start:s.end])) {
					return false, nil
				}
			}
			return true, nil
		}
	})
}

// Matches returns one empty element for each value that SelectRaw would give: what to count when only the number of
// values matters.
func Matches(pattern string, q Query, opts ...Option) *bag.Bag[struct{}] {
	return MatchesFiles([]string{pattern}, q, opts...)
}

// MatchesFiles is Matches for several patterns or names, read in the order given.
func MatchesFiles(patterns []string, q Query, opts ...Option) *bag.Bag[struct{}] {
	return search(patterns, q, opts, func(w *walker) extract[struct{}] {
		return func(record []byte, yield func(struct{}) bool) (bool, error) {
			if ok, err := w.find(record); !ok {
				return true, err
			}
			for range w.found {
				if !yield(struct{}{}) {
					return false, nil
				}
			}
			return true, nil
		}
	})
}

// search returns the bag of what take makes of each record in which a walker has the query's values found.
func search[T any](patterns []string, q Query, opts []Option, take func(*walker) extract[T]) *bag.Bag[T] {
	compiled, err := compile(q)
	if err != nil {
		return bag.Fail[T](err)
	}
	return open(patterns, opts, func() extract[T] { return take(&walker{query: compiled}) })
}
