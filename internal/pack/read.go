package pack

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"
	"unsafe"
)

// errDamaged is the error of a stream that Write has not written.
var errDamaged = errors.New("pack: the stream is damaged")

// Read reads a slice that [Write] has written. If r is an io.ByteReader, nothing behind the slice is read.
func Read[T any](r io.Reader) ([]T, error) {
	t := Of[T]()
	if !t.writes {
		return nil, fmt.Errorf("pack: a %v cannot be read", t.typ)
	}
	in, ok := r.(source)
	if !ok {
		in = bufio.NewReader(r)
	}
	var items []T
	rd := &reader{source: in}
	n := rd.length()
	if rd.err == nil && n >= 0 {
		items = make([]T, 0, min(n, room(t, aheadTop)))
		for len(items) < n && rd.err == nil {
			k := min(n-len(items), room(t, aheadTop))
			items = append(items, make([]T, k)...)
			rd.values(t, unsafe.Pointer(&items[len(items)-k]), k)
		}
	}
	if rd.err != nil {
		return nil, rd.err
	}
	return items, nil
}

type source interface {
	io.Reader
	io.ByteReader
}

// reader keeps the first error.
type reader struct {
	source
	err error
}

// What is made before the bytes for it have been seen to be there: a length in a damaged stream must not ask for a
// terabyte. The slice itself is read once a stream, what is in it a million times.
const (
	aheadTop    = 64 << 20
	aheadWithin = 1 << 20
)

// room returns how many values of type t take so many bytes.
func room(t *Type, bytes int64) int { return int(max(1, bytes/max(1, t.Size()))) }

func (r *reader) fail(err error) {
	if r.err == nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		r.err = err
	}
}

func (r *reader) number() uint64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r.source)
	if err != nil {
		r.fail(err)
		return 0
	}
	return n
}

// length returns a length, or -1 for nil.
func (r *reader) length() int {
	n := int(r.number()) - 1
	if n < -1 {
		r.fail(errDamaged)
	}
	return n
}

func (r *reader) bytes(p unsafe.Pointer, n int) {
	if n > 0 && r.err == nil {
		if _, err := io.ReadFull(r.source, unsafe.Slice((*byte)(p), n)); err != nil {
			r.fail(err)
		}
	}
}

// values reads n values into zeroed memory at p.
func (r *reader) values(t *Type, p unsafe.Pointer, n int) {
	if t.shape == flat {
		r.bytes(p, n*int(t.size))
		return
	}
	for i := 0; i < n && r.err == nil; i++ {
		r.value(t, at(p, i, t.size))
	}
}

func (r *reader) value(t *Type, p unsafe.Pointer) {
	switch t.shape {
	case flat:
		r.bytes(p, int(t.size))
	case text:
		*(*string)(p) = r.text()
	case list:
		r.list(t, p)
	case array:
		r.values(t.elem, p, t.n)
	case record:
		for _, f := range t.fields {
			r.value(f.t, unsafe.Add(p, f.offset))
		}
	case dict:
		r.entries(t, p)
	case moment:
		zone, ok := zones.zone(int(r.number()))
		if !ok {
			r.fail(errDamaged)
		}
		m := (*time.Time)(p)
		// The place of the pointer holds zero in the stream.
		var raw [unsafe.Sizeof(time.Time{})]byte
		r.bytes(unsafe.Pointer(&raw), len(raw))
		copy(unsafe.Slice((*byte)(p), zoneOffset), raw[:])
		*zoneAt(m) = zone
	}
}

func (r *reader) text() string {
	n := int(r.number())
	if n < 0 {
		r.fail(errDamaged)
	}
	if n <= 0 || r.err != nil {
		return ""
	}
	b := make([]byte, 0, min(n, aheadWithin))
	for len(b) < n && r.err == nil {
		k := min(n-len(b), aheadWithin)
		b = append(b, make([]byte, k)...)
		r.bytes(unsafe.Pointer(&b[len(b)-k]), k)
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// list reads into the slice at p. Memory is made by reflection, so that the collector knows what is in it.
func (r *reader) list(t *Type, p unsafe.Pointer) {
	n := r.length()
	if n < 0 || r.err != nil {
		return
	}
	s := reflect.NewAt(t.typ, p).Elem()
	s.Set(reflect.MakeSlice(t.typ, 0, min(n, room(t.elem, aheadWithin))))
	for s.Len() < n && r.err == nil {
		from, k := s.Len(), min(n-s.Len(), room(t.elem, aheadWithin))
		s.Grow(k)
		s.SetLen(from + k)
		r.values(t.elem, at(s.UnsafePointer(), from, t.elem.size), k)
	}
}

func (r *reader) entries(t *Type, p unsafe.Pointer) {
	n := r.length()
	if n < 0 || r.err != nil {
		return
	}
	m := reflect.MakeMapWithSize(t.typ, min(n, room(t.key, aheadWithin)))
	key, elem := reflect.New(t.key.typ), reflect.New(t.elem.typ)
	for i := 0; i < n && r.err == nil; i++ {
		key.Elem().SetZero()
		elem.Elem().SetZero()
		r.value(t.key, key.UnsafePointer())
		r.value(t.elem, elem.UnsafePointer())
		if r.err == nil {
			m.SetMapIndex(key.Elem(), elem.Elem())
		}
	}
	reflect.NewAt(t.typ, p).Elem().Set(m)
}
