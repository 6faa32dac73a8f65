package bag

import (
	"sync"
	"unsafe"

	"github.com/gomagpie/magpie/internal/pack"
)

// Sizer is implemented by a [Source] that can guess how many bytes the elements of a partition take in memory,
// without reading it. A computation under a memory limit plans with the guess until the partition is there and has been
// measured. Better too low than too high: what is said to need more than the limit is refused.
type Sizer interface{ Bytes(p int) int64 }

// Scratcher is implemented by a [Source] whose Each needs memory beside the elements, as for buffers and decompressors: so
// many bytes for a partition. A computation under a memory limit counts them while the partition is read.
type Scratcher interface{ Scratch(p int) int64 }

// extent is what is known of a bag's partitions before they are read. Both functions may be nil: not known.
//
// A guess asks the guesses of the bags below, and is asked for every task: along a chain of n operations that would be
// n² calls, and twice as many with every Repartition that joins two. So it is given up, as not known, when it has come
// too far.
type extent struct {
	rows  func(p int) int   // the exact number of elements
	bytes func(p int) int64 // a guess of what they take when they are held
	steps int               // operations that bytes goes through
	calls int               // that one call of bytes makes
}

// The bounds of a guess.
const (
	maxSteps = 64
	maxCalls = 1 << 20
)

// after returns the extent with a guess that makes so many calls of those of the extents below.
func (e extent) after(calls int, below ...extent) extent {
	for _, b := range below {
		e.steps = max(e.steps, b.steps+1)
		e.calls = max(e.calls, calls*(b.calls+1))
	}
	if e.steps > maxSteps || e.calls > maxCalls {
		return extent{rows: e.rows}
	}
	return e
}

// guess returns what partition p is expected to take, 0 if that is not known.
func (e extent) guess(p int) int64 {
	if e.bytes == nil {
		return 0
	}
	return e.bytes(p)
}

// count returns the number of elements of partition p, 0 if that is not known.
func (e extent) count(p int) int {
	if e.rows == nil {
		return 0
	}
	return e.rows(p)
}

// unknownMax bounds the guess for what is left of a partition by a function that may drop nearly all of it: a guess
// that is far too high would have the computation refused.
const unknownMax = 1 << 20

// thinned is the extent after a function that may drop elements, or give any number for each.
func (e extent) thinned() extent {
	if e.bytes == nil {
		return extent{}
	}
	return extent{bytes: func(p int) int64 { return min(e.bytes(p), unknownMax) }}.after(1, e)
}

// mapped is the extent of a bag of U made one by one from elements T of extent e.
func mapped[T, U any](e extent) extent {
	t, u := pack.Of[T](), pack.Of[U]()
	out := extent{rows: e.rows}
	switch {
	case e.rows != nil && u.Flat():
		out.bytes = func(p int) int64 { return int64(e.rows(p)) * u.Size() }
	case e.rows != nil:
		// What the elements will point to is anybody's guess: as much again.
		out.bytes = func(p int) int64 { return max(e.guess(p), 2*int64(e.rows(p))*u.Size()) }
	case e.bytes == nil:
	case u.Size() < t.Size() && u.Flat():
		out.bytes = func(p int) int64 { return int64(float64(e.bytes(p)) / float64(t.Size()) * float64(u.Size())) }
	default:
		out.bytes = e.bytes
	}
	return out.after(1, e)
}

// cutExtent is the extent of a bag whose partition i is run i of n elements of type T in parts runs.
func cutExtent[T any](n, parts int) extent {
	rows := func(p int) int {
		lo, hi := cut(n, parts, p)
		return hi - lo
	}
	var zero T
	return extent{rows: rows, bytes: func(p int) int64 { return int64(rows(p)) * int64(unsafe.Sizeof(zero)) }}
}

// sized is implemented by elements that know their size, with what they point to.
type sized interface{ Bytes() int64 }

// asked is how many elements of a partition are asked for their size, at most.
const asked = 64

// sliceExtent is the extent of a bag whose partitions are runs of items. What the items point to may be in use by others
// and is not looked at, unless they say their size themselves.
func sliceExtent[T any](items []T, parts int) extent {
	e := cutExtent[T](len(items), parts)
	if _, ok := any(*new(T)).(sized); !ok {
		return e
	}
	known := e.bytes
	sizes := sync.OnceValue(func() []int64 { return ask(items, parts, known) })
	e.bytes = func(p int) int64 { return sizes()[p] }
	return e
}

// ask returns what the items say of the partitions. A guess is asked for on any goroutine, where a panic of the user's
// method would be nobody's: then it is what was known without the items.
func ask[T any](items []T, parts int, known func(p int) int64) []int64 {
	sizes := make([]int64, parts)
	for p := range sizes {
		sizes[p] = func() (n int64) {
			defer func() {
				if recover() != nil {
					n = known(p)
				}
			}()
			lo, hi := cut(len(items), parts, p)
			rows := int64(hi - lo)
			k := min(rows, asked)
			total := 0.0
			for i := range k {
				total += float64(any(items[lo+int(i*rows/k)]).(sized).Bytes())
			}
			return int64(total * float64(rows) / float64(max(k, 1)))
		}()
	}
	return sizes
}
