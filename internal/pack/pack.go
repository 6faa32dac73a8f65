// Package pack estimates the memory of Go values, and writes values to a stream and reads them back exactly.
//
// What it can write is decided by the type alone, once: anything made of numbers, booleans, strings, arrays, slices,
// maps, structs (unexported fields too) and time.Time. Equal values come back: bit patterns of floats, nil and empty
// slices, and monotonic clock readings are kept. Pointers, interfaces, channels and functions are refused, since what
// comes back would be another pointer: encoding/gob, which follows them, also drops unexported fields and makes empty
// slices nil, so it was not good enough to stand in for a value that the user never sees leave.
//
// Streams are read by the process that wrote them, so memory is copied as it lies, in the machine's byte order.
package pack

import (
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// shape says how values of a type lie in memory.
type shape uint8

const (
	flat   shape = iota // no pointers: its bytes are its value
	text                // string
	list                // slice
	array               // array of elements that are not flat
	record              // struct with a field that is not flat
	dict                // map
	moment              // time.Time
	ref                 // pointer
	boxed               // interface
	opaque              // channel, function, unsafe pointer
)

// Type is how values of one Go type are sized, written and read. It is immutable and safe for concurrent use.
type Type struct {
	typ    reflect.Type
	shape  shape
	size   uintptr
	elem   *Type // of a list, array, dict or ref
	key    *Type // of a dict
	n      int   // elements of an array
	fields []field
	writes bool
}

type field struct {
	offset uintptr
	t      *Type
}

// types holds a *Type for each reflect.Type seen.
var types sync.Map

// Of returns how values of type T are handled. The first call for a type walks it by reflection.
func Of[T any]() *Type { return of(reflect.TypeFor[T]()) }

func of(typ reflect.Type) *Type {
	if t, ok := types.Load(typ); ok {
		return t.(*Type)
	}
	t := analyse(typ, map[reflect.Type]*Type{})
	t.writes = t.writable(map[*Type]bool{})
	got, _ := types.LoadOrStore(typ, t)
	return got.(*Type)
}

var timeType = reflect.TypeFor[time.Time]()

// analyse describes typ. seen ends the recursion of types that contain themselves.
func analyse(typ reflect.Type, seen map[reflect.Type]*Type) *Type {
	if t := seen[typ]; t != nil {
		return t
	}
	t := &Type{typ: typ, size: typ.Size()}
	seen[typ] = t
	if typ == timeType {
		t.shape = moment
		return t
	}
	switch typ.Kind() {
	case reflect.String:
		t.shape = text
	case reflect.Slice:
		t.shape, t.elem = list, analyse(typ.Elem(), seen)
	case reflect.Array:
		if t.elem, t.n = analyse(typ.Elem(), seen), typ.Len(); t.elem.shape != flat {
			t.shape = array
		}
	case reflect.Struct:
		for i := range typ.NumField() {
			f := typ.Field(i)
			if ft := analyse(f.Type, seen); ft.shape != flat {
				t.shape = record
			}
		}
		if t.shape == record {
			for i := range typ.NumField() {
				t.fields = append(t.fields, field{typ.Field(i).Offset, seen[typ.Field(i).Type]})
			}
		}
	case reflect.Map:
		t.shape, t.key, t.elem = dict, analyse(typ.Key(), seen), analyse(typ.Elem(), seen)
	case reflect.Pointer:
		t.shape, t.elem = ref, analyse(typ.Elem(), seen)
	case reflect.Interface:
		t.shape = boxed
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		t.shape = opaque
	}
	return t
}

// writable reports whether nothing in t is refused. A type inside itself is as good as the rest of it.
func (t *Type) writable(seen map[*Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	switch t.shape {
	case ref, boxed, opaque:
		return false
	case list, array:
		return t.elem.writable(seen)
	case dict:
		return t.key.writable(seen) && t.elem.writable(seen)
	}
	for _, f := range t.fields {
		if !f.t.writable(seen) {
			return false
		}
	}
	return true
}

// Flat reports whether values have no pointers in them, so that their size is that of the type.
func (t *Type) Flat() bool { return t.shape == flat }

// CanWrite reports whether values can be written and read back exactly.
func (t *Type) CanWrite() bool { return t.writes }

// Size returns the size of the type itself, without what values point to.
func (t *Type) Size() int64 { return int64(t.size) }

// header is a slice in memory.
type header struct {
	data     unsafe.Pointer
	len, cap int
}

func at(p unsafe.Pointer, i int, size uintptr) unsafe.Pointer { return unsafe.Add(p, uintptr(i)*size) }
