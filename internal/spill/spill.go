// Package spill keeps values in files while memory is short. It knows nothing of who needs them, and when.
//
// A [Store] has a private folder, in which every value is one file: a header that says whose value it is, then what the
// value's codec wrote, in s2 frames with checksums. A file that is not what was written (shorter, longer, changed,
// or another value's) is an error when it is read, never a wrong value. The folder's lock file tells a later process
// whether the one that made it still runs; see folder.go.
package spill

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/klauspost/compress/s2"
)

// Codec writes a value and reads it back, bit for bit.
type Codec interface {
	Encode(w io.Writer, v any) error
	Decode(r io.Reader) (any, error)
}

// Key names a value among those of one store: the result of a task of a computation.
type Key struct {
	Run  uint64
	Task uint32
}

// Error says which file could not be written or read back, and why.
type Error struct {
	Path string
	Err  error
}

// Error names the file.
func (e *Error) Error() string { return "spill: " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ErrDamaged is the cause of a spill file that is not what was written.
var ErrDamaged = errors.New("the file is damaged")

// ErrClosed is the cause of the use of a store after Close.
var ErrClosed = errors.New("the store is closed")

// ErrGoexit is the cause of a codec that called runtime.Goexit.
var ErrGoexit = errors.New("runtime.Goexit called in the codec")

// PanicError is the cause of a codec's panic.
type PanicError struct {
	Value any
	Stack []byte
}

// Error returns the panic's value.
func (e *PanicError) Error() string { return fmt.Sprintf("panic in the codec: %v", e.Value) }

// Store is a private folder for values, a file each. It is made with the first value, made again if somebody has
// removed it, and removed by Close. All methods are safe for concurrent use; those of one value are called in turn.
type Store struct {
	parent string
	id     [16]byte // in every header: no other store's file passes for one of this

	mu     sync.Mutex // guards what follows; held while the folder is made, not while a value is written or read
	folder *folder    // nil: not made yet, or removed by somebody
	closed bool
	files  map[Key]file
	bytes  int64
	wrote  int64
}

// file is a value on disk. One that was cut between two frames has only good frames: hence the length.
type file struct {
	path string
	size int64
}

// New returns a store whose folder will be in parent.
func New(parent string) *Store {
	s := &Store{parent: parent, files: map[Key]file{}}
	rand.Read(s.id[:])
	return s
}

// Clean removes what processes that were killed have left in the directory in which the store's folder will be.
func (s *Store) Clean() { removeAbandoned(s.parent) }

// Bytes returns how many bytes are on disk now, and how many were ever written.
func (s *Store) Bytes() (now, ever int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes, s.wrote
}

// place returns the folder, which it makes if there is none. gone is one that turned out to be there no more.
func (s *Store) place(gone *folder) (*folder, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if s.folder != nil && s.folder != gone {
		return s.folder, nil
	}
	if s.folder != nil {
		s.folder.remove()
		s.folder = nil
	}
	f, err := newFolder(s.parent)
	if err != nil {
		return nil, err
	}
	s.folder = f
	return f, nil
}

// Write writes a value. If somebody has removed the store's folder, as those do who clean directories of temporary
// files, it makes a new one: the values that were in the old one are lost, and no others.
func (s *Store) Write(k Key, c Codec, v any) error {
	var gone *folder
	for {
		dir, err := s.place(gone)
		if err != nil {
			return &Error{s.parent, err}
		}
		path := filepath.Join(dir.path, strconv.FormatUint(k.Run, 10)+"-"+strconv.FormatUint(uint64(k.Task), 10)+".s2")
		size, err := s.write(path, k, c, v)
		if err == nil {
			s.mu.Lock()
			if s.closed {
				err = ErrClosed
			} else {
				s.bytes += size
				s.wrote += size
				s.files[k] = file{path, size}
			}
			s.mu.Unlock()
		}
		if err == nil {
			return nil
		}
		os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) && gone == nil && !dir.there() {
			gone = dir
			continue
		}
		return &Error{path, cause(err)}
	}
}

