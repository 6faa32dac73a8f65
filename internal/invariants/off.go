//go:build !invariants && !race

// Package invariants disturbs concurrent code on purpose, where the order of two steps matters: a queue's publication,
// a theft, going to sleep, a wake-up. It is compiled in under the race detector and under the build tag invariants, and
// costs nothing otherwise.
package invariants

// Enabled tells whether the package does anything in this build.
const Enabled = false

// Yield marks a point at which another goroutine may come in between. In this build it does nothing.
func Yield(point string) {}
