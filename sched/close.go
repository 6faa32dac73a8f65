package sched

import (
	"context"
	"errors"

	"github.com/gomagpie/magpie/internal/goroutine"
)

// errCloseInside is returned where Close would wait for its own caller.
var errCloseInside = errors.New("sched: Close was called by a task of the engine, which it would have to wait for: close it from outside, or with go")

// Close cancels what the engine still does, waits until every task that it let begin has returned, and ends its
// goroutines. Work given to it later fails with ErrClosed. Use [Engine.Shutdown] to let work finish first. Closing twice
// is allowed. Called by a task of the engine, Close does nothing and returns an error.
func (e *Engine) Close() error {
	if e.mine() {
		return errCloseInside
	}
	e.close()
	return nil
}

// mine reports whether the calling goroutine is one of the engine's.
func (e *Engine) mine() bool {
	me := goroutine.Number()
	e.seats.mu.Lock()
	defer e.seats.mu.Unlock()
	for x := range e.seats.live {
		if x.number.Load() == me {
			return true
		}
	}
	return false
}

func (e *Engine) close() {
	e.closing.Lock()
	defer e.closing.Unlock()
	e.refuse(true)
	for r := range e.runs.all {
		r.Cancel(ErrClosed)
	}
	e.cancelQueued()
	for _, f := range e.running() { // an executor names the future before it looks whether the engine is closed
		f.Cancel(ErrClosed)
	}
	for r := range e.runs.all {
		<-r.done
	}
	ss := e.seats
	ss.mu.Lock()
	ss.stop = true
	e.stop.Store(true)
	idle := ss.idle
	ss.idle = nil
	ss.mu.Unlock()
	for _, x := range idle {
		x.wake <- struct{}{}
	}
	e.wg.Wait()
	e.cancelQueued() // what executors gave back after the injector was emptied
	if m := e.memory; m != nil {
		garbage.leave(m)
		m.spill.Close()
	}
}

// running returns the futures whose functions executors are in.
func (e *Engine) running() (list []*Future) {
	ss := e.seats
	ss.mu.Lock()
	var live []*executor
	for x := range ss.live {
		live = append(live, x)
	}
	ss.mu.Unlock()
	for _, x := range live {
		x.mu.Lock()
		under := append(x.under[:len(x.under):len(x.under)], x.current.Load())
		x.mu.Unlock()
		for _, f := range under {
			if f != nil {
				list = append(list, f)
			}
		}
	}
	return list
}

// Shutdown refuses new work, lets what is under way finish, and closes the engine. If ctx ends first, the rest is
// cancelled, and the cause of that is returned.
func (e *Engine) Shutdown(ctx context.Context) error {
	if e.mine() {
		return errCloseInside
	}
	e.refuse(false)
	err := e.drain(ctx)
	e.close()
	return err
}

// drain waits until nothing runs and nothing could.
func (e *Engine) drain(ctx context.Context) error {
	ss := e.seats
	for {
		for r := range e.runs.all {
			if err := Await(ctx, r.done); err != nil {
				return err
			}
		}
		e.left()
		ss.mu.Lock()
		if len(ss.idle) == len(ss.live) && !e.anyWork() {
			ss.mu.Unlock()
			if e.runs.len() > 0 { // a task has begun it meanwhile, and it waits for memory, or for another engine
				continue
			}
			return nil
		}
		if ss.quiet == nil {
			ss.quiet = make(chan struct{})
		}
		quiet := ss.quiet
		ss.mu.Unlock()
		if err := Await(ctx, quiet); err != nil {
			return err
		}
	}
}

// refuse makes the engine take no new work from outside, or, with all, none at all.
func (e *Engine) refuse(all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusing.Store(true)
	if all {
		e.closed.Store(true)
	}
}

// cancelQueued cancels the futures of an engine that is closed which are in the injector, in the line of a limit, or wait
// for something that is not the engine's, and with them all that waits for them.
func (e *Engine) cancelQueued() {
	for _, f := range e.inject.drain() {
		f.Cancel(ErrClosed)
	}
	for f := range e.away.drain() {
		f.Cancel(ErrClosed)
	}
	lined, _ := e.inLine()
	for _, f := range lined {
		f.Cancel(ErrClosed)
	}
}
