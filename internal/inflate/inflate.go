// Package inflate decodes DEFLATE (RFC 1951) and its two common wrappers: gzip (RFC 1952) from a stream, in bounded memory,
// and zlib (RFC 1950) from memory to memory.
//
// It exists since decompression is most of the work of reading gzipped JSON and compressed HDF5, and is twice as fast as
// what else there is in Go: whole words are loaded from the input, most symbols take one look into a table of 11 bits,
// three literals go by between loads, and matches are copied a word at a time. It accepts exactly what compress/flate
// accepts. A checksum is always checked.
package inflate

import (
	"encoding/binary"
	"errors"
	"io"
)

var (
	// ErrCorrupt is the error of data that is not DEFLATE, or not any more.
	ErrCorrupt = errors.New("inflate: the compressed data are damaged")
	// ErrChecksum is the error of data that were decoded and are not what was compressed.
	ErrChecksum = errors.New("inflate: the checksum of the decompressed data is wrong")
	// ErrTooLong is the error of a stream that decodes to more than it should.
	ErrTooLong = errors.New("inflate: more data than expected")
	// ErrTooShort is the error of a stream that decodes to less than it should.
	ErrTooShort = errors.New("inflate: fewer data than expected")
)

// decoder is one DEFLATE stream on its way. It decodes what there is of the input, and goes on when there is more.
type decoder struct {
	in  []byte
	pos int  // of the next byte in in
	eof bool // nothing follows in

	// The next bits of the input, the first one lowest. Only the lowest held are counted; between calls the others are 0.
	bits uint64
	held uint

	state  state
	final  bool // the block is the last one
	stored int  // bytes of a stored block that are left

	fixed bool // the tables are those of the fixed codes
	lit   [litSize]entry
	dist  [distSize]entry
}

type state uint8

const (
	atBlock state = iota // before a block
	inStored
	inSymbols
	atEnd
)

// stop is why decode has returned.
type stop uint8

const (
	ended   stop = iota // the stream has ended
	full                // the next symbol does not fit into the output
	starved             // there is not enough input to go on, and it is not the end
)

// maxHeader is how many bytes the header of a block has at most, and more.
const maxHeader = 512

func (d *decoder) reset() {
	d.pos, d.bits, d.held, d.eof = 0, 0, 0, false
	d.in, d.state, d.final, d.stored = nil, atBlock, false, 0
}

// decode decodes into out from index at on, and returns the index after the last byte. What was decoded before begins at
// low: a match may not reach further back.
func (d *decoder) decode(out []byte, at, low int) (int, stop, error) {
	for {
		switch d.state {
		case atBlock:
			if d.final {
				d.align()
				d.state = atEnd
				continue
			}
			if !d.eof && len(d.in)-d.pos < maxHeader {
				return at, starved, nil
			}
			if err := d.block(); err != nil {
				return at, ended, err
			}
		case inStored:
			n := copy(out[at:min(len(out), at+d.stored)], d.in[d.pos:])
			at += n
			d.pos += n
			d.stored -= n
			switch {
			case d.stored == 0:
				d.state = atBlock
			case at == len(out):
				return at, full, nil
			case d.eof:
				return at, ended, io.ErrUnexpectedEOF
			default:
				return at, starved, nil
			}
		case inSymbols:
			at2, err := d.fast(out, at, low)
			if at = at2; err != nil {
				return at, ended, err
			}
			if d.state != inSymbols {
				continue
			}
			var why stop
			if at, why, err = d.careful(out, at, low); err != nil {
				return at, ended, err
			}
			if d.state == inSymbols {
				return at, why, nil
			}
		case atEnd:
			return at, ended, nil
		}
	}
}

// fill takes bytes of the input until 56 bits are held, or a few more. 64 would be one too many to shift by.
func (d *decoder) fill() {
	for d.held < 56 && d.pos < len(d.in) {
		d.bits |= uint64(d.in[d.pos]) << d.held
		d.pos++
		d.held += 8
	}
}

