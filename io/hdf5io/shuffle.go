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
	case 2:
		done = unshuffle2(dst, src, n)
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
// one step of a transposition by halves. It takes and gives values, because registers have no address.
func swapHalves(lo, hi uint64, shift uint, mask uint64) (uint64, uint64) {
	t := (lo>>shift ^ hi) & mask
	return lo ^ t<<shift, hi ^ t
}

const (
	bytesMask = 0x00ff00ff00ff00ff
	pairsMask = 0x0000ffff0000ffff
	quadsMask = 0x00000000ffffffff
)

// unshuffle8 transposes 8×8 byte blocks and returns how many elements it did.
func unshuffle8(dst, src []byte, n int) int {
	le := binary.LittleEndian
	p0, p1, p2, p3 := src[:n], src[n:2*n], src[2*n:3*n], src[3*n:4*n]
	p4, p5, p6, p7 := src[4*n:5*n], src[5*n:6*n], src[6*n:7*n], src[7*n:8*n]
	i := 0
	for ; i+8 <= n; i += 8 {
		a0, a1 := swapHalves(le.Uint64(p0[i:i+8]), le.Uint64(p1[i:i+8]), 8, bytesMask)
		a2, a3 := swapHalves(le.Uint64(p2[i:i+8]), le.Uint64(p3[i:i+8]), 8, bytesMask)
		a4, a5 := swapHalves(le.Uint64(p4[i:i+8]), le.Uint64(p5[i:i+8]), 8, bytesMask)
		a6, a7 := swapHalves(le.Uint64(p6[i:i+8]), le.Uint64(p7[i:i+8]), 8, bytesMask)
		a0, a2 = swapHalves(a0, a2, 16, pairsMask)
		a1, a3 = swapHalves(a1, a3, 16, pairsMask)
		a4, a6 = swapHalves(a4, a6, 16, pairsMask)
		a5, a7 = swapHalves(a5, a7, 16, pairsMask)
		a0, a4 = swapHalves(a0, a4, 32, quadsMask)
		a1, a5 = swapHalves(a1, a5, 32, quadsMask)
		a2, a6 = swapHalves(a2, a6, 32, quadsMask)
		a3, a7 = swapHalves(a3, a7, 32, quadsMask)
		out := dst[i*8 : i*8+64]
		le.PutUint64(out[0:8], a0)
		le.PutUint64(out[8:16], a1)
		le.PutUint64(out[16:24], a2)
		le.PutUint64(out[24:32], a3)
		le.PutUint64(out[32:40], a4)
		le.PutUint64(out[40:48], a5)
		le.PutUint64(out[48:56], a6)
		le.PutUint64(out[56:64], a7)
	}
	return i
}

// unshuffle4 transposes 4×8 byte blocks and returns how many elements it did. After two steps each register holds
// two elements that lie four apart.
func unshuffle4(dst, src []byte, n int) int {
	le := binary.LittleEndian
	p0, p1, p2, p3 := src[:n], src[n:2*n], src[2*n:3*n], src[3*n:4*n]
	i := 0
	for ; i+8 <= n; i += 8 {
		a, b := swapHalves(le.Uint64(p0[i:i+8]), le.Uint64(p1[i:i+8]), 8, bytesMask)
		c, d := swapHalves(le.Uint64(p2[i:i+8]), le.Uint64(p3[i:i+8]), 8, bytesMask)
		a, c = swapHalves(a, c, 16, pairsMask)
		b, d = swapHalves(b, d, 16, pairsMask)
		out := dst[i*4 : i*4+32]
		le.PutUint64(out[0:8], a&quadsMask|b<<32)
		le.PutUint64(out[8:16], c&quadsMask|d<<32)
		le.PutUint64(out[16:24], a>>32|b&^quadsMask)
		le.PutUint64(out[24:32], c>>32|d&^quadsMask)
	}
	return i
}

// unshuffle2 interleaves two planes, four elements from each register half, and returns how many it did.
func unshuffle2(dst, src []byte, n int) int {
	le := binary.LittleEndian
	p0, p1 := src[:n], src[n:2*n]
	i := 0
	for ; i+8 <= n; i += 8 {
		lo, hi := le.Uint64(p0[i:i+8]), le.Uint64(p1[i:i+8])
		out := dst[i*2 : i*2+16]
		le.PutUint64(out[0:8], spread(lo)|spread(hi)<<8)
		le.PutUint64(out[8:16], spread(lo>>32)|spread(hi>>32)<<8)
	}
	return i
}

// spread moves the lower four bytes of x to the even places.
func spread(x uint64) uint64 {
	x &= quadsMask
	x = (x | x<<16) & pairsMask
	return (x | x<<8) & bytesMask
}