// cause returns what is behind an error of the file system, which names the path again.
func cause(err error) error {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err
	}
	return err
}

// writers and readers recycle the buffers of frames, megabytes each.
var (
	writers = sync.Pool{New: func() any { return s2.NewWriter(nil, s2.WriterConcurrency(1), s2.WriterBlockSize(256<<10)) }}
	readers = sync.Pool{New: func() any { return s2.NewReader(nil, s2.ReaderMaxBlockSize(256<<10)) }}
)

func (s *Store) write(path string, k Key, c Codec, v any) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	w := writers.Get().(*s2.Writer)
	w.Reset(f)
	if _, err = w.Write(s.header(k)); err == nil {
		err = encode(c, w, v)
	}
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
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// header says whose value a file holds.
func (s *Store) header(k Key) []byte {
	h := append(make([]byte, 0, 48), "magpie spill 1\n\x00"...)
	h = append(h, s.id[:]...)
	h = binary.LittleEndian.AppendUint64(h, k.Run)
	return binary.LittleEndian.AppendUint32(h, k.Task)
}

// Read reads a value back. Its file stays.
func (s *Store) Read(k Key, c Codec) (v any, err error) {
	s.mu.Lock()
	f, ok := s.files[k]
	closed := s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return nil, &Error{s.parent, ErrClosed}
	case !ok:
		return nil, &Error{s.parent, fs.ErrNotExist}
	}
	if v, err = s.read(f, k, c); err != nil {
		return nil, &Error{f.path, cause(err)}
	}
	return v, nil
}

func (s *Store) read(at file, k Key, c Codec) (any, error) {
	f, err := os.Open(at.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() != at.size {
		return nil, fmt.Errorf("%w: it has %d bytes, %d were written", ErrDamaged, info.Size(), at.size)
	}
	frames := readers.Get().(*s2.Reader)
	defer readers.Put(frames)
	frames.Reset(f)
	in := bufio.NewReader(frames)
	want := s.header(k)
	head := make([]byte, len(want))
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if string(head) != string(want) {
		return nil, fmt.Errorf("%w: it holds another value", ErrDamaged)
	}
	v, err := decode(c, in)
	if _, ok := err.(*PanicError); ok || err == ErrGoexit {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if _, err := in.ReadByte(); err != io.EOF {
		return nil, ErrDamaged
	}
	return v, nil
}

// call calls a codec, on a goroutine of its own: neither a panic nor runtime.Goexit may unwind who happens to be short of
// memory, and that may have been just when a task ended, which then seemed to have failed as well. Next to a file it
// costs nothing.
func call(f func() error) error {
	done := make(chan error, 1)
	go func() {
		err := ErrGoexit
		defer func() {
			if p := recover(); p != nil {
				err = &PanicError{p, debug.Stack()}
			}
			done <- err
		}()
		err = f()
	}()
	return <-done
}

func encode(c Codec, w io.Writer, v any) error { return call(func() error { return c.Encode(w, v) }) }

func decode(c Codec, in io.Reader) (v any, err error) {
	err = call(func() (err error) {
		v, err = c.Decode(in)
		return err
	})
	return v, err
}

// Remove forgets values and deletes their files. A value that is not there is passed over.
func (s *Store) Remove(keys ...Key) {
	for _, k := range keys {
		s.mu.Lock()
		f, ok := s.files[k]
		delete(s.files, k)
		s.bytes -= f.size
		s.mu.Unlock()
		if ok {
			os.Remove(f.path)
		}
	}
}

// Close removes the folder and all in it. Values cannot be written or read any more.
func (s *Store) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folder != nil {
		s.folder.remove()
	}
	s.closed, s.folder, s.bytes = true, nil, 0
	clear(s.files)
}
