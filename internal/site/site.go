// Package site remembers where in the user's program something was built.
//
// Every lazy value and every task carries the file and line of the user's call, so that an error in one of a
// million tasks names the line that asked for it. Recording costs one walk of a few stack frames when a value is
// built; turning the program counter into text is left until somebody asks.
package site

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// Site is a place in the user's program. The zero Site is "unknown". A Site is comparable and safe to share.
type Site struct{ pc uintptr }

// module is the import path whose own frames are skipped when looking for the user's call.
const module = "github.com/gomagpie/magpie/"

// User returns the nearest call on the stack that is not magpie's own code: the line that the user wrote.
// Test files, commands, examples and benchmarks inside the module count as the user's code.
func User() Site {
	var pcs [24]uintptr
	n := runtime.Callers(2, pcs[:])
	for _, pc := range pcs[:n] {
		if !own(pc) {
			return Site{pc}
		}
	}
	return Site{}
}

// Caller returns the call skip frames above the caller of Caller; Caller(0) is the caller itself. It reads one
// frame and decides nothing, for paths where User would cost more than the work it labels.
func Caller(skip int) Site {
	var pcs [1]uintptr
	if runtime.Callers(skip+2, pcs[:]) == 0 {
		return Site{}
	}
	return Site{pcs[0]}
}

// owned caches own, which has to resolve the frame: there are few places in a program that build lazy values.
var owned sync.Map // uintptr → bool

// own reports whether pc lies in the library itself.
func own(pc uintptr) bool {
	if is, ok := owned.Load(pc); ok {
		return is.(bool)
	}
	is := resolveOwn(pc)
	owned.Store(pc, is)
	return is
}

func resolveOwn(pc uintptr) bool {
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	rest, ok := strings.CutPrefix(frame.Function, module)
	if !ok {
		return false
	}
	if strings.HasSuffix(frame.File, "_test.go") {
		return false
	}
	for _, user := range []string{"cmd/", "examples/", "benchmarks"} {
		if strings.HasPrefix(rest, user) {
			return false
		}
	}
	return true
}

// IsZero reports whether the site is unknown.
func (s Site) IsZero() bool { return s.pc == 0 }

// File returns the file's full path and the line, or "" and 0.
func (s Site) File() (file string, line int) {
	if s.pc == 0 {
		return "", 0
	}
	frame, _ := runtime.CallersFrames([]uintptr{s.pc}).Next()
	return frame.File, frame.Line
}

// String returns "file.go:41" with the last element of the path, or "unknown".
func (s Site) String() string {
	file, line := s.File()
	if file == "" {
		return "unknown"
	}
	return filepath.Base(file) + ":" + strconv.Itoa(line)
}
