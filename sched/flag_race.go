//go:build race

package sched

import "sync/atomic"

// flag is an atomic here; see the other flag.
type flag struct{ up atomic.Bool }

func (f *flag) set(up bool) { f.up.Store(up) }
func (f *flag) get() bool   { return f.up.Load() }
