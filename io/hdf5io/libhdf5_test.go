//go:build libhdf5 && cgo

package hdf5io

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/array"
)

// TestConcurrentFiles opens, reads and closes from eight goroutines at once, and leaves no id open in the library.
func TestConcurrentFiles(t *testing.T) {
	before := openIDs()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 30 {
				f, err := Open("testdata/layout_v110.h5")
				if err != nil {
					t.Error(err)
					return
				}
				name := []string{"/gzip1", "/scaleoffset", "/contig", "/fill"}[(g+i)%4]
				if _, _, err := all[float64](f, name); err != nil {
					t.Error(err)
				}
				if _, err := f.Info("nothing here"); !errors.Is(err, ErrNoDataset) {
					t.Error(err)
				}
				f.Close()
			}
		})
	}
	wg.Wait()
	if after := openIDs(); after != before {
		t.Errorf("%d ids open before, %d after", before, after)
	}
}

// TestNothingLeaks: errors of every sort and a writer leave no id open either.
func TestNothingLeaks(t *testing.T) {
	before := openIDs()
	for _, e := range readExpected(t) {
		f, err := Open(filepath.Join("testdata", e.File))
		if err != nil {
			continue
		}
		all[float64](f, e.Dataset)
		f.Info(e.Dataset)
		f.Close()
	}
	create(t, filepath.Join(t.TempDir(), "x.h5"), "a/b/x", count[int8](100), []int{10, 10}, []int{3, 3}, Gzip(1))
	if after := openIDs(); after != before {
		t.Errorf("%d ids open before, %d after", before, after)
	}
}

// TestClosed: every use after Close is an error, a second Close is none.
func TestClosed(t *testing.T) {
	f, err := Open("testdata/layout_latest.h5")
	if err != nil {
		t.Fatal(err)
	}
	var readers []*reader[float64]
	for _, name := range []string{"/contig", "/gzip9_shuffle", "/scaleoffset", "/compact"} {
		r, err := newReader[float64](f, name)
		if err != nil {
			t.Fatal(err)
		}
		readers = append(readers, r)
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	for _, r := range readers {
		err := r.Read(context.Background(), make([]float64, elements(r.m.shape)), make([]int, len(r.m.shape)), r.m.shape)
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", r.m.name, err)
		}
	}
	_, e1 := f.Datasets()
	_, e2 := f.Info("/contig")
	_, e3 := Dataset[float64](f, "/contig")
	for _, err := range []error{e1, e2, e3} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

// TestCloseDuringCompute: a file closed under running computations makes them fail or finish, never crash.
func TestCloseDuringCompute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.h5")
	create(t, path, "x", count[int64](400_000), []int{400_000}, []int{1000}, Gzip(1))
	for range 20 {
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		started := make(chan struct{})
		var once sync.Once
		f.store = &signalling{f.store, func() { once.Do(func() { close(started) }) }}
		x, err := Dataset[int64](f, "x", array.Chunks(1000))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := x.Sum().Item(context.Background())
			done <- err
		}()
		<-started
		f.Close()
		if err := <-done; err != nil && !errors.Is(err, ErrClosed) {
			t.Errorf("unexpected error: %v", err)
		}
	}
}

// signalling tells when the first chunk is read.
type signalling struct {
	store
	first func()
}

func (s *signalling) chunk(m *meta, origin []int, buf []byte) ([]byte, uint32, error) {
	s.first()
	return s.store.chunk(m, origin, buf)
}

// TestQuiet: errors on many threads at once print nothing, where libhdf5 on its own prints thirty lines for each.
// The child is this test binary again, with a stderr of its own.
func TestQuiet(t *testing.T) {
	if os.Getenv("HDF5IO_CHILD") != "" {
		provoke()
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestQuiet$")
	cmd.Env = append(os.Environ(), "HDF5IO_CHILD=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil || stderr.Len() > 0 {
		t.Errorf("%v; stderr: %q", err, stderr.String())
	}
}

func provoke() {
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for range 5 {
				Open("testdata/not_hdf5.h5")
				Open("testdata/truncated.h5")
				if f, err := Open("testdata/crc.h5"); err == nil {
					all[float64](f, "/x")
					all[float64](f, "/y")
					all[float64](f, "/nope/nope")
					f.Close()
				}
			}
		})
	}
	wg.Wait()
}

// TestDamagedChunks changes bytes of stored chunks: every change is noticed, none kills. Only values are damaged:
// damaged metadata are parsed by libhdf5, which dies of some of them, and no code here can prevent that.
func TestDamagedChunks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "good.h5")
	create(t, path, "x", count[int32](5000), []int{5000}, []int{1000}, Shuffle(), Gzip(6), Fletcher32())
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at, length := storedChunk(t, path, good, 2000)
	rng := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		raw := bytes.Clone(good)
		raw[at+rng.IntN(length)] ^= byte(1 + rng.IntN(255))
		bad := filepath.Join(dir, "bad.h5")
		if err := os.WriteFile(bad, raw, 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := Open(bad)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = all[int32](f, "x")
		var e *Error
		if !errors.Is(err, ErrCorrupt) || !errors.As(err, &e) || !slices.Equal(e.Chunk, []int{2000}) {
			t.Errorf("damage passed: %v", err)
		}
		f.Close()
	}
}

// storedChunk finds where a chunk's stored bytes lie in the file.
func storedChunk(t *testing.T, path string, file []byte, origin int) (at, length int) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := f.dataset("/x")
	if err != nil {
		t.Fatal(err)
	}
	raw, _, err := f.store.chunk(m, []int{origin}, nil)
	if at = bytes.Index(file, raw); err != nil || at < 0 || len(raw) == 0 {
		t.Fatalf("chunk at %d: %d bytes at %d, %v", origin, len(raw), at, err)
	}
	return at, len(raw)
}

// TestCutFiles: a file cut anywhere is truncated or not HDF5 at all, before any value is read.
func TestCutFiles(t *testing.T) {
	good, err := os.ReadFile("testdata/layout_v108.h5")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cut.h5")
	for n := 0; n < len(good); n = n*5/4 + 1 {
		if err := os.WriteFile(path, good[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err == nil {
			f.Close()
		}
		if !errors.Is(err, ErrTruncated) && !errors.Is(err, ErrNotHDF5) {
			t.Errorf("%d of %d bytes: %v", n, len(good), err)
		}
	}
}
