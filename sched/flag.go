//go:build !race

package sched

// flag is written by one goroutine and read by another only while the world was stopped in between. Under the race
// detector, which does not know of that, it is an atomic: which would cost each task several nanoseconds.
type flag struct{ up bool }

func (f *flag) set(up bool) { f.up = up }
func (f *flag) get() bool   { return f.up }
