package sched

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// The bounds of the text of one value.
const (
	maxBrief    = 200 // bytes
	maxElements = 8   // of a slice, an array or a map
	maxNesting  = 4
)

// brief prints a value as %+v does, but never looks at more of it than it shows: an input may be a gigabyte, and the
// failure of one in a thousand tasks should not cost more than the others together. A value that knows how to print
// itself (fmt.Formatter, error, fmt.Stringer) does so.
//
// One pointer is followed, so that a *Table shows the table, but not into a struct that guards itself: what has a lock
// or an atomic in it may be changing just now, and to read a map while it changes ends the process.
func brief(v any) (text string) {
	w := &briefWriter{}
	defer func() {
		switch p := recover(); p {
		case nil, errBriefFull:
			text = w.b.String()
		default: // a String method of the user's
			text = fmt.Sprintf("%T (String panicked: %v)", v, p)
		}
	}()
	if v == nil {
		w.text("<nil>")
		return
	}
	w.value(reflect.ValueOf(v), 0, true)
	return
}

// errBriefFull ends the printing when there is no room left.
var errBriefFull = errors.New("enough")

// briefWriter keeps the first maxBrief bytes written to it.
type briefWriter struct{ b strings.Builder }

// Write is for values that format themselves, which may write in many pieces.
func (w *briefWriter) Write(p []byte) (int, error) {
	w.text(string(p[:min(len(p), maxBrief+1)]))
	return len(p), nil
}

func (w *briefWriter) text(s string) {
	room := maxBrief - w.b.Len()
	if len(s) <= room {
		w.b.WriteString(s)
		return
	}
	w.b.WriteString(strings.ToValidUTF8(s[:room], ""))
	w.b.WriteString("…")
	panic(errBriefFull)
}

// value prints v, which is nested so deep. top says that a pointer is followed.
func (w *briefWriter) value(v reflect.Value, depth int, top bool) {
	if v.CanInterface() && v.IsValid() && !(v.Kind() == reflect.Pointer && v.IsNil()) {
		switch x := v.Interface().(type) {
		case fmt.Formatter:
			fmt.Fprintf(w, "%+v", x)
			return
		case error:
			w.text(x.Error())
			return
		case fmt.Stringer:
			w.text(x.String())
			return
		}
	}
	if depth > maxNesting {
		w.text("…")
		return
	}
	switch v.Kind() {
	case reflect.String:
		w.text(v.String())
	case reflect.Slice, reflect.Array:
		w.elements(v, depth)
	case reflect.Map:
		w.entries(v, depth)
	case reflect.Struct:
		w.fields(v, depth)
	case reflect.Pointer:
		if e := v.Elem(); top && e.IsValid() && !guarded(e.Type()) {
			w.text("&")
			w.value(e, depth, false)
			return
		}
		w.address(v)
	case reflect.Interface:
		if v.IsNil() {
			w.text("<nil>")
			return
		}
		w.value(v.Elem(), depth, false)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		w.address(v)
	default: // a number or a bool
		fmt.Fprint(w, v)
	}
}

func (w *briefWriter) address(v reflect.Value) {
	if v.IsNil() {
		w.text("<nil>")
		return
	}
	w.text("(" + v.Type().String() + ")(0x" + strconv.FormatUint(uint64(v.Pointer()), 16) + ")")
}

func (w *briefWriter) elements(v reflect.Value, depth int) {
	n := v.Len()
	w.text("[")
	for i := range min(n, maxElements) {
		if i > 0 {
			w.text(" ")
		}
		w.value(v.Index(i), depth+1, false)
	}
	if n > maxElements {
		w.text(" …] (" + strconv.Itoa(n) + " elements)")
		return
	}
	w.text("]")
}

// entries prints some entries of a map, in no order: to sort all keys would be to look at all.
func (w *briefWriter) entries(v reflect.Value, depth int) {
	w.text("map[")
	n := 0
	for it := v.MapRange(); n < maxElements && it.Next(); n++ {
		if n > 0 {
			w.text(" ")
		}
		w.value(it.Key(), depth+1, false)
		w.text(":")
		w.value(it.Value(), depth+1, false)
	}
	if v.Len() > n {
		w.text(" …] (" + strconv.Itoa(v.Len()) + " entries)")
		return
	}
	w.text("]")
}

func (w *briefWriter) fields(v reflect.Value, depth int) {
	if guarded(v.Type()) {
		w.text("(" + v.Type().String() + "){…}")
		return
	}
	w.text("{")
	for i := range v.NumField() {
		if i > 0 {
			w.text(" ")
		}
		w.text(v.Type().Field(i).Name + ":")
		w.value(v.Field(i), depth+1, false)
	}
	w.text("}")
}

// guarded reports whether a struct has a lock or an atomic in it.
func guarded(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	if p := t.PkgPath(); p == "sync" || p == "sync/atomic" || p == "internal/sync" {
		return true
	}
	for i := range t.NumField() {
		if guarded(t.Field(i).Type) {
			return true
		}
	}
	return false
}
