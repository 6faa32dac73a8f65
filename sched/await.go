package sched

import "context"

// Await blocks until ch delivers or is closed, and returns nil, or until ctx ends, and returns the cause.
//
// With the context of a task, or one derived from it, the task's place is given to other work meanwhile: it is how code
// above the engine waits for several things at once. Concurrency: safe for concurrent use.
func Await(ctx context.Context, ch <-chan struct{}) error {
	select {
	case <-ch:
		return nil
	default:
	}
	if fr := frameOf(ctx); fr != nil && fr.block() {
		defer fr.unblock()
	}
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
