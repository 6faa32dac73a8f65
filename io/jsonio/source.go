package jsonio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/fileio"
)

// ErrUTF8 is the cause of the error of a record with bytes that are not UTF-8.
var ErrUTF8 = errors.New("invalid UTF-8")

// extract makes elements of one record and gives them to yield. It returns false once yield does. The record is valid
// UTF-8, has fileio.LinePad readable bytes behind it and belongs to the caller: elements must not refer to it. An
// error means that no element was given.
type extract[T any] func(record []byte, yield func(T) bool) (bool, error)

// source is the files of a bag. It implements bag.Source.
type source[T any] struct {
	files []string
	settings
	begin func() extract[T] // makes the extract of one pass over a file, which may hold buffers
}

// open returns the bag of the files that the pattern matches.
func open[T any](patterns []string, opts []Option, begin func() extract[T]) *bag.Bag[T] {
	files, err := fileio.Glob(patterns...)
	if err != nil {
		return bag.Fail[T](fmt.Errorf("jsonio: %w", err))
	}
	return bag.FromSource(&source[T]{files, settle(opts), begin})
}

// NumPartitions implements bag.Source.
func (s *source[T]) NumPartitions() int { return len(s.files) }

// Label implements bag.Source.
func (s *source[T]) Label(p int) string { return s.files[p] }

// Scratch implements bag.Scratcher.
func (s *source[T]) Scratch(p int) int64 { return fileio.Buffers(s.files[p]) }

// Each implements bag.Source. The context is polled by the file, every block.
func (s *source[T]) Each(ctx context.Context, p int, yield func(T) bool) error {
	path := s.files[p]
	file, err := fileio.OpenContext(ctx, path)
	if err != nil {
		return fmt.Errorf("jsonio: %w", err)
	}
	defer file.Close() // nothing was written: reading has said all there is to say
	lines := fileio.NewLines(file, s.maxLine)
	take := s.begin()
	var skipped skips
	for more := true; more; {
		line, err := lines.Next()
		switch {
		case err == nil:
			more, err = s.record(line, take, yield)
		case err == io.EOF:
			s.counter.add(&skipped)
			return nil
		case !errors.Is(err, fileio.ErrLineTooLong):
			return fmt.Errorf("jsonio: after record %d: %w", lines.Line(), err)
		}
		if err == nil {
			continue
		}
		bad := &RecordError{Format: "jsonio", Path: path, Record: lines.Line(), Offset: lines.Offset(), Err: err, Snippet: fileio.Snip(line)}
		if s.policy == Fail {
			return bad
		}
		skipped.add(s.counter, bad)
		more = true
	}
	s.counter.add(&skipped)
	return nil
}

// record gives the elements of one line.
func (s *source[T]) record(line []byte, take extract[T], yield func(T) bool) (bool, error) {
	if space(line, 0) == len(line) {
		return true, nil
	}
	if !utf8.Valid(line) {
		if !s.replaceUTF8 {
			return true, fmt.Errorf("%w at byte %d", ErrUTF8, invalidAt(line)+1)
		}
		line = padded(bytes.ToValidUTF8(line, []byte("\ufffd")))
	}
	return take(line, yield)
}

// invalidAt returns the index of the first byte that is not UTF-8.
func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// padded returns b with fileio.LinePad readable bytes behind it.
func padded(b []byte) []byte {
	if cap(b)-len(b) >= fileio.LinePad {
		return b
	}
	return append(make([]byte, 0, len(b)+fileio.LinePad), b...)
}
