package hdf5io

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/zlib"
)

// inflater is klauspost's zlib with its tables and window kept from chunk to chunk.
type inflater struct {
	src bytes.Reader
	r   io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// inflate decompresses one zlib stream, checking its checksum, that it fills dst exactly and that nothing follows
// it. It is the single place that knows which decompressor is used.
func inflate(dst, src []byte) error {
	z := inflaters.Get().(*inflater)
	defer inflaters.Put(z)
	defer z.src.Reset(nil)
	if err := z.run(dst, src); err != nil {
		return because(ErrCorrupt, "chunk does not inflate: %v", err)
	}
	return nil
}

func (z *inflater) run(dst, src []byte) (err error) {
	z.src.Reset(src)
	if z.r == nil {
		z.r, err = zlib.NewReader(&z.src)
	} else {
		err = z.r.(zlib.Resetter).Reset(&z.src, nil)
	}
	if err != nil {
		z.r = nil
		return err
	}
	if _, err := io.ReadFull(z.r, dst); err != nil {
		return err
	}
	// The checksum is looked at only when the reader meets the end.
	var more [1]byte
	switch n, err := z.r.Read(more[:]); {
	case n != 0:
		return errLong
	case err != io.EOF:
		return err
	}
	return nil
}

var errLong = errors.New("more data than the chunk holds")
