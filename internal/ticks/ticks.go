// Package ticks reads the processor's own counter, at a third of what the system's clock costs.
//
// Ticks have no unit and no zero: who reads them reads the clock as well, before and after, and places them in between
// with [Span.Time]. That holds whatever the counter's rate is, and if it stands still or jumps (a processor that sleeps,
// a machine that moves) a time is at worst as wrong as the two readings are apart.
//
// Where the counter cannot be read, ticks are the system clock's nanoseconds.
package ticks

import "time"

// Span is two moments at which both the counter and the clock were read.
type Span struct {
	FromTicks, ToTicks int64
	From, To           time.Duration
}

// Time returns when the counter stood at t: between From and To, in the order of the ticks. It is safe for concurrent
// use.
func (s Span) Time(t int64) time.Duration {
	all := s.ToTicks - s.FromTicks
	if t <= s.FromTicks || all <= 0 {
		return s.From
	}
	if t >= s.ToTicks {
		return s.To
	}
	return s.From + time.Duration(float64(t-s.FromTicks)/float64(all)*float64(s.To-s.From))
}
