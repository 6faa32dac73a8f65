package sched

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/s2"
)

// SpillError says that a result could not be written to disk or read back.
type SpillError struct {
	Path string
	Key  string // the task whose result it is
	Err  error
}

// Error names the file and says what to do.
func (e *SpillError) Error() string {
	return fmt.Sprintf("sched: spill: result of %s in %s: %v: free space there, name another directory with SpillDir, or raise MemoryLimit",
		e.Key, e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *SpillError) Unwrap() error { return e.Err }

// errDamaged is the cause of a spill file that is not what was written.
var errDamaged = errors.New("the file is damaged")

// spillPrefix begins the names of spill folders.
const spillPrefix = "magpie-spill-"

// spillDir is an engine's private folder for results on disk, a file each. It is made at the first spill and removed
// with the engine. A folder that a crashed process left behind is removed by the next engine that spills beside it:
// its lock is free.
type spillDir struct {
	parent string
	path   string
	lock   *os.File
	gone   atomic.Bool  // the engine is closed
	bytes  atomic.Int64 // on disk now
	wrote  atomic.Int64 // in all

	mu    sync.Mutex
	sizes map[string]int64 // of the files: one that was cut between two frames has only good frames
}

// open makes the folder. The engine's memory lock is held.
func (d *spillDir) open() error {
	switch {
	case d.gone.Load():
		return ErrClosed
	case d.path != "":
		return nil
	}
	removeAbandoned(d.parent)
	for try := 0; ; try++ {
		path, lock, err := newSpillFolder(d.parent)
		if err == nil {
			d.path, d.lock, d.sizes = path, lock, map[string]int64{}
			return nil
		}
		if !errors.Is(err, errTaken) || try == maxTries {
			return err
		}
	}
}

// maxTries bounds how often a folder is made that others take for abandoned.
const maxTries = 100

// errTaken says that another engine removed a new folder: it came by before the lock was held.
var errTaken = errors.New("the new folder was removed by another process")

// newSpillFolder makes a folder and locks it.
func newSpillFolder(parent string) (path string, lock *os.File, err error) {
	path, err = os.MkdirTemp(parent, spillPrefix)
	if err != nil {
		return "", nil, err
	}
	name := filepath.Join(path, "lock")
	lock, err = lockFile(name)
	if err != nil {
		if _, e := os.Stat(path); e != nil || errors.Is(err, errLocked) {
			err = errTaken
		}
		os.RemoveAll(path)
		return "", nil, err
	}
	held, e := lock.Stat()
	if there, err := os.Stat(name); e != nil || err != nil || !os.SameFile(held, there) {
		lock.Close()
		return "", nil, errTaken
	}
	return path, lock, nil
}

// removeAbandoned removes the spill folders in parent whose processes are gone. What cannot be removed is left.
func removeAbandoned(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), spillPrefix) {
			continue
		}
		dir := filepath.Join(parent, e.Name())
		if f, err := lockExisting(filepath.Join(dir, "lock")); err == nil {
			os.RemoveAll(dir)
			f.Close()
		}
	}
}

// close removes the folder and all in it.
func (d *spillDir) close() {
	if d.gone.Swap(true) || d.path == "" {
		return
	}
	os.RemoveAll(d.path)
	d.lock.Close()
	d.bytes.Store(0)
}

func (d *spillDir) file(r *Run, t uint32) string {
	return filepath.Join(d.path, strconv.FormatUint(r.number, 10)+"-"+strconv.FormatUint(uint64(t), 10)+".s2")
}

// writers and readers recycle the buffers of frames, megabytes each.
var (
	writers = sync.Pool{New: func() any { return s2.NewWriter(nil, s2.WriterConcurrency(1), s2.WriterBlockSize(256<<10)) }}
	readers = sync.Pool{New: func() any { return s2.NewReader(nil, s2.ReaderMaxBlockSize(256<<10)) }}
)

// write writes a result in s2 frames, each of which has a checksum.
func (d *spillDir) write(r *Run, t uint32, v any) (err error) {
	path := d.file(r, t)
	defer func() {
		if err != nil {
			os.Remove(path)
			err = &SpillError{Path: path, Key: r.graph.Key(TaskID(t)), Err: err}
		}
	}()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := writers.Get().(*s2.Writer)
	w.Reset(f)
	err = encode(r.graph.ops[r.graph.op(t)].Codec, w, v)
	if e := w.Close(); err == nil {
		err = e
		writers.Put(w)
	}
	info, e := f.Stat()
	if err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		d.bytes.Add(info.Size())
		d.wrote.Add(info.Size())
		d.mu.Lock()
		d.sizes[path] = info.Size()
		d.mu.Unlock()
	}
	return err
}

// read reads a result back. Frames with a wrong checksum, and files that are too short or too long, are errors.
func (d *spillDir) read(r *Run, t uint32) (v any, err error) {
	path := d.file(r, t)
	defer func() {
		if err != nil {
			v, err = nil, &SpillError{Path: path, Key: r.graph.Key(TaskID(t)), Err: err}
		}
	}()
	f, err := os.Open(path)
	if err != nil {
		if d.gone.Load() {
			err = ErrClosed
		}
		return nil, err
	}
	defer f.Close()
	if err := d.checkSize(f); err != nil {
		return nil, err
	}
	frames := readers.Get().(*s2.Reader)
	defer readers.Put(frames)
	frames.Reset(f)
	in := bufio.NewReader(frames)
	if v, err = decode(r.graph.ops[r.graph.op(t)].Codec, in); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if _, err := in.ReadByte(); err != io.EOF {
		return nil, errDamaged
	}
	return v, nil
}

// checkSize returns an error if f is not as long as it was written.
func (d *spillDir) checkSize(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	d.mu.Lock()
	size := d.sizes[f.Name()]
	d.mu.Unlock()
	if info.Size() != size {
		return fmt.Errorf("%w: it has %d bytes, %d were written", errDamaged, info.Size(), size)
	}
	return nil
}

// encode calls the codec. A panic of it is not the running task's: it must not unwind the run loop.
func encode(c Codec, w io.Writer, v any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = newPanicError(p)
		}
	}()
	return c.Encode(w, v)
}

func decode(c Codec, in io.Reader) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, newPanicError(p)
		}
	}()
	return c.Decode(in)
}

// remove deletes a result's file.
func (d *spillDir) remove(r *Run, t uint32) {
	path := d.file(r, t)
	d.mu.Lock()
	d.bytes.Add(-d.sizes[path])
	delete(d.sizes, path)
	d.mu.Unlock()
	os.Remove(path)
}
