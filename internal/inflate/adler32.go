package inflate

import "encoding/binary"

// Adler32 returns the checksum of RFC 1950, two to three times as fast as hash/adler32: eight bytes are added up at a
// time, in lanes of 16 bits.
func Adler32(p []byte) uint32 {
	const (
		prime = 65521
		group = 160 // bytes: a lane of the second sum stays below 1<<16, as 255·(1+…+20) = 53,550 does
		even  = 0x00ff00ff00ff00ff
		halfs = 0x0000ffff0000ffff
	)
	across := func(v uint64) uint64 { // the sum of the four lanes
		v = v&halfs + v>>16&halfs
		return v&0xffffffff + v>>32
	}
	a, b := uint64(1), uint64(0)
	for len(p) >= group {
		for range min(len(p)/group, 256) { // a < 2^24 and b < 2^40 by then
			// After the group, byte i has been added to a once and to b group-i times. x are the sums of the even bytes of
			// each word and y those of the odd ones; xs and ys add those up after each word, and so count the bytes of
			// word w group/8-w times.
			var x, y, xs, ys uint64
			for i := 0; i < group; i += 32 {
				v := binary.LittleEndian.Uint64(p[i:])
				x += v & even
				y += v >> 8 & even
				xs += x
				ys += y
				v = binary.LittleEndian.Uint64(p[i+8:])
				x += v & even
				y += v >> 8 & even
				xs += x
				ys += y
				v = binary.LittleEndian.Uint64(p[i+16:])
				x += v & even
				y += v >> 8 & even
				xs += x
				ys += y
				v = binary.LittleEndian.Uint64(p[i+24:])
				x += v & even
				y += v >> 8 & even
				xs += x
				ys += y
			}
			// Byte k of its word was to be counted 8·(group/8-w) - k times.
			less := 2*(x>>16&0xffff) + 4*(x>>32&0xffff) + 6*(x>>48) + y&0xffff + 3*(y>>16&0xffff) + 5*(y>>32&0xffff) + 7*(y>>48)
			b += group*a + 8*(across(xs)+across(ys)) - less
			a += across(x) + across(y)
			p = p[group:]
		}
		a %= prime
		b %= prime
	}
	for _, c := range p {
		a += uint64(c)
		b += a
	}
	return uint32(b%prime)<<16 | uint32(a%prime)
}
