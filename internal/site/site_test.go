package site

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func build() Site { return User() }

func TestUser(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	s := build() // a test file is the user's: the call in build is the nearest
	if file, l := s.File(); !strings.HasSuffix(file, "site_test.go") || l != line-3 {
		t.Errorf("%s:%d, want line %d", file, l, line-3)
	}
	_, _, line, _ = runtime.Caller(0)
	if got, want := Caller(0).String(), fmt.Sprintf("site_test.go:%d", line+1); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if (Site{}).String() != "unknown" || !(Site{}).IsZero() || s.IsZero() {
		t.Error("the zero site")
	}
}

func BenchmarkUser(b *testing.B) {
	for b.Loop() {
		build()
	}
}
