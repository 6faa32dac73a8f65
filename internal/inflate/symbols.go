package inflate

import (
	"encoding/binary"
	"io"
	"unsafe"
)

const (
	// fast reads at most so many bytes of the input past the position where it looks whether it may go on, and
	inMargin = 32
	// writes at most so many of the output: three literals, and a match, whose end is written with up to 23 bytes more.
	outMargin = 3 + 258 + 23
)

// word loads 8 bytes: one instruction where the processor can.
func word(p unsafe.Pointer, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, i))[:])
}

// fast decodes symbols as long as input and output have room to spare: it checks nothing but that, once for three literals
// or a match. It leaves the state as it is unless the block ends.
//
// At the top of the loop at least 56 bits are held, and e is the entry for the first of them. A word is loaded at the first
// byte of which not all bits are held, and joined to them: what is held already is joined to itself, so that bits beyond
// held may be set, and are right.
func (d *decoder) fast(out []byte, at, low int) (int, error) {
	inEnd, outEnd := len(d.in)-inMargin, len(out)-outMargin
	pos, b, held := d.pos, d.bits, d.held
	if pos >= inEnd || at >= outEnd {
		return at, nil
	}
	src, dst := unsafe.Pointer(unsafe.SliceData(d.in)), unsafe.Pointer(unsafe.SliceData(out))
	lit, dist := &d.lit, &d.dist
	var err error

	b |= word(src, pos) << (held & 63)
	pos += int((63 - held) >> 3)
	held |= 56
	e := lit[b&(1<<litBits-1)]
	for pos < inEnd && at < outEnd {
		if e&literal != 0 {
			b >>= e & 63
			held -= uint(e & 63)
			*(*byte)(unsafe.Add(dst, at)) = byte(e >> 16)
			at++
			e = lit[b&(1<<litBits-1)]
			if e&literal != 0 {
				b >>= e & 63
				held -= uint(e & 63)
				*(*byte)(unsafe.Add(dst, at)) = byte(e >> 16)
				at++
				e = lit[b&(1<<litBits-1)]
				if e&literal != 0 {
					b >>= e & 63
					held -= uint(e & 63)
					*(*byte)(unsafe.Add(dst, at)) = byte(e >> 16)
					at++
					b |= word(src, pos) << (held & 63)
					pos += int((63 - held) >> 3)
					held |= 56
					e = lit[b&(1<<litBits-1)]
					continue
				}
			}
		}
		// At least 56-2*11 = 34 bits are held: enough for the longest code and its extra bits.
		if e&special != 0 {
			if e&further != 0 {
				b >>= litBits
				held -= litBits
				e = lit[uint32(e>>16&0x7fff)+uint32(b)&(1<<(e>>8&15)-1)]
				if e&literal != 0 {
					b >>= e & 63
					held -= uint(e & 63)
					*(*byte)(unsafe.Add(dst, at)) = byte(e >> 16)
					at++
					b |= word(src, pos) << (held & 63)
					pos += int((63 - held) >> 3)
					held |= 56
					e = lit[b&(1<<litBits-1)]
					continue
				}
			}
			if e&end != 0 {
				b >>= e & 63
				held -= uint(e & 63)
				d.state = atBlock
				break
			}
			if e&special != 0 {
				err = ErrCorrupt
				break
			}
		}
		saved := b
		b >>= e & 63
		held -= uint(e & 63)
		length := e.value(saved)

		b |= word(src, pos) << (held & 63)
		pos += int((63 - held) >> 3)
		held |= 56
		e = dist[b&(1<<distBits-1)]
		if e&special != 0 {
			if e&further != 0 {
				b >>= distBits
				held -= distBits
				e = dist[uint32(e>>16&0x7fff)+uint32(b)&(1<<(e>>8&15)-1)]
			}
			if e&special != 0 {
				err = ErrCorrupt
				break
			}
		}
		saved = b
		b >>= e & 63
		held -= uint(e & 63)
		far := e.value(saved)
		if far > at-low {
			err = ErrCorrupt
			break
		}
		// The next entry is loaded before the match is copied.
		b |= word(src, pos) << (held & 63)
		pos += int((63 - held) >> 3)
		held |= 56
		e = lit[b&(1<<litBits-1)]

		to := unsafe.Add(dst, at)
		from := unsafe.Add(dst, at-far)
		at += length
		switch {
		case far >= 8:
			*(*[8]byte)(to) = *(*[8]byte)(from)
			*(*[8]byte)(unsafe.Add(to, 8)) = *(*[8]byte)(unsafe.Add(from, 8))
			*(*[8]byte)(unsafe.Add(to, 16)) = *(*[8]byte)(unsafe.Add(from, 16))
			for k := 24; k < length; k += 8 {
				*(*[8]byte)(unsafe.Add(to, k)) = *(*[8]byte)(unsafe.Add(from, k))
			}
		case far == 1:
			c := uint64(*(*byte)(from)) * 0x0101010101010101
			for k := 0; k < length; k += 8 {
				binary.NativeEndian.PutUint64((*[8]byte)(unsafe.Add(to, k))[:], c)
			}
		default:
			for k := range length {
				*(*byte)(unsafe.Add(to, k)) = *(*byte)(unsafe.Add(from, k))
			}
		}
	}
	d.pos, d.bits, d.held = pos, b&(1<<held-1), held
	return at, err
}

// careful decodes symbols to the last byte of input and output.
func (d *decoder) careful(out []byte, at, low int) (int, stop, error) {
	for {
		d.fill()
		if !d.eof && d.held < maxCode+5+maxCode+13 {
			return at, starved, nil
		}
		b, used := d.bits, uint(0)
		e := d.lit[b&(1<<litBits-1)]
		if e&(literal|special|further) == special|further {
			used = litBits
			b >>= litBits
			e = d.lit[uint(e.base())+uint(b)&(1<<e.code()-1)]
		}
		if used += e.bits(); used > d.held {
			return at, ended, io.ErrUnexpectedEOF
		}
		switch {
		case e&literal != 0:
			if at == len(out) {
				return at, full, nil
			}
			out[at] = byte(e >> 16)
			at++
			d.bits >>= used
			d.held -= used
			continue
		case e&special != 0 && e&end != 0:
			d.bits >>= used
			d.held -= used
			d.state = atBlock
			return at, ended, nil
		case e&special != 0:
			return at, ended, ErrCorrupt
		}
		length := e.value(b)
		b >>= e.bits()
		e = d.dist[b&(1<<distBits-1)]
		if e&(special|further) == special|further {
			used += distBits
			b >>= distBits
			e = d.dist[uint(e.base())+uint(b)&(1<<e.code()-1)]
		}
		if used += e.bits(); used > d.held {
			return at, ended, io.ErrUnexpectedEOF
		}
		if e&special != 0 {
			return at, ended, ErrCorrupt
		}
		far := e.value(b)
		if far > at-low {
			return at, ended, ErrCorrupt
		}
		if length > len(out)-at {
			return at, full, nil
		}
		d.bits >>= used
		d.held -= used
		for range length {
			out[at] = out[at-far]
			at++
		}
	}
}
