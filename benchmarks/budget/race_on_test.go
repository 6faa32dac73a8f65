//go:build race

package main

// data and limit are smaller under the race detector, which multiplies time and memory: there only the answers count.
const (
	data        = 192 << 20
	limit       = 64 << 20
	raceEnabled = true
)
