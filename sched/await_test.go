package sched

import (
	"context"
	"errors"
	"testing"
)

// A task that waits for a channel through Await gives its seat away.
func TestAwait(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	e := New(Workers(1))
	defer e.Close()
	ch := make(chan struct{})
	within(t, func() {
		f := Submit(bg, Spec{Name: "waits", Engine: e}, func(t *Task) (any, error) { return nil, Await(t.Context(), ch) })
		Submit(bg, Spec{Name: "opens", Engine: e}, func(*Task) (any, error) { close(ch); return nil, nil })
		<-f.Done()
		if _, err, _ := f.Poll(); err != nil {
			t.Error(err)
		}
	})
	why := errors.New("why")
	ctx, cancel := context.WithCancelCause(bg)
	cancel(why)
	if err := Await(ctx, make(chan struct{})); err != why {
		t.Error(err)
	}
	if err := Await(ctx, ch); err != nil {
		t.Error("what is there already:", err)
	}
}
