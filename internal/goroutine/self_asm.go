//go:build amd64 || arm64

package goroutine

// Known says that Self tells goroutines apart on this processor.
const Known = true

// Self returns the address of the runtime's record of the calling goroutine. Two goroutines that are alive at the same
// time have different ones; a later goroutine may have the one of another that has ended.
//
//go:noescape
func Self() uintptr
