package sched

import (
	"slices"
	"testing"
)

// What an executor has taken from the injector and not begun goes back to the front, and what its tasks made on a stack
// of its own, whose turn comes in between.
func TestGiveBackToTheFront(t *testing.T) {
	var in injector
	ss := newSeats(1)
	s := ss.all[0]
	names := []string{"a", "b", "c", "d", "e"}
	for _, name := range names {
		in.push(&Future{name: name})
	}
	if f := in.take(s, 1, 3); f.name != "a" {
		t.Fatalf("%s is the first", f.name)
	}
	for _, name := range []string{"old", "new"} {
		s.push(&Future{name: name})
	}
	if !s.clear(&in) || !s.empty() || s.hides() {
		t.Fatal("the seat still holds something")
	}
	var order []string
	for f := in.take(s, 1, 1); f != nil; f = in.take(s, 1, 1) {
		order = append(order, f.name)
	}
	if want := []string{"new", "b", "old", "c", "d", "e"}; !slices.Equal(order, want) {
		t.Errorf("the order is %v, want %v", order, want)
	}
}
