//go:build !race

package main

// data and limit are what a case is tested with.
const (
	data        = 768 << 20
	limit       = 256 << 20
	raceEnabled = false
)
