package inflate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// ErrHeader is the error of data that do not begin as gzip does.
var ErrHeader = errors.New("not gzip, or its header is damaged")

// ErrTrailing is the error of bytes behind the last gzip member that are neither another one nor zeros to the end, with
// which tapes and block devices fill up, and which gzip(1) ignores, too.
var ErrTrailing = errors.New("gzip: trailing garbage")

const (
	window  = 32 << 10 // how far back a match may reach
	outSize = 256 << 10
	inSize  = 64 << 10
)

// Reader decompresses a gzip stream of any number of members. It holds 400 KB, whatever the stream's size.
//
// The checksum and the length of a member are checked at its end: what was read of a member counts only when Read has
// returned io.EOF, or data of the next one. It is not safe for concurrent use.
type Reader struct {
	r   io.Reader
	d   decoder
	err error // of the next Read

	in  []byte // the decoder's input is in[:n] of it
	out []byte
	// What is decoded and not handed out is out[from:to]; matches may reach back to out[low:].
	from, to, low int

	sum  uint32
	size uint32
}

// NewReader returns a Reader, which reads nothing before [Reader.Reset].
func NewReader() *Reader {
	return &Reader{err: io.EOF, in: make([]byte, 0, inSize), out: make([]byte, window+outSize)}
}

// Forget makes z hold nothing of what it read from, so that it can be kept.
func (z *Reader) Forget() { z.r, z.err, z.from = nil, io.EOF, z.to }

// Reset makes z read r, whose first header it looks at, with the memory it has. An empty r is io.EOF.
func (z *Reader) Reset(r io.Reader) error {
	z.r, z.err, z.in = r, nil, z.in[:0]
	z.from, z.to, z.low, z.sum, z.size = 0, 0, 0, 0, 0
	z.d.reset()
	if err := z.more(); err != nil {
		z.err = err
		return err
	}
	if len(z.in) == 0 {
		z.err = io.EOF
		return io.EOF
	}
	if err := z.header(); err != nil {
		z.err = err
		return err
	}
	return nil
}

// Read implements io.Reader.
func (z *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for z.from == z.to {
		if z.err != nil {
			return 0, z.err
		}
		z.err = z.step()
	}
	n := copy(p, z.out[z.from:z.to])
	z.from += n
	return n, nil
}

// more reads some input behind what the decoder has not used, or notes that there is no more.
func (z *Reader) more() error {
	z.d.unread()
	n := copy(z.in[:cap(z.in)], z.in[z.d.pos:])
	z.in, z.d.pos = z.in[:n], 0
	for range 100 {
		k, err := z.r.Read(z.in[n:cap(z.in)])
		z.in = z.in[:n+k]
		z.d.in = z.in
		switch {
		case err == io.EOF:
			z.d.eof = true
			return nil
		case err != nil:
			return err
		case k > 0:
			return nil
		}
	}
	return io.ErrNoProgress
}

// step decodes some of the member, or goes on to the next one.
func (z *Reader) step() error {
	if z.to > len(z.out)-outMargin-window {
		// What matches may reach is moved to the front.
		from := max(z.to-window, z.low)
		copy(z.out, z.out[from:z.to])
		z.low = 0
		z.to -= from
		z.from = z.to
	}
	before := z.to
	to, why, err := z.d.decode(z.out, z.to, z.low)
	z.to = to
	z.sum = crc32.Update(z.sum, crc32.IEEETable, z.out[before:to])
	z.size += uint32(to - before)
	switch {
	case err != nil:
		return err
	case why == starved:
		return z.more()
	case why == full:
		return nil
	}
	var end [8]byte
	if err := z.need(end[:]); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(end[:]) != z.sum || binary.LittleEndian.Uint32(end[4:]) != z.size {
		return ErrChecksum
	}
	switch head, err := z.ahead(2); {
	case err != nil:
		return err
	case len(head) == 0:
		return io.EOF
	case head[0] == 0:
		return z.padding()
	case head[0] == 0x1f && len(head) == 1:
		return io.ErrUnexpectedEOF
	case head[0] != 0x1f || head[1] != 0x8b:
		return fmt.Errorf("%w %q", ErrTrailing, head)
	}
	eof := z.d.eof
	in, pos := z.d.in, z.d.pos
	z.d.reset()
	z.d.in, z.d.pos, z.d.eof = in, pos, eof
	z.sum, z.size, z.low = 0, 0, z.to
	return z.header()
}

// ahead returns the next n bytes of the input, fewer only at its end, and leaves them there.
func (z *Reader) ahead(n int) ([]byte, error) {
	for len(z.in)-z.d.pos < n && !z.d.eof {
		if err := z.more(); err != nil {
			return nil, err
		}
	}
	return z.in[z.d.pos:min(len(z.in), z.d.pos+n)], nil
}

// padding reads zero bytes to the end, and returns io.EOF there.
func (z *Reader) padding() error {
	for {
		for _, c := range z.in[z.d.pos:] {
			if c != 0 {
				return fmt.Errorf("%w behind zero bytes", ErrTrailing)
			}
		}
		z.d.pos = len(z.in)
		if z.d.eof {
			return io.EOF
		}
		if err := z.more(); err != nil {
			return err
		}
	}
}

// need takes the next bytes of the input.
func (z *Reader) need(p []byte) error {
	for len(p) > 0 {
		n := copy(p, z.in[z.d.pos:])
		z.d.pos += n
		if p = p[n:]; len(p) == 0 {
			break
		}
		if z.d.eof {
			return io.ErrUnexpectedEOF
		}
		if err := z.more(); err != nil {
			return err
		}
	}
	return nil
}

// header reads the header of a member (RFC 1952, 2.3).
func (z *Reader) header() error {
	const (
		hasSum = 1 << (iota + 1)
		hasExtra
		hasName
		hasComment
	)
	sum := crc32.NewIEEE()
	var h [10]byte
	take := func(p []byte) error {
		err := z.need(p)
		sum.Write(p)
		return err
	}
	if err := take(h[:]); err != nil {
		if h[0] != 0x1f {
			return ErrHeader
		}
		return err
	}
	if h[0] != 0x1f || h[1] != 0x8b || h[2] != 8 {
		return ErrHeader
	}
	flags := h[3]
	if flags&hasExtra != 0 {
		var n [2]byte
		if err := take(n[:]); err != nil {
			return err
		}
		if err := take(make([]byte, binary.LittleEndian.Uint16(n[:]))); err != nil {
			return err
		}
	}
	for _, text := range []byte{hasName, hasComment} {
		for c := [1]byte{1}; flags&text != 0 && c[0] != 0; {
			if err := take(c[:]); err != nil {
				return err
			}
		}
	}
	if flags&hasSum != 0 {
		want := uint16(sum.Sum32())
		var n [2]byte
		if err := take(n[:]); err != nil {
			return err
		}
		if binary.LittleEndian.Uint16(n[:]) != want {
			return ErrHeader
		}
	}
	return nil
}
