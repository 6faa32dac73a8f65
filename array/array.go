package array

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomagpie/magpie/sched"
)

// Array is a lazy n-dimensional array of numbers, cut into chunks. It says how its elements come about; no element is
// read or computed before [Array.Compute], [Array.Item] or [Array.Persist] asks for it.
//
// An Array is immutable: operations return new ones, and cost a few hundred nanoseconds whatever the size. Safe for
// concurrent use.
type Array[T Number] struct{ v *value[T] }

func wrap[T Number](v *value[T]) *Array[T] { return &Array[T]{v} }

// value returns what x stands for; a nil or zero Array is one that could not be built.
func (x *Array[T]) value() *value[T] {
	if x == nil || x.v == nil {
		return &value[T]{err: errNilArray, shape: []int{}}
	}
	return x.v
}

// Shape returns the lengths of the axes. The slice is the caller's.
func (x *Array[T]) Shape() []int { return slices.Clone(x.value().shape) }

// NDim returns the number of axes.
func (x *Array[T]) NDim() int { return len(x.value().shape) }

// Size returns the number of elements; a 0-d array has one.
func (x *Array[T]) Size() int { return x.value().size() }

// NBytes returns the size of the elements in bytes.
func (x *Array[T]) NBytes() int64 { return int64(x.value().size()) * int64(sizeOf[T]()) }

// Chunks lists, for each axis, the lengths of its chunks.
func (x *Array[T]) Chunks() [][]int { return x.value().chunks() }

// NumChunks returns the number of chunks.
func (x *Array[T]) NumChunks() int { return x.value().numChunks() }

// Err returns the mistake made while building the array, or nil. It is an *[Error]. Of a persisted array it also returns,
// once the computation has ended, why that failed. It does not wait.
func (x *Array[T]) Err() error { return x.value().error() }

// String describes the array without computing it: "array.Array[float64] shape=(100, 3) chunks=4 of (25, 3)".
func (x *Array[T]) String() string { return x.value().describe("Array") }

// Lower implements [sched.Lazy]: it adds the tasks that compute the chunks, in row-major order of the chunks.
func (x *Array[T]) Lower(p *sched.Plan) ([]sched.TaskID, error) { return x.value().Lower(p) }

func (v *value[T]) size() int {
	if v.err != nil {
		return 0
	}
	return product(v.shape)
}

func (v *value[T]) numChunks() int {
	if v.err != nil {
		return 0
	}
	return v.grid.count()
}

func (v *value[T]) chunks() [][]int {
	out := make([][]int, len(v.grid))
	for d := range out {
		out[d] = v.grid[d].lengths()
	}
	return out
}

func (v *value[T]) describe(kind string) string {
	if v.err != nil {
		return fmt.Sprintf("array.%s[%s] error: %v", kind, dtypeOf[T](), v.err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "array.%s", kind)
	if kind == "Array" {
		fmt.Fprintf(&b, "[%s]", dtypeOf[T]())
	}
	fmt.Fprintf(&b, " shape=%s", shapeString(v.shape))
	if len(v.shape) > 0 {
		largest := make([]int, len(v.grid))
		for d := range v.grid {
			a := &v.grid[d]
			if a.ends != nil {
				largest[d] = slices.Max(a.lengths())
			} else {
				largest[d] = min(a.n, max(a.size, a.first))
			}
		}
		fmt.Fprintf(&b, " chunks=%d of %s", v.grid.count(), shapeString(largest))
	}
	return b.String()
}
