package spill

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Prefix begins the names of spill folders.
const Prefix = "magpie-spill-"

// folder is a directory whose lock file its process holds as long as it lives. A folder whose lock is free was left by
// a process that was killed, and the next store beside it removes it.
type folder struct {
	path string
	lock *os.File
}

// maxTries bounds how often a folder is made that others take for abandoned.
const maxTries = 100

// errTaken says that another process removed a new folder: it came by before the lock was held.
var errTaken = errors.New("the new folder was removed by another process")

// newFolder makes a folder in parent and locks it.
func newFolder(parent string) (*folder, error) {
	for try := 0; ; try++ {
		f, err := tryFolder(parent)
		if !errors.Is(err, errTaken) || try == maxTries {
			return f, err
		}
	}
}

func tryFolder(parent string) (*folder, error) {
	path, err := os.MkdirTemp(parent, Prefix)
	if err != nil {
		return nil, cause(err)
	}
	name := filepath.Join(path, "lock")
	lock, err := lockFile(name)
	if err != nil {
		if _, e := os.Stat(path); e != nil || errors.Is(err, errLocked) {
			err = errTaken
		}
		os.RemoveAll(path)
		return nil, err
	}
	held, e := lock.Stat()
	if there, err := os.Stat(name); e != nil || err != nil || !os.SameFile(held, there) {
		lock.Close()
		return nil, errTaken
	}
	return &folder{path, lock}, nil
}

// there reports whether the folder still is.
func (f *folder) there() bool {
	_, err := os.Stat(f.path)
	return err == nil
}

// remove removes the folder with all in it, and lets go of its lock.
func (f *folder) remove() {
	os.RemoveAll(f.path)
	f.lock.Close()
}

// removeAbandoned removes the spill folders in parent whose processes are gone. What cannot be removed is left.
func removeAbandoned(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), Prefix) {
			continue
		}
		dir := filepath.Join(parent, e.Name())
		if f, err := lockExisting(filepath.Join(dir, "lock")); err == nil {
			os.RemoveAll(dir)
			f.Close()
		}
	}
}
