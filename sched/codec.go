package sched

import "io"

// Codec writes a result to disk and reads it back, bit for bit. It is safe for concurrent use.
type Codec interface {
	Encode(w io.Writer, v any) error
	Decode(r io.Reader) (any, error)
}
