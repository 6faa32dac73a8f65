package pack

import (
	"reflect"
	"unsafe"
)

// What an estimate looks at: so many elements of the slice asked about, so many of each slice or map within, and so
// many levels of those. It takes some 10 µs at most, whatever the size of the data.
const (
	sampleTop    = 64
	sampleWithin = 8
	depthMax     = 6
)

// SizeOf returns the memory of a slice and of all that its elements point to: exactly if they have no pointers, else
// from a sample of 64 elements spread evenly. Memory that several elements share is counted for each.
func SizeOf[T any](items []T) int64 {
	t := Of[T]()
	own := int64(cap(items)) * t.Size()
	if t.shape == flat || len(items) == 0 {
		return own
	}
	return own + t.sample(unsafe.Pointer(unsafe.SliceData(items)), len(items), sampleTop, 0)
}

// sample estimates what n elements at p point to, from at most k of them.
func (t *Type) sample(p unsafe.Pointer, n, k, depth int) int64 {
	if n <= k {
		total := int64(0)
		for i := range n {
			total += t.beyond(at(p, i, t.size), depth)
		}
		return total
	}
	total := 0.0
	for i := range k {
		// The middle of each of k equal runs, so that neither end is preferred.
		total += float64(t.beyond(at(p, int((2*uint64(i)+1)*uint64(n)/(2*uint64(k))), t.size), depth))
	}
	return int64(total * float64(n) / float64(k))
}

// beyond estimates the memory that the value at p points to.
func (t *Type) beyond(p unsafe.Pointer, depth int) int64 {
	if depth > depthMax {
		return 0
	}
	switch t.shape {
	case text:
		return int64(len(*(*string)(p)))
	case list:
		h := (*header)(p)
		own := int64(h.cap) * t.elem.Size()
		if t.elem.shape == flat {
			return own
		}
		return own + t.elem.sample(h.data, h.len, sampleWithin, depth+1)
	case array:
		return t.elem.sample(p, t.n, sampleWithin, depth+1)
	case record:
		total := int64(0)
		for _, f := range t.fields {
			if f.t.shape != flat {
				total += f.t.beyond(unsafe.Add(p, f.offset), depth)
			}
		}
		return total
	case ref:
		if q := *(*unsafe.Pointer)(p); q != nil {
			return t.elem.Size() + t.elem.beyond(q, depth+1)
		}
	case dict:
		return t.entries(reflect.NewAt(t.typ, p).Elem(), depth)
	case boxed:
		return inside(reflect.NewAt(t.typ, p).Elem().Elem(), depth)
	}
	return 0
}

// slotBytes is what a map takes for an entry beside key and value: a control byte, and its share of free slots, of
// which a quarter are on average; see entrySize.
const slotBytes = 1

func entrySize(key, elem *Type) int64 { return (key.Size() + elem.Size() + slotBytes) * 4 / 3 }

// mapBytes is an empty map's own memory.
const mapBytes = 48

func (t *Type) entries(m reflect.Value, depth int) int64 {
	n := m.Len()
	if m.IsNil() {
		return 0
	}
	total := mapBytes + int64(n)*entrySize(t.key, t.elem)
	if n == 0 || t.key.shape == flat && t.elem.shape == flat {
		return total
	}
	sum, k := int64(0), 0
	key, elem := reflect.New(t.key.typ), reflect.New(t.elem.typ)
	for it := m.MapRange(); it.Next() && k < sampleWithin; k++ {
		key.Elem().SetIterKey(it)
		elem.Elem().SetIterValue(it)
		sum += t.key.beyond(key.UnsafePointer(), depth+1) + t.elem.beyond(elem.UnsafePointer(), depth+1)
	}
	return total + sum*int64(n)/int64(max(k, 1))
}

// inside estimates the memory of the value in an interface.
func inside(v reflect.Value, depth int) int64 {
	if !v.IsValid() {
		return 0
	}
	t := of(v.Type())
	if t.shape == ref || t.shape == dict || t.shape == opaque { // the interface's word is the pointer
		p := v.UnsafePointer()
		return t.beyond(unsafe.Pointer(&p), depth+1)
	}
	copied := reflect.New(t.typ)
	copied.Elem().Set(v)
	return t.Size() + t.beyond(copied.UnsafePointer(), depth+1)
}
