// Package goroutine tells goroutines apart, and which of them are parked.
//
// The engine needs to know two things that Go does not tell: whether it is being called on the goroutine of one of its
// own executors, and whether an executor computes or waits in a way of its own. Both are asked seldom or cost little:
// [Self] is one load, [Number] about a microsecond, [Parked] stops the program for some ten microseconds.
package goroutine

import (
	"bytes"
	"runtime"
	"strconv"
)

// Number returns the number of the calling goroutine, the one that stack traces show. No other goroutine of the
// process ever has the same.
func Number() int64 {
	var buf [64]byte
	n, _, _ := header(buf[:runtime.Stack(buf[:], false)])
	return n
}

// Parked returns the numbers of the goroutines that are parked: in a channel operation, a lock, a sleep, a network
// poll. One that runs, could run, or is in a system call or in C code is not.
//
// What a parked goroutine wrote before it parked is visible to the caller, and what the caller wrote before the call is
// visible to it when it goes on: the world is stopped in between.
func Parked() map[int64]bool {
	buf := make([]byte, 64<<10)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	parked := map[int64]bool{}
	for _, block := range bytes.Split(buf, []byte("\n\n")) {
		if n, state, ok := header(block); ok && parkedState(state) {
			parked[n] = true
		}
	}
	return parked
}

// header reads "goroutine 12 [chan receive, 2 minutes]:".
func header(b []byte) (n int64, state string, ok bool) {
	b, ok = bytes.CutPrefix(b, []byte("goroutine "))
	if !ok {
		return 0, "", false
	}
	number, rest, ok := bytes.Cut(b, []byte(" "))
	if !ok {
		return 0, "", false
	}
	if n, err := strconv.ParseInt(string(number), 10, 64); err == nil {
		_, rest, _ = bytes.Cut(rest, []byte("["))
		rest, _, _ = bytes.Cut(rest, []byte("]"))
		rest, _, _ = bytes.Cut(rest, []byte(","))
		return n, string(rest), true
	}
	return 0, "", false
}

// parkedState reports whether the runtime's word for a goroutine's state says that it waits for another goroutine, for
// time, or for the network. The states of the collector and of the scheduler are passing ones.
func parkedState(state string) bool {
	for _, word := range []string{"chan receive", "chan send", "select", "sleep", "semacquire", "sync.", "IO wait", "synctest."} {
		if len(state) >= len(word) && state[:len(word)] == word {
			return true
		}
	}
	return false
}
