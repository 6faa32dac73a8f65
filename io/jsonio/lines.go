package jsonio

import (
	"encoding/json"

	"github.com/gomagpie/magpie/bag"
)

// Lines returns the bag of the records of all files that pattern matches, each decoded into a T.
//
// Nothing is read until a computation asks; the files are looked up now, and none is an error kept in the bag. Order:
// files in natural order, records as they stand. A partition is a file, so one big file is read by one worker. Memory:
// a buffer of 256 KiB a worker, or of the longest line. Every element is decoded afresh and shares no memory with
// others. Decoding follows the struct tags of encoding/json. Errors: see the package's Errors section.
func Lines[T any](pattern string, opts ...Option) *bag.Bag[T] {
	return open([]string{pattern}, opts, decodeAll[T])
}

// LinesFiles is Lines for several patterns or names, read in the order given.
func LinesFiles[T any](patterns []string, opts ...Option) *bag.Bag[T] {
	return open(patterns, opts, decodeAll[T])
}

// decodeAll begins a pass that decodes every record whole.
func decodeAll[T any]() extract[T] {
	d := newDecoder[T]()
	return func(record []byte, yield func(T) bool) (bool, error) {
		var v T
		if err := d.decode(record, &v); err != nil {
			return true, err
		}
		return yield(v), nil
	}
}

// decoder turns a record into a value. One decoder serves one pass over one file, so it may keep buffers; what it puts
// into a value stays valid when the record does not.
type decoder[T any] interface {
	// decode decodes a record, which is valid UTF-8 and followed by fileio.LinePad readable bytes, into the zero value v.
	decode(record []byte, v *T) error
}

// newDecoder returns the decoder for T. It is the one place that chooses between decoders.
func newDecoder[T any]() decoder[T] { return stdDecoder[T]{} }

// stdDecoder decodes any T, as encoding/json does.
type stdDecoder[T any] struct{}

func (stdDecoder[T]) decode(record []byte, v *T) error { return json.Unmarshal(record, v) }
