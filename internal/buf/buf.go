// Package buf allocates memory for chunks.
package buf

import "unsafe"

// hugeFrom is the size from which a chunk is worth huge pages: two of them.
const hugeFrom = 4 << 20

// Make returns n zero elements. Large ones ask the system for huge pages before they are touched: Go does not, and
// where huge pages are given on request only (Linux's usual setting) a chunk of 4 KB pages costs several times as
// much to fill for the first time, and a third more to read.
func Make[T any](n int) []T {
	s := make([]T, n)
	if bytes := uintptr(n) * unsafe.Sizeof(*new(T)); bytes >= hugeFrom {
		adviseHuge(unsafe.Pointer(unsafe.SliceData(s)), bytes)
	}
	return s
}
