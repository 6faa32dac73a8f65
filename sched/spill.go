package sched

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/internal/spill"
)

// SpillError says that a result could not be written to disk or read back.
type SpillError struct {
	Path string
	Key  string    // the task whose result it is
	Site site.Site // the user's line that built the operation
	Err  error
}

// Error names the task, the user's line and the file, and says what to do.
func (e *SpillError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "sched: spill: result of %s", e.Key)
	if !e.Site.IsZero() {
		fmt.Fprintf(&b, " at %s", e.Site)
	}
	fmt.Fprintf(&b, " in %s: %v", e.Path, e.Err)
	if advice := e.advice(); advice != "" {
		fmt.Fprintf(&b, ": %s", advice)
	}
	return b.String()
}

// advice returns what can be done about the cause.
func (e *SpillError) advice() string {
	switch {
	case errors.Is(e.Err, ErrClosed):
		return ""
	case errors.Is(e.Err, spill.ErrDamaged):
		return "something else has written there, or the disk fails: compute it again, or name another directory with SpillDir"
	case errors.Is(e.Err, fs.ErrNotExist):
		return "something has removed it, or its directory: compute it again, or name another directory with SpillDir"
	case errors.Is(e.Err, fs.ErrPermission), errors.Is(e.Err, syscall.EROFS):
		return "it may not be written to: name another directory with SpillDir"
	case errors.Is(e.Err, syscall.ENOSPC), errors.Is(e.Err, syscall.EDQUOT):
		return "free space there, name another directory with SpillDir, or raise MemoryLimit"
	case errors.Is(e.Err, syscall.EMFILE), errors.Is(e.Err, syscall.ENFILE):
		return "let the process have more files open, or open fewer at once"
	case errors.Is(e.Err, spill.ErrGoexit):
		return "the operation's codec is at fault"
	}
	if _, ok := errors.AsType[*PanicError](e.Err); ok {
		return "the operation's codec is at fault"
	}
	return "raise MemoryLimit, so that it stays in memory, or name another directory with SpillDir"
}

// Unwrap returns the cause.
func (e *SpillError) Unwrap() error { return e.Err }

// spillError makes err, which has come from writing or reading the result of t, one that tells the user where.
func (r *Run) spillError(t uint32, err error) error {
	at, ok := err.(*spill.Error)
	if !ok {
		return err
	}
	cause := at.Err
	if cause == spill.ErrClosed {
		cause = ErrClosed
	} else if p, ok := errors.AsType[*spill.PanicError](cause); ok {
		cause = &PanicError{Value: p.Value, Stack: p.Stack}
	}
	return &SpillError{Path: at.Path, Key: r.graph.Key(TaskID(t)), Site: r.graph.ops[r.graph.op(t)].Site, Err: cause}
}
