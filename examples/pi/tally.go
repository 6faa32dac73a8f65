package main

import (
	"fmt"
	"math"
)

// Tally is how many points were thrown, and how many of them fell into the quarter of the circle.
type Tally struct{ Hits, Points int }

// Pi is the estimate of π.
func (t Tally) Pi() float64 { return 4 * float64(t.Hits) / float64(t.Points) }

// Error is the standard error of the estimate.
func (t Tally) Error() float64 {
	p := float64(t.Hits) / float64(t.Points)
	return 4 * math.Sqrt(p*(1-p)/float64(t.Points))
}

// String returns the estimate with its error.
func (t Tally) String() string {
	return fmt.Sprintf("π ≈ %.5f ± %.5f from %d points", t.Pi(), t.Error(), t.Points)
}

func add(all []Tally) Tally {
	var sum Tally
	for _, t := range all {
		sum.Hits += t.Hits
		sum.Points += t.Points
	}
	return sum
}
