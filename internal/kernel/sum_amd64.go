//go:build !purego

package kernel

import "unsafe"

// sumBlocks32 stores the sums of blocks of sumBlock elements each.
//
//go:noescape
func sumBlocks32(dst *float64, a *float32, blocks int)

// sumBlocks64 is sumBlocks32 for float64.
//
//go:noescape
func sumBlocks64(dst *float64, a *float64, blocks int)

func cpuid(leaf uint32) (ecx uint32)

func xgetbv() (eax uint32)

// hasAVX says that the CPU has AVX and the system saves its registers.
var hasAVX = func() bool {
	const osxsave, avx, xmmAndYMM = 1 << 27, 1 << 28, 6
	ecx := cpuid(1)
	return ecx&osxsave != 0 && ecx&avx != 0 && xgetbv()&xmmAndYMM == xmmAndYMM
}()

// blocksAtOnce is how many blocks are summed in one call: 8,192 elements, a microsecond. Assembly cannot be preempted,
// and a loop of nothing but long calls was seen to hold up the garbage collector for seconds.
const blocksAtOnce = 64

// addBlocks adds whole blocks from the front of a, as many as one call takes, and returns the rest. It returns a as it
// is when there is no whole block, or no AVX.
//
//go:noinline
func addBlocks[T Float](s *Sum, a []T) []T {
	blocks := min(len(a)/sumBlock, blocksAtOnce)
	if blocks == 0 || !hasAVX {
		return a
	}
	var sums [blocksAtOnce]float64
	p := unsafe.Pointer(unsafe.SliceData(a))
	if unsafe.Sizeof(a[0]) == 4 {
		sumBlocks32(&sums[0], (*float32)(p), blocks)
	} else {
		sumBlocks64(&sums[0], (*float64)(p), blocks)
	}
	for _, x := range sums[:blocks] {
		s.add(x)
	}
	return a[blocks*sumBlock:]
}
