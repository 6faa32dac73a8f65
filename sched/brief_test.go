package sched

import (
	"errors"
	"strings"
	"testing"
)

type panicky struct{}

func (panicky) String() string { panic("no text") }

func TestBrief(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "<nil>"},
		{3, "3"},
		{[]int32{1, 2}, "[1 2]"},
		{make([]float32, 1_000_000), "[0 0 0 0 0 0 0 0 …] (1000000 elements)"},
		{errors.New("why"), "why"},
		{struct{ A []int }{[]int{1}}, "{A:[1]}"},
		{strings.Repeat("x", 1000), strings.Repeat("x", maxBrief) + "…"},
	} {
		if got := brief(c.v); got != c.want {
			t.Errorf("%.40v: %q, want %q", c.v, got, c.want)
		}
	}
	if got := brief(panicky{}); !strings.Contains(got, "no text") {
		t.Errorf("%q", got)
	}
}
