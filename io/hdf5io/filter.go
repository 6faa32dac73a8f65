package hdf5io

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// The filters undone here, by their registered numbers. Everything else is left to libhdf5.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
	filterLZF        = 32000 // h5py's compression="lzf"; not part of libhdf5
)

func ours(id int) bool {
	return id == filterDeflate || id == filterShuffle || id == filterFletcher32 || id == filterLZF
}

// scratch is the memory one decoding needs, reused from chunk to chunk: fresh allocations cost several times the
// arithmetic done on them.
type scratch struct {
	raw   []byte // stored bytes
	a, b  []byte // what lies between two filters
	whole []byte // a decoded chunk, when it cannot go to its destination directly
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// keptScratch is the most that is kept of one scratch for later. Storage chunks have some megabytes at most as a rule; one
// of a gigabyte must not stay when nothing is read any more.
const keptScratch = 32 << 20

// recycle keeps s for the next decoding.
func (s *scratch) recycle() {
	if cap(s.raw)+cap(s.a)+cap(s.b)+cap(s.whole) > keptScratch {
		*s = scratch{}
	}
	scratches.Put(s)
}

// sized returns *buf with length n, growing it if it must.
func sized(buf *[]byte, n int) []byte {
	if cap(*buf) < n {
		*buf = make([]byte, n)
	}
	return (*buf)[:n]
}

// maxExpansion is how much a filter can grow stored bytes: deflate's best is 258 bytes from 2 bits, LZF's 264 from
// 3 bytes. A chunk that claims more is a lie, and is refused before memory is given to it.
const maxExpansion = 1032

// decode undoes the filters of one chunk, last one first, and leaves exactly len(dst) bytes in dst. Bit i of skipped
// says that filter i was not applied to this chunk. raw is not changed. There may be one compressor at most.
func decode(dst, raw []byte, filters []filter, skipped uint32, s *scratch) error {
	if len(dst)/maxExpansion > len(raw)+8 {
		return because(ErrCorrupt, "%d stored bytes cannot make a chunk of %d", len(raw), len(dst))
	}
	active := make([]int, 0, 8)
	trailer := 0
	for i, f := range filters {
		if i < 32 && skipped&(1<<i) != 0 || f.id == filterShuffle && f.param <= 1 {
			continue
		}
		active = append(active, i)
	}
	// A checksum applied before a compressor is compressed with the data, and makes them that much longer.
	for _, i := range active {
		if filters[i].id == filterFletcher32 {
			trailer += checksumBytes
		}
	}
	cur := raw
	for k := len(active) - 1; k >= 0; k-- {
		f := filters[active[k]]
		var err error
		switch f.id {
		case filterFletcher32:
			trailer -= checksumBytes
			cur, err = verify(cur)
		case filterDeflate, filterLZF:
			out := target(dst, cur, k == 0, len(dst)+trailer, s)
			if f.id == filterDeflate {
				err = inflateChunk(out, cur)
			} else {
				err = unLZF(out, cur)
			}
			cur = out
		case filterShuffle:
			out := target(dst, cur, k == 0, len(cur), s)
			if len(out) != len(cur) {
				return because(ErrCorrupt, "%d bytes before unshuffling, want %d", len(cur), len(out))
			}
			unshuffle(out, cur, int(f.param))
			cur = out
		default:
			err = because(ErrFilter, "%s (id %d)", f.name, f.id)
		}
		if err != nil {
			return err
		}
	}
	if len(cur) != len(dst) {
		return because(ErrCorrupt, "the chunk has %d bytes after its filters, want %d", len(cur), len(dst))
	}
	if len(dst) > 0 && &cur[0] != &dst[0] {
		copy(dst, cur)
	}
	return nil
}

// target chooses where a step writes: the destination if it is the last one, else the scratch buffer that the
// step does not read from.
func target(dst, cur []byte, last bool, n int, s *scratch) []byte {
	if last {
		return dst
	}
	if len(cur) > 0 && cap(s.a) > 0 && &cur[0] == &s.a[:1][0] {
		return sized(&s.b, n)
	}
	return sized(&s.a, n)
}

const checksumBytes = 4

// verify checks and cuts off the fletcher32 checksum behind the data.
func verify(b []byte) ([]byte, error) {
	if len(b) < checksumBytes {
		return nil, because(ErrCorrupt, "%d bytes are too few for a checksum", len(b))
	}
	data := b[:len(b)-checksumBytes]
	want := binary.LittleEndian.Uint32(b[len(data):])
	got := fletcher32(data)
	// Libraries before 1.6.3 stored the bytes of each half swapped on little-endian machines; both are accepted.
	swapped := (got&0x00ff00ff)<<8 | (got&0xff00ff00)>>8
	if want != got && want != swapped {
		return nil, because(ErrCorrupt, "fletcher32 checksum does not match: stored %08x, computed %08x", want, got)
	}
	return data, nil
}

// fletcher32 is the checksum as HDF5 computes it, over big-endian 16-bit words, an odd last byte being the high
// half of a word. 360 words are the most whose sums stay below 2³².
func fletcher32(b []byte) uint32 {
	var s1, s2 uint32
	fold := func() {
		s1 = s1&0xffff + s1>>16
		s2 = s2&0xffff + s2>>16
	}
	for len(b) >= 2 {
		block := b[:min(len(b)&^1, 720)]
		b = b[len(block):]
		// Four words at a time: the sums grow by the same amounts, with fewer steps waiting for each other.
		for ; len(block) >= 8; block = block[8:] {
			v := binary.BigEndian.Uint64(block)
			w0, w1, w2, w3 := uint32(v>>48), uint32(v>>32&0xffff), uint32(v>>16&0xffff), uint32(v&0xffff)
			s2 += 4*(s1+w0) + 3*w1 + 2*w2 + w3
			s1 += w0 + w1 + w2 + w3
		}
		for ; len(block) >= 2; block = block[2:] {
			s1 += uint32(block[0])<<8 | uint32(block[1])
			s2 += s1
		}
		fold()
	}
	if len(b) == 1 {
		s1 += uint32(b[0]) << 8
		s2 += s1
		fold()
	}
	fold()
	return s2<<16 | s1
}

// unLZF undoes Marc Lehmann's LZF, exactly filling dst. A control byte below 32 announces that many literals and
// one more; above, a copy of 3 to 264 bytes from up to 8 KiB back, which may overlap what it writes.
func unLZF(dst, src []byte) error {
	bad := func(what string) error { return because(ErrCorrupt, "chunk does not decompress (lzf): %s", what) }
	o := 0
	for i := 0; i < len(src); {
		c := int(src[i])
		i++
		if c < 32 {
			n := c + 1
			if n > len(src)-i || n > len(dst)-o {
				return bad("literals run past the end")
			}
			copy(dst[o:], src[i:i+n])
			i, o = i+n, o+n
			continue
		}
		n := c >> 5
		if n == 7 {
			if i >= len(src) {
				return bad("a length is missing")
			}
			n += int(src[i])
			i++
		}
		if i >= len(src) {
			return bad("a distance is missing")
		}
		from := o - (c&31)<<8 - int(src[i]) - 1
		i++
		n += 2
		if from < 0 || n > len(dst)-o {
			return bad("a copy leaves the chunk")
		}
		if from+n <= o {
			copy(dst[o:o+n], dst[from:])
		} else {
			for k := range n {
				dst[o+k] = dst[from+k]
			}
		}
		o += n
	}
	if o != len(dst) {
		return bad(fmt.Sprintf("%d bytes, want %d", o, len(dst)))
	}
	return nil
}
