//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// peakRSS returns the most memory that this process has had, in bytes, or 0 where the system does not say.
func peakRSS() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss) // bytes there, KB elsewhere
	}
	return int64(u.Maxrss) << 10
}
