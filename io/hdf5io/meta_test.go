package hdf5io

import (
	"errors"
	"math"
	"slices"
	"testing"
)

// TestValidate: what a damaged file can claim is refused before memory is given to it.
func TestValidate(t *testing.T) {
	chunked := func(shape, chunk []int, filters ...filter) *meta {
		return &meta{kind: Float64, plain: true, layout: layoutChunked, shape: shape, chunk: chunk, filters: filters}
	}
	for _, c := range []struct {
		name string
		m    *meta
		want error
	}{
		{"good", chunked([]int{10}, []int{4}), nil},
		{"gzip", chunked([]int{10}, []int{4}, filter{id: filterDeflate}), nil},
		{"lzf without its plugin", chunked([]int{10}, []int{4}, filter{id: filterLZF}), nil},
		{"empty although huge", chunked([]int{math.MaxInt, math.MaxInt, 0}, []int{1, 1, 1}), nil},
		{"null", &meta{null: true, kind: Int8}, ErrNoElements},
		{"string", &meta{stored: "string of 8 bytes"}, ErrType},
		{"overflow", chunked([]int{1 << 30, 1 << 30, 1 << 30}, []int{1, 1, 1}), ErrCorrupt},
		{"overflow by the element size", chunked([]int{1 << 30, 1 << 30, 2}, []int{1, 1, 1}), ErrCorrupt},
		{"chunk of another rank", chunked([]int{10}, []int{4, 4}), ErrCorrupt},
		{"chunk of length zero", chunked([]int{10}, []int{0}), ErrCorrupt},
		{"chunk over 4 GiB", chunked([]int{1 << 30}, []int{1 << 29}), ErrCorrupt},
		{"chunk whose size overflows", chunked([]int{10, 10, 10}, []int{1 << 30, 1 << 30, 1 << 30}), ErrCorrupt},
		{"unknown filter", chunked([]int{10}, []int{4}, filter{id: 32015, name: "zstd"}), ErrFilter},
		{"plugin filter", chunked([]int{10}, []int{4}, filter{id: 32015, available: true}), nil},
		{"inside the file", &meta{kind: Int8, layout: layoutContiguous, shape: []int{900}, offset: 100}, nil},
		{"past the end", &meta{kind: Int8, layout: layoutContiguous, shape: []int{901}, offset: 100}, ErrTruncated},
		{"far past the end", &meta{kind: Int8, layout: layoutContiguous, shape: []int{math.MaxInt}, offset: math.MaxInt64}, ErrTruncated},
	} {
		if err := c.m.validate(1000); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestStretch cuts a row-major order into regions and puts it together again.
func TestStretch(t *testing.T) {
	for _, whole := range [][]int{{}, {7}, {3, 5}, {2, 3, 4}, {4, 1, 3}, {1, 1, 1}} {
		total := elements(whole)
		for step := 1; step <= total; step++ {
			var order [][]int
			regions := 0
			for pos := 0; pos < total; {
				for left := min(step, total-pos); left > 0; {
					start, shape := stretch(whole, pos, left)
					n := elements(shape)
					if n < 1 || n > left || inside(whole, start, shape) != nil {
						t.Fatalf("stretch(%v, %d, %d) = %v, %v", whole, pos, left, start, shape)
					}
					walk(shape, func(at []int) {
						place := slices.Clone(at)
						for d := range place {
							place[d] += start[d]
						}
						order = append(order, place)
					})
					pos, left, regions = pos+n, left-n, regions+1
				}
			}
			i := 0
			walk(whole, func(at []int) {
				if !slices.Equal(order[i], at) {
					t.Fatalf("%v in steps of %d: element %d is %v, want %v", whole, step, i, order[i], at)
				}
				i++
			})
			if step == total && regions != 1 {
				t.Errorf("%v whole: %d regions", whole, regions)
			}
		}
	}
}
