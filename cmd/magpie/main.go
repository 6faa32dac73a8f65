// Command magpie computes on data larger than memory, on all cores of one machine. Try: magpie --help
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/gomagpie/magpie/cmd/magpie/cli"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is an error of the write, which cli tells from failures
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second interrupt kills
	os.Exit(cli.Main(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
