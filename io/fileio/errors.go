package fileio

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// FileError says where in which file reading went wrong. A file that ends too early wraps io.ErrUnexpectedEOF, a
// missing one fs.ErrNotExist, a cancelled read the context's cause.
type FileError struct {
	Op         string // "open" or "read"
	Path       string // as given to Open; "-" is standard input
	Offset     int64  // decompressed bytes delivered before the error
	Compressed int64  // bytes of the file consumed, at most one buffer ahead of the damage; -1 if it is not compressed
	Err        error
}

// Error returns "fileio: read data/a.json.gz: at byte 884211 (compressed 91200): unexpected EOF".
func (e *FileError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "fileio: %s %s: ", e.Op, display(e.Path))
	if e.Op != "open" {
		fmt.Fprintf(&b, "at byte %d", e.Offset)
		if e.Compressed >= 0 {
			fmt.Fprintf(&b, " (compressed %d)", e.Compressed)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// openError makes a FileError of what os.Open or os.Stat returned; the path that a *fs.PathError repeats is dropped.
func openError(path string, err error) *FileError {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &FileError{Op: "open", Path: path, Compressed: -1, Err: err}
}

// NoMatchError is the error of a pattern that matches no file. It is an fs.ErrNotExist.
type NoMatchError struct {
	Pattern string
	Dir     string // the current directory if the pattern is relative to it, else ""
}

// Error returns `fileio: no file matches "data/a.*.gz" in /home/me`.
func (e *NoMatchError) Error() string {
	if e.Dir == "" {
		return fmt.Sprintf("fileio: no file matches %q", e.Pattern)
	}
	return fmt.Sprintf("fileio: no file matches %q in %s", e.Pattern, e.Dir)
}

// Is reports whether target is fs.ErrNotExist.
func (e *NoMatchError) Is(target error) bool { return target == fs.ErrNotExist }

// RecordError says which record of which file is bad. The packages of formats return it for every record that they
// cannot use.
type RecordError struct {
	Format  string // the package that read the record, as "jsonio"
	Path    string // as given to Open; "-" is standard input
	Record  int64  // the record's number from 1; in formats of one record a line, the line's
	Offset  int64  // where the record starts, in decompressed bytes from the start of the file
	Snippet string // the record's first bytes, at most SnippetBytes
	Err     error
}

// SnippetBytes bounds RecordError.Snippet.
const SnippetBytes = 80

// Error returns `jsonio: data/a.json.gz: record 3301 (offset 884211): invalid character 'x' …: near "{x}"`.
func (e *RecordError) Error() string {
	s := fmt.Sprintf("%s: %s: record %d (offset %d): %v", e.Format, display(e.Path), e.Record, e.Offset, e.Err)
	if e.Snippet != "" {
		s += fmt.Sprintf(": near %q", e.Snippet)
	}
	return s
}

// Unwrap returns the cause.
func (e *RecordError) Unwrap() error { return e.Err }

// Snip returns the first SnippetBytes bytes of a record, as a copy.
func Snip(record []byte) string { return string(record[:min(len(record), SnippetBytes)]) }

// display returns the name of a file for people.
func display(path string) string {
	if path == Stdin {
		return "standard input"
	}
	return path
}
