package pack

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// Write writes a slice so that [Read] gives an equal one. T must be a type that can be written.
func Write[T any](w io.Writer, items []T) error {
	t := Of[T]()
	if !t.writes {
		return fmt.Errorf("pack: a %v cannot be written: it contains a pointer, an interface, a channel or a function", t.typ)
	}
	out := &writer{Writer: bufio.NewWriterSize(w, 64<<10)}
	out.list(t, (*header)(unsafe.Pointer(&items)))
	return out.Flush()
}

// writer keeps the first error, as bufio does: Flush returns it.
type writer struct {
	*bufio.Writer
	word [binary.MaxVarintLen64]byte
}

func (w *writer) number(n uint64) {
	w.Write(w.word[:binary.PutUvarint(w.word[:], n)])
}

// length writes a length, or that there is nothing: nil and empty are not the same.
func (w *writer) length(n int, isNil bool) {
	if isNil {
		n = -1
	}
	w.number(uint64(n + 1))
}

func (w *writer) bytes(p unsafe.Pointer, n int) {
	if n > 0 {
		w.Write(unsafe.Slice((*byte)(p), n))
	}
}

func (w *writer) list(elem *Type, h *header) {
	w.length(h.len, h.data == nil)
	w.values(elem, h.data, h.len)
}

// values writes n values that lie at p.
func (w *writer) values(t *Type, p unsafe.Pointer, n int) {
	if t.shape == flat {
		w.bytes(p, n*int(t.size))
		return
	}
	for i := range n {
		w.value(t, at(p, i, t.size))
	}
}

func (w *writer) value(t *Type, p unsafe.Pointer) {
	switch t.shape {
	case flat:
		w.bytes(p, int(t.size))
	case text:
		s := *(*string)(p)
		w.number(uint64(len(s)))
		w.WriteString(s)
	case list:
		w.list(t.elem, (*header)(p))
	case array:
		w.values(t.elem, p, t.n)
	case record:
		for _, f := range t.fields {
			w.value(f.t, unsafe.Add(p, f.offset))
		}
	case dict:
		w.entries(t, reflect.NewAt(t.typ, p).Elem())
	case moment:
		m := *(*time.Time)(p)
		w.number(uint64(zones.number(zoneOf(&m))))
		*zoneAt(&m) = nil
		w.bytes(unsafe.Pointer(&m), int(timeType.Size()))
	}
}

func (w *writer) entries(t *Type, m reflect.Value) {
	w.length(m.Len(), m.IsNil())
	key, elem := reflect.New(t.key.typ), reflect.New(t.elem.typ)
	for it := m.MapRange(); it.Next(); {
		key.Elem().SetIterKey(it)
		elem.Elem().SetIterValue(it)
		w.value(t.key, key.UnsafePointer())
		w.value(t.elem, elem.UnsafePointer())
	}
}

// zones numbers the time zones of written times. A zone is known by its address, which must come back: times are
// compared with ==. There are few, and the table is never emptied.
var zones = zoneTable{byZone: map[*time.Location]int{nil: 0}, list: []*time.Location{nil}}

type zoneTable struct {
	mu     sync.Mutex
	byZone map[*time.Location]int
	list   []*time.Location
}

func (z *zoneTable) number(l *time.Location) int {
	z.mu.Lock()
	defer z.mu.Unlock()
	n, ok := z.byZone[l]
	if !ok {
		n = len(z.list)
		z.byZone[l], z.list = n, append(z.list, l)
	}
	return n
}

func (z *zoneTable) zone(n int) (*time.Location, bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if n < 0 || n >= len(z.list) {
		return nil, false
	}
	return z.list[n], true
}

// zoneOffset is where a time keeps its zone.
var zoneOffset = func() uintptr {
	f, _ := timeType.FieldByName("loc")
	return f.Offset
}()

func zoneAt(m *time.Time) **time.Location {
	return (**time.Location)(unsafe.Add(unsafe.Pointer(m), zoneOffset))
}

func zoneOf(m *time.Time) *time.Location { return *zoneAt(m) }
