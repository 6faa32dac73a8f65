package buf

import (
	"syscall"
	"unsafe"
)

const hugePage = 2 << 20

// adviseHuge asks for huge pages for the whole huge pages within the memory. It is advice: an error means that the
// kernel has none to give, and changes nothing.
func adviseHuge(p unsafe.Pointer, bytes uintptr) {
	skip := -uintptr(p) % hugePage
	if skip+hugePage > bytes {
		return
	}
	whole := (bytes - skip) &^ (hugePage - 1)
	_ = syscall.Madvise(unsafe.Slice((*byte)(unsafe.Add(p, skip)), whole), syscall.MADV_HUGEPAGE)
}
