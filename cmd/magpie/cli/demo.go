package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/gomagpie/magpie/cmd/magpie/demo"
)

// writeDemo is the command demo.
func writeDemo(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return usagef("one directory is needed, as in: magpie demo data")
	}
	begin := time.Now()
	params := demo.Default()
	if c.small {
		params = demo.Small()
	}
	if c.size > 0 {
		params = params.Resize(int64(c.size))
	}
	params.Seed = c.seed
	done, err := demo.Write(ctx, c.args[0], params, demo.Options{Workers: c.workers, Progress: c.bar.set})
	if err != nil {
		return err
	}
	c.bar.stop()
	if !c.quiet {
		fmt.Fprintf(c.stderr, "magpie: %s: %d files written, %d kept, %s (%.1f s)\n",
			c.args[0], done.Written, done.Kept, formatBytes(done.Bytes), time.Since(begin).Seconds())
	}
	return nil
}
