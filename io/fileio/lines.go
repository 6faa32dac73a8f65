package fileio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	// DefaultMaxLine is the longest line that NewLines takes if it is not told otherwise, in bytes.
	DefaultMaxLine = 64 << 20

	// LinePad is how many bytes behind a line of Lines can be read (they are within its capacity), though they mean
	// nothing. Scanners that load words need no special case for the end of a line.
	LinePad = 64

	lineBlock = 256 << 10 // the size of the buffer until a line needs more
)

// ErrLineTooLong is the cause of the error of a line above the limit.
var ErrLineTooLong = errors.New("line too long")

// Lines cuts a stream into lines. The buffer holds 256 KiB and grows only for a longer line.
type Lines struct {
	in      io.Reader
	buf     []byte // data is in buf[:end]; buf keeps LinePad bytes behind the room for data
	start   int    // where the next line starts
	end     int
	max     int
	line    int64 // number of the last line given, from 1
	offset  int64 // where in the stream the last line given starts
	next    int64 // where in the stream buf[start] is
	long    bool  // inside a line that was too long, whose rest is to be dropped
	started bool
	err     error // of the stream, io.EOF included
}

// NewLines returns the lines of r. A line longer than max bytes is an error; max < 1 means DefaultMaxLine.
func NewLines(r io.Reader, max int) *Lines {
	if max < 1 {
		max = DefaultMaxLine
	}
	return &Lines{in: r, buf: make([]byte, lineBlock+LinePad), max: max}
}

// Next returns the next line without its end, LF or CR LF; the last line needs none. A UTF-8 byte order mark at the
// start of the stream is dropped. The bytes are valid until the next call.
//
// After the last line the error is io.EOF, and any error of the stream comes as it is, after the lines in front of
// it; a line that the error cut off is not given. A line above the limit gives ErrLineTooLong, wrapped, and the first
// bytes of the line; the call after that goes on with the line behind it.
func (l *Lines) Next() ([]byte, error) {
	if l.long {
		if err := l.dropLine(); err != nil {
			return nil, err
		}
	}
	seen := 0 // bytes of this line known to hold no LF
	for {
		if !l.started && (l.end >= len(utf8BOM) || l.err != nil) {
			l.dropBOM()
		}
		if l.started {
			data := l.buf[l.start:l.end]
			if i := bytes.IndexByte(data[seen:], '\n'); i >= 0 {
				return l.take(seen+i, 1)
			}
			if seen = len(data); seen > l.max {
				return l.tooLong(data)
			}
		}
		if l.err == io.EOF && l.start < l.end {
			return l.take(l.end-l.start, 0)
		}
		if l.err != nil {
			return nil, l.err
		}
		l.fill()
	}
}

// take gives the line of n bytes at start, whose end takes skip bytes more.
func (l *Lines) take(n, skip int) ([]byte, error) {
	line := l.buf[l.start : l.start+n]
	if n > l.max {
		l.long = true // the rest to be dropped is found again from here, which is rare
		return l.tooLong(line)
	}
	l.line++
	l.offset = l.next
	l.start += n + skip
	l.next += int64(n + skip)
	if n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, nil
}

func (l *Lines) tooLong(head []byte) ([]byte, error) {
	l.line++
	l.offset = l.next
	l.long = true
	return head[:min(len(head), SnippetBytes)], fmt.Errorf("%w: more than %d bytes", ErrLineTooLong, l.max)
}

// dropLine drops the rest of a line that was too long, with its end.
func (l *Lines) dropLine() error {
	for {
		i := bytes.IndexByte(l.buf[l.start:l.end], '\n')
		if i >= 0 {
			l.next += int64(i + 1)
			l.start += i + 1
			l.long = false
			return nil
		}
		l.next += int64(l.end - l.start)
		l.start, l.end = 0, 0
		if l.err != nil {
			return l.err
		}
		l.fill()
	}
}

const utf8BOM = "\xef\xbb\xbf"

func (l *Lines) dropBOM() {
	l.started = true
	if bytes.HasPrefix(l.buf[:l.end], []byte(utf8BOM)) {
		l.start, l.next = len(utf8BOM), int64(len(utf8BOM))
	}
}

// fill reads more, behind the unfinished line at start, which moves to the front of a buffer with room.
func (l *Lines) fill() {
	room := len(l.buf) - LinePad
	switch {
	case l.start > 0:
		copy(l.buf, l.buf[l.start:l.end])
		l.start, l.end = 0, l.end-l.start
	case l.end == room:
		buf := make([]byte, min(2*room, l.max+lineBlock)+LinePad)
		copy(buf, l.buf[:l.end])
		l.buf = buf
		room = len(buf) - LinePad
	}
	for range emptyReadsMax {
		n, err := l.in.Read(l.buf[l.end:room])
		l.end += n
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}

// emptyReadsMax is how many reads in a row may give neither bytes nor an error, as in bufio.
const emptyReadsMax = 100

// Line returns the number of the last line given, from 1. Every line counts, empty ones too.
func (l *Lines) Line() int64 { return l.line }

// Offset returns where the last line given starts, in bytes from the start of the stream.
func (l *Lines) Offset() int64 { return l.offset }
