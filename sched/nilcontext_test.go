package sched

import (
	"context"
	"errors"
	"testing"
)

// A nil context is an error, wherever one is asked for, and a nil option says nothing.
func TestNilContext(t *testing.T) {
	var none context.Context
	e := New(Workers(1), nil)
	defer e.Close()
	open := make(chan struct{})
	waits := Submit(context.Background(), Spec{Name: "waits", Engine: e}, func(t *Task) (any, error) {
		return nil, Await(t.Context(), open)
	})
	p := NewPlan()
	p.Keep(p.AddExternal(waits))
	g, err := p.Graph()
	if err != nil {
		t.Fatal(err)
	}
	run := StartGraph(context.Background(), g, On(e), nil)
	for name, f := range map[string]func() error{
		"Await":       func() error { return Await(none, open) },
		"Future.Wait": func() error { return waits.Wait(none) },
		"Run.Wait":    func() error { return run.Wait(none) },
		"StartGraph":  func() error { return StartGraph(none, g, On(e)).Wait(context.Background()) },
		"Start":       func() error { return Start(none, []Lazy{twoSteps(-1)}, On(e)).Wait(context.Background()) },
		"Compute":     func() error { _, err := Compute(none, []Lazy{twoSteps(-1)}, On(e)); return err },
		"in sync":     func() error { _, err := Compute(none, []Lazy{twoSteps(-1)}, Sync()); return err },
		"Submit": func() error {
			_, err, _ := Submit(none, Spec{Name: "late", Engine: e}, noop, waits).Poll()
			return err
		},
		"Submit in sync": func() error { _, err, _ := Submit(none, Spec{Name: "now", Sync: true}, noop).Poll(); return err },
	} {
		within(t, func() {
			if err := f(); !errors.Is(err, ErrNilContext) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	close(open)
	if err := run.Wait(context.Background()); err != nil {
		t.Error(err)
	}
}
