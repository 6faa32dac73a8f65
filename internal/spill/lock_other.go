//go:build !unix

package spill

import (
	"errors"
	"os"
)

// errLocked says that somebody else holds the lock.
var errLocked = errors.New("the file is locked")

// lockFile makes a file. There is no lock to hold on this system.
func lockFile(path string) (*os.File, error) { return os.Create(path) }

// lockExisting never succeeds: without locks nobody can tell whether a folder's process still runs, so folders left
// by a crash stay until somebody removes them.
func lockExisting(string) (*os.File, error) { return nil, errors.ErrUnsupported }
