package inflate

import (
	"encoding/binary"
	"io"
	"sync"
)

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// Raw decodes a DEFLATE stream into dst, and returns how many bytes it wrote and how many of src it used. It is an error
// if they are more than fit.
func Raw(dst, src []byte) (n, used int, err error) {
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.reset()
	d.in, d.eof = src, true
	n, why, err := d.decode(dst, 0, 0)
	used = d.pos
	d.in = nil
	if err == nil && why == full {
		err = ErrTooLong
	}
	return n, used, err
}

// Zlib decodes a zlib stream into dst, which it must fill, as a chunk of an HDF5 dataset fills its array. What follows the
// stream in src is ignored.
func Zlib(dst, src []byte) error {
	if len(src) < 2 {
		return io.ErrUnexpectedEOF
	}
	const dictionary = 1 << 5
	if h := binary.BigEndian.Uint16(src); src[0]&15 != 8 || src[0]>>4 > 7 || h%31 != 0 || h&dictionary != 0 {
		return ErrCorrupt
	}
	n, used, err := Raw(dst, src[2:])
	switch {
	case err != nil:
		return err
	case n < len(dst):
		return ErrTooShort
	case len(src) < 2+used+4:
		return io.ErrUnexpectedEOF
	case binary.BigEndian.Uint32(src[2+used:]) != Adler32(dst):
		return ErrChecksum
	}
	return nil
}
