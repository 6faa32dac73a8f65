//go:build !amd64 || purego

package ticks

import "time"

var epoch = time.Now()

// Now returns the nanoseconds since the program began. It is safe for concurrent use.
func Now() int64 { return int64(time.Since(epoch)) }
