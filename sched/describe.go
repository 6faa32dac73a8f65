package sched

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// The bounds of a description.
const (
	maxText     = 200  // bytes
	maxPanic    = 1000 // bytes, of a panic's text
	maxElements = 8    // of an array that is shown
)

// describe says what a value is, for the error of a task that was given it: plain numbers, booleans and strings by
// value, and small arrays of these; anything else by its type, and slices also by their length.
//
// It reads what the interface itself holds, which is a copy that nobody writes, and follows no pointer, a string's
// aside, whose bytes never change: what is behind a pointer, or in a slice or a map, belongs to the user's code, which
// may be writing it under locks of its own. To read a map then ends the process, and no recover helps. For the same
// reason no method of the user's is called: a String that locks what the failed task has locked would wait for ever.
func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "<nil>"
	case time.Duration:
		return x.String()
	case time.Time:
		return x.String()
	}
	r := reflect.ValueOf(v)
	if text, ok := literal(r); ok {
		return text
	}
	t := r.Type()
	name := clip(t.String())
	switch t.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Chan, reflect.Map, reflect.UnsafePointer, reflect.Slice:
		if r.IsNil() {
			return "(" + name + ")(nil)"
		}
		if t.Kind() == reflect.Slice {
			return name + " (" + strconv.Itoa(r.Len()) + " elements)"
		}
		return name
	}
	return name + " (" + strconv.FormatUint(uint64(t.Size()), 10) + " bytes)"
}

// literal returns the text of a value that is shown as it is.
func literal(v reflect.Value) (text string, ok bool) {
	switch v.Kind() {
	case reflect.String:
		return clip(v.String()), true
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10), true
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits()), true
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits()), true
	case reflect.Array:
		if v.Len() > maxElements {
			return "", false
		}
		parts := make([]string, v.Len())
		for i := range parts {
			if parts[i], ok = literal(v.Index(i)); !ok {
				return "", false
			}
		}
		return clip("[" + strings.Join(parts, " ") + "]"), true
	}
	return "", false
}

// clip cuts a text at its bound.
func clip(s string) string { return clipTo(s, maxText) }

// clipTo cuts a text after n bytes.
func clipTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// textOf is the text of an error, in at most n bytes. The Error method may be the user's, and panic.
func textOf(err error, n int) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprintf("%T, whose Error method panicked", err)
		}
	}()
	return clipTo(err.Error(), n)
}
