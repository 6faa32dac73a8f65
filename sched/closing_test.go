//go:build race || invariants

package sched

import (
	"context"
	"errors"
	"testing"

	"github.com/gomagpie/magpie/internal/invariants"
)

// A future that is submitted while the engine is closed is cancelled by one of the two.
func TestSubmitWhileClosing(t *testing.T) {
	e := New(Workers(1))
	at, goOn := make(chan bool), make(chan bool)
	invariants.Hook = func(point string) {
		if point == "submit" {
			close(at)
			<-goOn
		}
	}
	defer func() { invariants.Hook = nil }()
	submitted := make(chan *Future)
	go func() { submitted <- Submit(context.Background(), Spec{Name: "f", Engine: e}, noop) }()
	<-at
	e.Close()
	close(goOn)
	f := <-submitted
	within(t, func() { <-f.Done() })
	if _, err, _ := f.Poll(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}
