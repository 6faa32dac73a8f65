package jsonio

import (
	"cmp"
	"slices"
	"sync"

	"github.com/gomagpie/magpie/io/fileio"
)

// RecordError is the error of one bad record. Its Format is "jsonio" and its Record is the line, from 1. Its cause is a
// *json.SyntaxError (offset within the record), a *json.UnmarshalTypeError, a [*ValueError], [ErrUTF8] or
// fileio.ErrLineTooLong.
type RecordError = fileio.RecordError

// Option changes how files are read. Later options win.
type Option func(*settings)

type settings struct {
	maxLine     int
	policy      Policy
	counter     *SkipCounter
	replaceUTF8 bool
}

func settle(opts []Option) settings {
	s := settings{maxLine: fileio.DefaultMaxLine}
	for _, o := range opts {
		if o != nil {
			o(&s)
		}
	}
	return s
}

// MaxLine sets the longest line, in bytes. Default: 64 MiB, also for n < 1. A longer one is a bad record; it bounds
// the memory of a worker, whose buffer is 256 KiB until a line needs more.
func MaxLine(n int) Option { return func(s *settings) { s.maxLine = n } }

// ReplaceInvalidUTF8 reads each run of bytes that are not UTF-8 as one U+FFFD. Default: they are an error.
func ReplaceInvalidUTF8() Option { return func(s *settings) { s.replaceUTF8 = true } }

// Policy says what a bad record does.
type Policy int

const (
	Fail Policy = iota // the computation fails
	Skip               // the record is left out, whole
)

// OnError sets what a bad record does. Default: Fail.
func OnError(p Policy) Option { return func(s *settings) { s.policy = p } }

// CountSkipped counts in c the records that OnError(Skip) leaves out. It has no effect under Fail.
func CountSkipped(c *SkipCounter) Option { return func(s *settings) { s.counter = c } }

// SkipCounter counts records that were left out, and keeps the first errors. The zero value is ready and keeps none;
// one counter may serve several bags. It is safe for concurrent use; do not copy it.
//
// It counts what was read: each pass over a partition adds once, when it ends well, so a bag that is computed twice
// counts twice, and a pass that needs only the first elements counts what it met.
type SkipCounter struct {
	// Keep is how many errors to keep, at most. Set it before use.
	Keep int

	mu   sync.Mutex
	n    int64
	kept []*RecordError // sorted, at most Keep
}

// Count returns the number of records left out.
func (c *SkipCounter) Count() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// Errors returns the first Keep errors by name of file (natural order) and record: the same ones for any number of
// workers.
func (c *SkipCounter) Errors() []*RecordError {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.kept)
}

// add takes over what one pass over a partition has skipped.
func (c *SkipCounter) add(s *skips) {
	if c == nil || s.n == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += s.n
	c.kept = append(c.kept, s.kept...)
	slices.SortStableFunc(c.kept, func(a, b *RecordError) int {
		return cmp.Or(fileio.NaturalCompare(a.Path, b.Path), cmp.Compare(a.Record, b.Record))
	})
	c.kept = c.kept[:min(len(c.kept), c.Keep)]
}

// skips is what one pass over a partition has skipped so far.
type skips struct {
	n    int64
	kept []*RecordError
}

// add notes a record. The errors are kept in order, so those behind the first keep are not among the first of all.
func (s *skips) add(c *SkipCounter, e *RecordError) {
	s.n++
	if c != nil && len(s.kept) < c.Keep {
		s.kept = append(s.kept, e)
	}
}
