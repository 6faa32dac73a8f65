//go:build !linux

package buf

import "unsafe"

// adviseHuge does nothing here.
func adviseHuge(unsafe.Pointer, uintptr) {}
