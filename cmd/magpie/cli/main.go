package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/gomagpie/magpie/sched"
)

// The exit statuses.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells count
)

// usageError is a mistake in the command line.
type usageError struct {
	command string // whose help to read, or ""
	text    string
}

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{text: fmt.Sprintf(format, args...)} }

// call is one run of the command.
type call struct {
	settings
	args   []string // what remains after the options
	stdin  io.Reader
	stdout *bufio.Writer
	stderr io.Writer
	bar    *bar
}

// Main runs the command line args, which lacks the program's name, and returns the exit status. It ends early when
// ctx does.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &call{stdin: stdin, stdout: bufio.NewWriter(stdout), stderr: stderr}
	err := c.dispatch(ctx, args)
	if e := c.stdout.Flush(); err == nil {
		err = e
	}
	return c.report(ctx, err)
}

// dispatch finds the command, reads its options and runs it.
func (c *call) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		writeOverview(c.stderr)
		return &usageError{}
	}
	switch args[0] {
	case "-h", "--help", "help":
		return c.help(args[1:])
	case "--version", "version":
		return c.version()
	}
	cmd, err := findCommand(args[0])
	if err != nil {
		return err
	}
	flags := cmd.flagSet(&c.settings)
	if err := flags.Parse(args[1:]); err != nil {
		return flagError(cmd, flags, err)
	}
	if c.wantsHelp {
		cmd.writeHelp(c.stdout)
		return nil
	}
	c.args = flags.Args()
	if err := c.settings.check(); err != nil {
		return inCommand(cmd, err)
	}
	c.bar = newBar(c.stderr, c.progress.value, c.quiet)
	defer c.bar.stop()
	return inCommand(cmd, cmd.run(ctx, c))
}

// inCommand remembers in a usage error which command's help would have told.
func inCommand(cmd *command, err error) error {
	if usage, ok := errors.AsType[*usageError](err); ok {
		usage.command = cmd.name
	}
	return err
}

// report writes the error, if there is one to write, and returns the exit status.
func (c *call) report(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if usage, ok := errors.AsType[*usageError](err); ok {
		if usage.text != "" {
			fmt.Fprintf(c.stderr, "magpie: %s\n", usage.text)
			fmt.Fprintf(c.stderr, "Try: %s\n", strings.TrimSpace("magpie help "+usage.command))
		}
		return exitUsage
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitOK // whoever reads us has enough: not an error, as with head
	}
	if ctx.Err() != nil {
		fmt.Fprintln(c.stderr, "magpie: interrupted")
		return exitInterrupted
	}
	if !c.verbose {
		err = cause(err)
	}
	fmt.Fprintf(c.stderr, "magpie: %v\n", err)
	return exitFailed
}

// cause strips the task from an error: its site is a line of this package, which tells the user nothing.
func cause(err error) error {
	if task, ok := errors.AsType[*sched.TaskError](err); ok {
		return task.Err
	}
	return err
}
