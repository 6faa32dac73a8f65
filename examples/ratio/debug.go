package main

import (
	"context"
	"errors"

	"github.com/gomagpie/magpie/sched"
)

// debug is what to step through with a debugger: everything in this goroutine, or the failed task alone.
func debug(ctx context.Context, how string) error {
	if how == "sync" {
		_, err := lazily().Compute(ctx, sched.Sync())
		return err
	}
	_, err := lazily().Compute(ctx)
	var failed *sched.TaskError
	if errors.As(err, &failed) {
		err = failed.Rerun(ctx)
	}
	return err
}
