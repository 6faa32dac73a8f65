package ticks

import (
	"testing"
	"time"
)

func TestNow(t *testing.T) {
	begin := time.Now()
	s := Span{FromTicks: Now(), From: time.Since(begin)}
	var inside []int64
	for time.Since(begin) < 5*time.Millisecond {
		inside = append(inside, Now())
	}
	s.ToTicks, s.To = Now(), time.Since(begin)
	if s.ToTicks <= s.FromTicks {
		t.Fatalf("the counter stood still, or went back: %d, %d", s.FromTicks, s.ToTicks)
	}
	before := s.From
	for _, x := range inside {
		at := s.Time(x)
		if at < before || at > s.To {
			t.Fatalf("%v after %v, of %v", at, before, s.To)
		}
		before = at
	}
}

func TestSpan(t *testing.T) {
	s := Span{FromTicks: 1000, ToTicks: 3000, From: time.Second, To: 2 * time.Second}
	for _, c := range []struct {
		ticks int64
		want  time.Duration
	}{
		{1000, time.Second}, {2000, 1500 * time.Millisecond}, {3000, 2 * time.Second}, {2500, 1750 * time.Millisecond},
		{0, time.Second}, {9000, 2 * time.Second}, // a counter that jumped
	} {
		if got := s.Time(c.ticks); got != c.want {
			t.Errorf("%d: %v, want %v", c.ticks, got, c.want)
		}
	}
	if got := (Span{FromTicks: 5, ToTicks: 5, From: time.Second, To: 2 * time.Second}).Time(5); got != time.Second {
		t.Errorf("a counter that stands still: %v", got)
	}
}
