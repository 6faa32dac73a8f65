package sched

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// A spill file that was cut between two frames holds good frames only. Its reader must not take the rest for the whole.
func TestSpillCutBetweenFrames(t *testing.T) {
	checkLeaks(t)
	dir := t.TempDir()
	e := New(Workers(1), MemoryLimit(5<<20), SpillDir(dir))
	defer e.Close()
	const size = 2 << 20 // eight frames
	r := Start(context.Background(), []Lazy{held(5, size, blobCodec{})}, On(e))
	if err := r.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2"))
	if len(files) == 0 {
		t.Fatal("nothing was spilled")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for n := 0; n < 3; n++ { // the stream's identifier and two frames: type, length in three bytes, content
			at += 4 + int(data[at+1]) + int(data[at+2])<<8 + int(data[at+3])<<16
		}
		if at >= len(data) {
			t.Fatalf("%s has fewer frames than the test needs", f)
		}
		if err := os.WriteFile(f, data[:at], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bad := 0
	for k := range 5 {
		v, err, _ := r.Output(0, k).Poll()
		var se *SpillError
		switch {
		case err == nil && len(v.(blob)) == size:
		case errors.As(err, &se) && errors.Is(err, errDamaged):
			bad++
		default:
			t.Errorf("output %d: %d bytes, %v", k, len(v.(blob)), err)
		}
	}
	if bad != len(files) {
		t.Errorf("%d damaged files, %d errors", len(files), bad)
	}
}

// Engines that begin to spill at once beside each other look for folders of crashed processes, and must not take each
// other's new ones for such.
func TestSpillFoldersAtOnce(t *testing.T) {
	dir := t.TempDir()
	for range 20 {
		var dirs [32]spillDir
		var wg sync.WaitGroup
		for i := range dirs {
			wg.Go(func() {
				d := &dirs[i]
				d.parent = dir
				if err := d.open(); err != nil {
					t.Error(err)
				} else if _, err := os.Stat(d.path); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range dirs {
			dirs[i].close()
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Fatalf("left behind: %v", left)
		}
	}
}

// What is held by an engine that was closed is gone, and asking for it does not bring its folder back.
func TestSpillAfterClose(t *testing.T) {
	dir := t.TempDir()
	e := New(Workers(1), MemoryLimit(10_000), SpillDir(dir))
	r := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e))
	if err := r.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	e.Close()
	failed := 0
	for k := range 50 {
		if _, err, _ := r.Output(0, k).Poll(); errors.Is(err, ErrClosed) {
			failed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if failed < 40 {
		t.Errorf("%d of 50 results were on disk", failed)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
