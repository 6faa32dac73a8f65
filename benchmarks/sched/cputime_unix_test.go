//go:build unix

package sched

import (
	"syscall"
	"time"
)

// cpuTime returns the time that this process has had on processors, or 0 where the system does not say.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
