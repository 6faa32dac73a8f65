package sched

// Callback calls fn, a function of the user's, when x has ended: at once, on this goroutine, if it already has, else on a
// goroutine of its own. There it may wait for whatever it likes, the engine of x included, and end its goroutine; on one
// of the engine's, which was tried first, a callback that waited for the only worker hung for ever.
//
// Errors: a panic on the goroutine of its own is among the failures that [Engine.Tasks] lists. Close does not wait for fn.
func Callback(x External, fn func()) {
	if _, ended := Ended(x); ended {
		fn()
		return
	}
	e := Default()
	switch x := x.(type) {
	case *Future:
		e = x.e
	case loan:
		if of := x.p.h.engine.Value(); of != nil {
			e = of
		}
	}
	x.Notify(func() { go e.tell(x.Key(), fn) })
}

// tell calls a callback. Its panic is not that of the task, nor the end of the process.
func (e *Engine) tell(key string, fn func()) {
	defer func() {
		if p := recover(); p != nil {
			e.noteFailure(&TaskError{Key: key, Op: "callback", Err: newPanicError(p)})
		}
	}()
	fn()
}
