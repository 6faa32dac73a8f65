package sched

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// The text of a panic is bounded, its value is kept; what the engine remembers of it is bounded, too.
func TestLongTexts(t *testing.T) {
	e := New(Workers(1))
	defer e.Close()
	bg, long := context.Background(), strings.Repeat("x", 4<<20)
	for _, run := range []func(*Task) (any, error){
		func(*Task) (any, error) { panic(long) },
		func(*Task) (any, error) { panic(errors.New(long)) },
		func(*Task) (any, error) { return nil, errors.New(long) },
	} {
		f := Submit(bg, Spec{Name: "long", Engine: e}, run)
		f.Wait(bg)
		_, err, _ := f.Poll()
		if pe, ok := errors.AsType[*PanicError](err); ok && (len(err.Error()) > maxPanic+100 || pe.Value == nil) {
			t.Errorf("%d bytes", len(err.Error()))
		}
	}
	for _, x := range e.Tasks() {
		if n := len(x.Err.Error()); n > 1000 {
			t.Errorf("a text of %d bytes is remembered", n)
		}
	}
	// Tasks that failed because the next one did.
	var err error = &TaskError{Op: "bottom", Err: errors.New("cause")}
	for range 100_000 {
		err = &TaskError{Op: "down", Err: err}
	}
	if text := err.Error(); len(text) > 2*maxChain || !strings.HasPrefix(text, "down: down") || !strings.HasSuffix(text, "…: cause") {
		t.Errorf("%d bytes", len(text))
	}
}

// A call that is repeated begins with nothing said.
func TestRetryForgetsTheTry(t *testing.T) {
	bg := context.Background()
	check := func(t *testing.T, e *Engine) {
		try := 0
		flaky := lazyFunc(func(p *Plan) ([]TaskID, error) {
			return []TaskID{p.Add(p.Op(Op{Name: "flaky", Run: func(t *Task, _ []any) (any, error) {
				if try++; try == 1 {
					t.SetBytes(1 << 18)
					t.At("first", t.site)
				}
				return nil, errors.New("bad")
			}}), 0)}, nil
		})
		_, err := Compute(bg, []Lazy{flaky}, On(e), Retries(1))
		if te, ok := errors.AsType[*TaskError](err); !ok || te.Op != "flaky" || try != 2 {
			t.Errorf("%v after %d tries", err, try)
		}
	}
	modes(t, check)
	modes(t, check, MemoryLimit(1<<20))
}
