package demo

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
)

// memory is a sink that keeps what it is given, up to a limit.
type memory struct {
	elements []float32
	limit    int
}

var errFull = errors.New("full")

func (m *memory) Write(elements []float32) error {
	if m.limit > 0 && len(m.elements)+len(elements) > m.limit {
		return errFull
	}
	m.elements = append(m.elements, elements...)
	return nil
}

func TestArray(t *testing.T) {
	const n = 2*blockElements + 12345
	var first memory
	for _, workers := range []int{1, 2, 8} {
		var m memory
		done := int64(0)
		err := writeArray(context.Background(), &m, 3, n, workers, func(bytes int64) { done += bytes })
		if err != nil || len(m.elements) != n || done != n*elementBytes {
			t.Fatalf("%d workers: %d elements, %d bytes reported: %v", workers, len(m.elements), done, err)
		}
		if first.elements == nil {
			first = m
		} else if !slices.Equal(first.elements, m.elements) {
			t.Errorf("%d workers give other elements", workers)
		}
	}
	// The exponential distribution has mean 1 and standard deviation 1: five standard errors are allowed.
	sum := 0.0
	for _, x := range first.elements {
		if x < 0 || math.IsInf(float64(x), 0) {
			t.Fatalf("element %v", x)
		}
		sum += float64(x)
	}
	if mean := sum / n; math.Abs(mean-1) > 5/math.Sqrt(n) {
		t.Errorf("mean %v", mean)
	}
}

func TestArrayFailure(t *testing.T) {
	err := writeArray(context.Background(), &memory{limit: blockElements}, 3, 9*blockElements, 2, func(int64) {})
	if !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
	stop := errors.New("stop")
	ctx, cancel := context.WithCancelCause(context.Background())
	err = writeArray(ctx, &memory{}, 3, 9*blockElements, 2, func(int64) { cancel(stop) })
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}
