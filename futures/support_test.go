package futures_test

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// callerLine returns where it was called.
func callerLine() (file string, ok bool, line int) {
	_, path, line, ok := runtime.Caller(1)
	return filepath.Base(path), ok, line
}

// timedOut returns a context whose deadline is past.
func timedOut(t *testing.T) context.Context {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	t.Cleanup(cancel)
	return ctx
}

// eventually fails the test unless ok becomes true: what the garbage collector or another goroutine does in its own
// time has no other sign of its end.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("never: ", what)
		}
		runtime.GC()
		runtime.Gosched()
	}
}
