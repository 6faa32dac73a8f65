package futures

import (
	"cmp"
	"reflect"
	"slices"
	"sync"
	"weak"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/sched"
)

// HeldResult is the result of a future or of a persisted value or collection that somebody holds.
type HeldResult struct {
	Key   string
	Bytes int64
	Site  site.Site // the user's call that made it; zero if that is not known
}

// Sizer is implemented by results that know their size. Without it the size of strings and of slices of strings is known,
// and of other slices what their elements take themselves, without what those point to; that of other results is not.
type Sizer interface{ Bytes() int64 }

// leastHeld is the size from which Held lists a result. Smaller ones are not worth the 300 ns that noting one costs.
const leastHeld = 4096

// Held lists the results of 4 KiB and more that are in memory because somebody holds their futures, or the persisted
// values, arrays and bags that they belong to: the largest first, those of equal size by their keys. A persisted
// collection is one entry, which grows while it is computed. [sched.Held] has those of one engine, with their progress,
// and [sched.Engine.Stats] their sum, and what the engine holds for computations under way.
func Held() []HeldResult {
	var list []HeldResult
	for _, c := range notes.alive() {
		if v, err, ok := c.Poll(); ok && err == nil {
			if n := max(sizeOf(v), bytesOf(c)); n >= leastHeld {
				at := site.Site{}
				if s, ok := c.(interface{ Site() site.Site }); ok {
					at = s.Site()
				}
				list = append(list, HeldResult{c.Key(), n, at})
			}
		}
	}
	for _, h := range sched.Held(nil) {
		if h.Bytes >= leastHeld {
			list = append(list, HeldResult{h.Key, h.Bytes, h.Site})
		}
	}
	slices.SortFunc(list, func(a, b HeldResult) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Key, b.Key))
	})
	return list
}

// Bytes returns the size of the result that the future holds; 0 if it has none, or of unknown size.
func (f *Future[T]) Bytes() int64 {
	c := f.at().current()
	if err, ok := sched.Ended(c); !ok || err != nil {
		return 0
	}
	n := bytesOf(c)
	if _, mayBeOnDisk := c.(*started); mayBeOnDisk && n > 0 {
		return n
	}
	v, _, _ := c.Poll()
	return max(sizeOf(v), n)
}

// noteList remembers futures with large results, weakly.
type noteList struct {
	mu    sync.Mutex
	list  []func() sched.External // each returns nil when its future is gone
	prune int                     // the length at which the dead are removed next
}

var notes noteList

// note remembers c.
func note[C any, P interface {
	*C
	sched.External
}](c P) {
	w := weak.Make((*C)(c))
	n := &notes
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, func() sched.External {
		if c := w.Value(); c != nil {
			return P(c)
		}
		return nil
	})
	if len(n.list) >= n.prune {
		n.list = slices.DeleteFunc(n.list, func(get func() sched.External) bool { return get() == nil })
		n.prune = max(64, 2*len(n.list))
	}
}

// alive returns the futures that are still there.
func (n *noteList) alive() (all []sched.External) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, get := range n.list {
		if c := get(); c != nil {
			all = append(all, c)
		}
	}
	return all
}

// sizeOf returns the size of a result, 0 if it is not known.
func sizeOf(v any) int64 {
	switch v := v.(type) {
	case nil, int, float64, bool:
		return 0
	case Sizer:
		return v.Bytes()
	case string:
		return int64(len(v))
	case []byte:
		return int64(len(v))
	case []int:
		return int64(len(v)) * 8
	case []int32:
		return int64(len(v)) * 4
	case []int64:
		return int64(len(v)) * 8
	case []uint64:
		return int64(len(v)) * 8
	case []float32:
		return int64(len(v)) * 4
	case []float64:
		return int64(len(v)) * 8
	case []complex128:
		return int64(len(v)) * 16
	case []string:
		n := int64(len(v)) * 16
		for _, s := range v {
			n += int64(len(s))
		}
		return n
	}
	if x := reflect.ValueOf(v); x.Kind() == reflect.Slice {
		return int64(x.Len()) * int64(x.Type().Elem().Size())
	}
	return 0
}
