package futures

import (
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
)

// names remembers the last functions named, by their entry, so that naming a task in a loop costs a load. Two
// functions that meet in a slot take turns.
var names [256]atomic.Pointer[named]

type named struct {
	pc   uintptr
	name string
}

// nameOf returns the name of a function as its user wrote it: "inc" for main.inc, "Line.Mean" for a method of Line,
// "main.func1" for a function without a name in main.
//
// ok is false if it is nil.
func nameOf(f any) (name string, ok bool) {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Func || v.IsNil() {
		return "func", false
	}
	pc := v.Pointer()
	slot := &names[pc>>4%uintptr(len(names))]
	if n := slot.Load(); n != nil && n.pc == pc {
		return n.name, true
	}
	name = "func"
	if fn := runtime.FuncForPC(pc); fn != nil {
		name = trimName(fn.Name())
	}
	slot.Store(&named{pc, name})
	return name, true
}

// trimName shortens "example.com/a/b.(*Line[...]).Mean-fm" to "Line.Mean".
func trimName(full string) string {
	s := strings.TrimSuffix(full, "-fm")
	s = strings.ReplaceAll(s, "[...]", "")
	s = s[strings.LastIndexByte(s, '/')+1:]
	if _, rest, ok := strings.Cut(s, "."); ok {
		s = rest
	}
	return strings.NewReplacer("(*", "", "(", "", ")", "").Replace(s)
}
