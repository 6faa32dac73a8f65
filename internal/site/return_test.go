package site

import (
	"fmt"
	"runtime"
	"testing"
)

//go:noinline
func called() Site { return Return() }

//go:noinline
func generic[T any](x T) (Site, T) { return Return(), x }

// deep makes the stack grow, and so move, below it.
//
//go:noinline
func deep(n int) (Site, int) {
	if n > 0 {
		var room [1024]byte
		s, m := deep(n - 1)
		return s, m + int(room[n%len(room)])
	}
	return called(), 0
}

func TestReturn(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	a := called()
	b, _ := generic("x")
	c, _ := generic(1)
	for i, s := range []Site{a, b, c} {
		if got, want := s.String(), fmt.Sprint("return_test.go:", line+1+i); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
	if runtime.GOARCH == "amd64" && returnHops < 1 {
		t.Error("frame pointers were not understood")
	}
	done := make(chan Site)
	go func() { s, _ := deep(1000); done <- s }()
	if s := <-done; s.String() != fmt.Sprint("return_test.go:", 24) {
		t.Error(s)
	}
}

func BenchmarkReturn(b *testing.B) {
	for b.Loop() {
		called()
	}
}

func BenchmarkCaller(b *testing.B) {
	for b.Loop() {
		Caller(0)
	}
}
