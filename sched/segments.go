package sched

import "iter"

// segments is a list that grows without copying what it holds: growing slices of ten million tasks copied, and left to
// the collector, four times the graph's memory.
type segments[T any] struct {
	full [][]T // of segmentLen each
	last []T
}

const (
	segmentBits = 14
	segmentLen  = 1 << segmentBits
)

func (s *segments[T]) len() int { return len(s.full)<<segmentBits + len(s.last) }

func (s *segments[T]) push(x T) {
	if len(s.last) == segmentLen {
		s.full = append(s.full, s.last)
		s.last = make([]T, 0, segmentLen)
	}
	s.last = append(s.last, x)
}

// at returns the place of the i-th entry. It may move with the next push.
func (s *segments[T]) at(i int) *T {
	if k := i >> segmentBits; k < len(s.full) {
		return &s.full[k][i&(segmentLen-1)]
	}
	return &s.last[i&(segmentLen-1)]
}

// drain hands out the entries, block by block, and forgets them.
func (s *segments[T]) drain() iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for i, block := range s.full {
			s.full[i] = nil
			if !yield(block) {
				return
			}
		}
		last := s.last
		s.full, s.last = nil, nil
		yield(last)
	}
}

// flat returns the entries in one slice, and forgets them.
func (s *segments[T]) flat() []T {
	if len(s.full) == 0 {
		all := s.last
		s.last = nil
		return all
	}
	all := make([]T, 0, s.len())
	for block := range s.drain() {
		all = append(all, block...)
	}
	return all
}
