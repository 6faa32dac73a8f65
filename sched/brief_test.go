package sched

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
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
		{[]byte("ab"), "[97 98]"},
		{struct {
			n string
			m map[string]int
			p *int
			f func()
		}{"a", map[string]int{"x": 1}, nil, nil}, "{n:a m:map[x:1] p:<nil> f:<nil>}"},
		{&struct{ A [3]int }{[3]int{1, 2, 3}}, "&{A:[1 2 3]}"},
		{[]any{1, nil, "b", 2.5, true}, "[1 <nil> b 2.5 true]"},
		{[][]int{make([]int, 9), {1}}, "[[0 0 0 0 0 0 0 0 …] (9 elements) [1]]"},
		{(*int)(nil), "<nil>"},
		{(*panicky)(nil), "<nil>"},
		{time.Second, "1s"},
		{[]time.Duration{time.Second}, "[1s]"},
		{&struct {
			mu sync.Mutex
			m  map[int]int
		}{m: map[int]int{}}, "guarded"},
		{struct{ In struct{ N atomic.Int64 } }{}, "(struct { In struct { N atomic.Int64 } }){…}"},
	} {
		if c.want == "guarded" {
			if got := brief(c.v); !strings.HasPrefix(got, "(*struct {") || strings.Contains(got, "map[]") {
				t.Errorf("%q", got)
			}
			continue
		}
		if got := brief(c.v); got != c.want {
			t.Errorf("%.40v: %q, want %q", c.v, got, c.want)
		}
	}
	if got := brief(panicky{}); !strings.Contains(got, "no text") {
		t.Errorf("%q", got)
	}
}

type ring struct {
	next *ring
	any  any
}

// No value takes long or gives long text: not one that is large within, deep, or its own part.
func TestBriefIsBounded(t *testing.T) {
	type row struct{ cells []float64 }
	big := make([]float64, 1<<24)
	loop := &ring{}
	loop.next, loop.any = loop, loop
	deep := any(1)
	for range 100 {
		deep = []any{deep}
	}
	self := make([]any, 1)
	self[0] = self
	many := map[int][]float64{}
	for i := range 1000 {
		many[i] = big
	}
	for i, v := range []any{
		row{big}, &row{big}, []row{{big}, {big}}, many, [][]float64{big, big}, [1 << 16]int{}, loop, deep, self,
		map[string]any{"x": big, "y": many}, strings.Repeat("ä", 1<<20), errors.New(strings.Repeat("e", 1<<20)),
	} {
		got := ""
		if n := testing.AllocsPerRun(1, func() { got = brief(v) }); n > 2000 || len(got) > maxBrief+len("…") {
			t.Errorf("%d: %.0f allocations for %d bytes: %s", i, n, len(got), got)
		}
	}
}

func TestInputString(t *testing.T) {
	for want, in := range map[string]Input{"3": {"", "3"}, "inc-7 = 3": {"inc-7", "3"}} {
		if got := fmt.Sprint(in); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// %+v of a failed task says all that is known of it, within a bound; other verbs are those of its text.
func TestTaskErrorFormat(t *testing.T) {
	e := &TaskError{Key: "ratio-3[0]", Op: "ratio", Piece: "chunk (0)", Inputs: []Input{{"a-1[0]", "25"}, {"", "0"}},
		Err: &PanicError{Value: "zero", Stack: []byte("goroutine 1\nmain.ratio()\n")}}
	text := "ratio, chunk (0): panic: zero"
	if s := fmt.Sprintf("%v|%s|%q", e, e, e); s != text+"|"+text+"|"+fmt.Sprintf("%q", text) {
		t.Error(s)
	}
	want := text + "\n    task ratio-3[0]\n    input a-1[0] = 25\n    input 0\n    goroutine 1\n    main.ratio()"
	if s := fmt.Sprintf("%+v", e); s != want {
		t.Errorf("%s\nwant\n%s", s, want)
	}
}
