package sched

import (
	"errors"
	"fmt"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"
)

type label string

func (label) String() string { panic("String was called") }

type point struct{ x, y int }

func (point) Error() string                 { panic("Error was called") }
func (point) Format(fmt.State, rune)        { panic("Format was called") }
func (*config) String() string              { panic("String was called") }
func (readings) GoString() string           { panic("GoString was called") }
func (number) MarshalText() ([]byte, error) { panic("MarshalText was called") }

type (
	config   struct{ _ map[string]int }
	readings []float64
	number   int8
)

// What an interface holds itself is shown, what it refers to is not, and no method is called.
func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "<nil>"},
		{3, "3"},
		{number(-3), "-3"},
		{uint64(1 << 63), "9223372036854775808"},
		{float32(0.1), "0.1"},
		{2.5, "2.5"},
		{complex(1, -2), "(1-2i)"},
		{true, "true"},
		{"a b", "a b"},
		{label("a"), "a"},
		{strings.Repeat("x", 1000), strings.Repeat("x", maxText) + "…"},
		{strings.Repeat("ä", 1000), strings.Repeat("ä", maxText/2) + "…"},
		{time.Second, "1s"},
		{time.Unix(0, 0).UTC(), "1970-01-01 00:00:00 +0000 UTC"},
		{[3]int{1, 2, 3}, "[1 2 3]"},
		{[2][1]string{{"a"}, {"b"}}, "[[a] [b]]"},
		{[8]string{0: strings.Repeat("y", 1000)}, "[" + strings.Repeat("y", maxText-1) + "…"},
		{[9]int8{}, "[9]int8 (9 bytes)"},
		{[1]*int{}, "[1]*int (" + strconv.Itoa(bits.UintSize/8) + " bytes)"},
		{[]int32{1, 2}, "[]int32 (2 elements)"},
		{[]int32{}, "[]int32 (0 elements)"},
		{[]int32(nil), "([]int32)(nil)"},
		{readings{1}, "sched.readings (1 elements)"},
		{map[string]int{"x": 1}, "map[string]int"},
		{map[string]int(nil), "(map[string]int)(nil)"},
		{point{1, 2}, "sched.point (" + strconv.Itoa(2*bits.UintSize/8) + " bytes)"},
		{&point{1, 2}, "*sched.point"},
		{(*point)(nil), "(*sched.point)(nil)"},
		{&config{}, "*sched.config"},
		{errors.New("why"), "*errors.errorString"},
		{make(chan int), "chan int"},
		{func() {}, "func()"},
		{unsafe.Pointer(nil), "(unsafe.Pointer)(nil)"},
	} {
		if got := describe(c.v); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// No value gives long text, whatever its type is called.
func TestDescribeIsBounded(t *testing.T) {
	long := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "F", Type: reflect.TypeFor[int](), Tag: reflect.StructTag(strings.Repeat("t", 10_000))}}))
	for _, v := range []any{long.Interface(), long.Elem().Interface(), strings.Repeat("ä", 1<<20), [1 << 16]int{}} {
		if got := describe(v); len(got) > maxText+len("… (16 bytes)") {
			t.Errorf("%d bytes: %s", len(got), got)
		}
	}
}

// The text of a panic is that of an error or a string, up to its bound, and calls no String.
func TestPanicText(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for want, v := range map[string]any{
		"panic: " + long: long, "panic: why": errors.New("why"), "panic: 3": 3, "panic: a": label("a"),
		"panic: *sched.config": &config{},
	} {
		if got := (&PanicError{Value: v}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
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
