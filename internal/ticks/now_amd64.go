//go:build !purego

package ticks

// Now returns the counter. Two calls on one goroutine are in order but for jumps of the counter. It is safe for
// concurrent use.
func Now() int64
