package spill

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// text is a codec of strings.
type text struct{}

func (text) Encode(w io.Writer, v any) error {
	_, err := io.WriteString(w, v.(string))
	return err
}

func (text) Decode(r io.Reader) (any, error) {
	b, err := io.ReadAll(r)
	return string(b), err
}

func mustWrite(t *testing.T, s *Store, k Key, v string) {
	t.Helper()
	if err := s.Write(k, text{}, v); err != nil {
		t.Fatal(err)
	}
}

func isEmpty(t *testing.T, dir string) {
	t.Helper()
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStore(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	isEmpty(t, dir) // no folder before there is something to write
	long := strings.Repeat("0123456789", 100_000)
	for i, v := range []string{"", "a", long} {
		mustWrite(t, s, Key{7, uint32(i)}, v)
	}
	for i, want := range []string{"", "a", long} {
		for range 2 {
			if v, err := s.Read(Key{7, uint32(i)}, text{}); err != nil || v != want {
				t.Fatal(i, err)
			}
		}
	}
	now, ever := s.Bytes()
	if now == 0 || now != ever {
		t.Error(now, ever)
	}
	s.Remove(Key{7, 0}, Key{7, 1}, Key{7, 2}, Key{7, 3})
	if now, still := s.Bytes(); now != 0 || still != ever {
		t.Error(now, still)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.Read(Key{7, 1}, text{}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	mustWrite(t, s, Key{7, 1}, "a")
	s.Close()
	s.Close()
	isEmpty(t, dir)
	if err := s.Write(Key{1, 1}, text{}, "a"); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if _, err := s.Read(Key{7, 1}, text{}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	isEmpty(t, dir)
}

// A file that is not what was written is an error.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	defer s.Close()
	other := New(dir)
	defer other.Close()
	long := strings.Repeat("0123456789", 200_000) // eight frames
	mustWrite(t, other, Key{1, 1}, long)
	for what, harm := range map[string]func(data []byte) []byte{
		"changed":   func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":       func(b []byte) []byte { return b[:len(b)-1] },
		"longer":    func(b []byte) []byte { return append(b, 0) },
		"empty":     func([]byte) []byte { return nil },
		"swapped":   func([]byte) []byte { return contents(t, s, Key{1, 2}) },
		"another's": func([]byte) []byte { return contents(t, other, Key{1, 1}) },
		"cut between frames": func(b []byte) []byte {
			at := 0
			for range 3 { // the stream's identifier and two frames: type, length in three bytes, content
				at += 4 + int(b[at+1]) + int(b[at+2])<<8 + int(b[at+3])<<16
			}
			if at >= len(b) {
				t.Fatal("fewer frames than the test needs")
			}
			return b[:at]
		},
	} {
		mustWrite(t, s, Key{1, 1}, long)
		mustWrite(t, s, Key{1, 2}, long)
		path := s.files[Key{1, 1}].path
		if err := os.WriteFile(path, harm(contents(t, s, Key{1, 1})), 0o600); err != nil {
			t.Fatal(err)
		}
		v, err := s.Read(Key{1, 1}, text{})
		if e, ok := errors.AsType[*Error](err); !ok || e.Path != path || !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v %v", what, v != nil, err)
		}
		if v, err := s.Read(Key{1, 2}, text{}); err != nil || v != long {
			t.Errorf("%s: the other: %v", what, err)
		}
	}
}

func contents(t *testing.T, s *Store, k Key) []byte {
	t.Helper()
	b, err := os.ReadFile(s.files[k].path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type broken struct {
	text
	err error
}

func (b broken) Encode(io.Writer, any) error {
	switch b.err {
	case nil:
		panic("why")
	case ErrGoexit:
		runtime.Goexit()
	}
	return b.err
}

// What cannot be written leaves no file, and the store works on.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	defer s.Close()
	full := errors.New("no space left on device")
	if err := s.Write(Key{1, 1}, broken{err: full}, "a"); !errors.Is(err, full) {
		t.Error(err)
	}
	if err := s.Write(Key{1, 1}, broken{}, "a"); !isPanic(err) {
		t.Error(err)
	}
	if err := s.Write(Key{1, 1}, broken{err: ErrGoexit}, "a"); !errors.Is(err, ErrGoexit) {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	mustWrite(t, s, Key{1, 1}, "a")
	missing := New(filepath.Join(dir, "missing"))
	if err := missing.Write(Key{1, 1}, text{}, "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func isPanic(err error) bool {
	_, ok := errors.AsType[*PanicError](err)
	return ok
}

// A folder that somebody has removed is made again; what was in it is lost, and no more.
func TestFolderRemoved(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	defer s.Close()
	for round := range 3 {
		before, after := Key{uint64(round), 1}, Key{uint64(round), 2}
		mustWrite(t, s, before, "a")
		if err := os.RemoveAll(s.folder.path); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() { mustWrite(t, s, Key{uint64(round), uint32(10 + i)}, "b") })
		}
		mustWrite(t, s, after, "b")
		all.Wait()
		if _, err := s.Read(before, text{}); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		if v, err := s.Read(after, text{}); err != nil || v != "b" {
			t.Error(err)
		}
		if dirs, _ := os.ReadDir(dir); len(dirs) != 1 {
			t.Errorf("%d folders", len(dirs))
		}
	}
}

// The next start beside it removes the folder of a process that was killed, and not that of one that lives.
func TestAbandoned(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, Prefix+"dead")
	if err := os.Mkdir(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lock", "1-1.s2"} {
		if err := os.WriteFile(filepath.Join(dead, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	alive := New(dir)
	alive.Clean()
	defer alive.Close()
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Error("the folder of the killed process is still there")
	}
	mustWrite(t, alive, Key{1, 1}, "a")
	other := New(dir)
	other.Clean()
	defer other.Close()
	mustWrite(t, other, Key{1, 1}, "b")
	if v, err := alive.Read(Key{1, 1}, text{}); err != nil || v != "a" {
		t.Error(v, err)
	}
}

// Stores that start at once beside each other must not take each other's new folders for abandoned ones.
func TestFoldersAtOnce(t *testing.T) {
	dir := t.TempDir()
	for range 20 {
		var stores [32]*Store
		var all sync.WaitGroup
		for i := range stores {
			all.Go(func() {
				stores[i] = New(dir)
				stores[i].Clean()
				if err := stores[i].Write(Key{1, 1}, text{}, "a"); err != nil {
					t.Error(err)
				} else if _, err := stores[i].Read(Key{1, 1}, text{}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, s := range stores {
			s.Close()
		}
		isEmpty(t, dir)
	}
}