// take returns the next n bits, 32 at most; false if the input has ended.
func (d *decoder) take(n uint) (v int, ok bool) {
	if d.held < n {
		if d.fill(); d.held < n {
			return 0, false
		}
	}
	v = int(d.bits & (1<<n - 1))
	d.bits >>= n
	d.held -= n
	return v, true
}

// unread gives whole bytes back to the input.
func (d *decoder) unread() {
	d.pos -= int(d.held / 8)
	d.held %= 8
	d.bits &= 1<<d.held - 1
}

// align drops the bits up to the next whole byte.
func (d *decoder) align() {
	d.unread()
	d.bits, d.held = 0, 0
}

// block reads the header of a block.
func (d *decoder) block() error {
	h, ok := d.take(3)
	if !ok {
		return io.ErrUnexpectedEOF
	}
	d.final = h&1 != 0
	switch h >> 1 {
	case 0:
		d.align()
		if len(d.in)-d.pos < 4 {
			return io.ErrUnexpectedEOF
		}
		n := binary.LittleEndian.Uint16(d.in[d.pos:])
		if n != ^binary.LittleEndian.Uint16(d.in[d.pos+2:]) {
			return ErrCorrupt
		}
		d.pos += 4
		d.stored, d.state = int(n), inStored
		return nil
	case 1:
		if !d.fixed {
			d.fixedCodes()
		}
	case 2:
		d.fixed = false
		if err := d.dynamicCodes(); err != nil {
			return err
		}
	default:
		return ErrCorrupt
	}
	d.state = inSymbols
	return nil
}

func (d *decoder) fixedCodes() {
	var lens [maxLit + maxDist]uint8
	for i := range lens {
		switch {
		case i < 144:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		case i < 280:
			lens[i] = 7
		case i < maxLit:
			lens[i] = 8
		default:
			lens[i] = 5
		}
	}
	build(d.lit[:], litBits, lens[:maxLit], &litSymbols)
	build(d.dist[:], distBits, lens[maxLit:], &distSymbols)
	d.fixed = true
}

// lengthOrder is the order in which the lengths of the codes for lengths come.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

func (d *decoder) dynamicCodes() error {
	h, ok := d.take(14)
	if !ok {
		return io.ErrUnexpectedEOF
	}
	nlit, ndist, nlen := h&31+257, h>>5&31+1, h>>10+4
	if nlit > 286 || ndist > 30 {
		return ErrCorrupt
	}
	var lens [maxLit + maxDist]uint8
	for _, i := range lengthOrder[:nlen] {
		v, ok := d.take(3)
		if !ok {
			return io.ErrUnexpectedEOF
		}
		lens[i] = uint8(v)
	}
	var table [1 << lenBits]entry
	if !build(table[:], lenBits, lens[:19], &lenSymbols) {
		return ErrCorrupt
	}
	clear(lens[:19])
	for i := 0; i < nlit+ndist; {
		d.fill()
		e := table[d.bits&(1<<lenBits-1)]
		if e&special != 0 {
			return ErrCorrupt
		}
		if n := e.bits(); n > d.held {
			return io.ErrUnexpectedEOF
		} else {
			d.bits >>= n
			d.held -= n
		}
		sym := e.base()
		if sym < 16 {
			lens[i] = uint8(sym)
			i++
			continue
		}
		var again int
		var l uint8
		switch sym {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			l = lens[i-1]
			again, ok = d.take(2)
			again += 3
		case 17:
			again, ok = d.take(3)
			again += 3
		default:
			again, ok = d.take(7)
			again += 11
		}
		if !ok {
			return io.ErrUnexpectedEOF
		}
		if i+again > nlit+ndist {
			return ErrCorrupt
		}
		for range again {
			lens[i] = l
			i++
		}
	}
	if lens[endOfBlock] == 0 { // the block could not end
		return ErrCorrupt
	}
	if !build(d.lit[:], litBits, lens[:nlit], &litSymbols) || !build(d.dist[:], distBits, lens[nlit:nlit+ndist], &distSymbols) {
		return ErrCorrupt
	}
	return nil
}
