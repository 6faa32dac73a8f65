//go:build libhdf5 && cgo

package demo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var tiny = Params{Seed: 5, Files: 3, Accounts: 30, Transactions: 500, Elements: blockElements + 77}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func write(t *testing.T, dir string, p Params, o Options) Result {
	t.Helper()
	r, err := Write(context.Background(), dir, p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestSameBytes checks that neither the number of workers nor the time changes a byte of any file.
func TestSameBytes(t *testing.T) {
	base := t.TempDir()
	one, many := filepath.Join(base, "one"), filepath.Join(base, "deep", "many")
	if r := write(t, one, tiny, Options{Workers: 1}); r.Written != 4 || r.Kept != 0 || r.Bytes == 0 {
		t.Errorf("first: %+v", r)
	}
	write(t, many, tiny, Options{Workers: 8})
	want, got := contents(t, one), contents(t, many)
	if len(want) != 5 || len(got) != len(want) {
		t.Errorf("%d and %d files, not 5", len(want), len(got))
	}
	for name, b := range want {
		if !bytes.Equal(b, got[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestKept(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, tiny, Options{})
	before := contents(t, dir)
	if r := write(t, dir, tiny, Options{}); r.Written != 0 || r.Kept != 4 {
		t.Errorf("again: %+v", r)
	}

	// A file that is missing and one that was cut are written anew; the others are kept.
	os.Remove(filepath.Join(dir, "accounts.01.json.gz"))
	if err := os.Truncate(filepath.Join(dir, ArrayFile), 1000); err != nil {
		t.Fatal(err)
	}
	if r := write(t, dir, tiny, Options{}); r.Written != 2 || r.Kept != 2 {
		t.Errorf("after damage: %+v", r)
	}
	for name, b := range contents(t, dir) {
		if !bytes.Equal(b, before[name]) {
			t.Errorf("%s differs after its repair", name)
		}
	}

	// Other parameters replace everything, and fewer files leave none behind.
	other := tiny
	other.Files, other.Seed = 1, 6
	if r := write(t, dir, other, Options{}); r.Written != 2 || r.Kept != 0 {
		t.Errorf("other parameters: %+v", r)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, AccountsPattern)); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

func TestStrangers(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "accounts.1.json.gz")
	if err := os.WriteFile(mine, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write(context.Background(), dir, tiny, Options{})
	if err == nil || !strings.Contains(err.Error(), mine) {
		t.Errorf("error %v", err)
	}
	if b, _ := os.ReadFile(mine); string(b) != "mine" {
		t.Error("a file of somebody else was touched")
	}
}

func TestCancelled(t *testing.T) {
	for _, after := range []int64{1, 80_000} { // within the accounts, within the array
		dir := t.TempDir()
		stop := errors.New("stop")
		ctx, cancel := context.WithCancelCause(context.Background())
		_, err := Write(ctx, dir, tiny, Options{Progress: func(done, total int64) {
			if done >= after {
				cancel(stop)
			}
		}})
		if !errors.Is(err, stop) {
			t.Errorf("error %v", err)
		}
		for name := range contents(t, dir) {
			if strings.Contains(name, ".part") {
				t.Errorf("%s is left", name)
			}
		}
		// What is there is whole: the next call keeps it and makes what an undisturbed one does.
		write(t, dir, tiny, Options{})
		undisturbed := t.TempDir()
		write(t, undisturbed, tiny, Options{})
		want, got := contents(t, undisturbed), contents(t, dir)
		for name := range want {
			if !bytes.Equal(want[name], got[name]) {
				t.Errorf("%s differs after an interruption", name)
			}
		}
	}
}

func TestParams(t *testing.T) {
	if p := Default().Resize(4_000_000_000); p.Elements != 1_000_000_000 || p.Files != 500 {
		t.Errorf("4 GB: %+v", p)
	}
	if p := Default().Resize(1000); p.Elements != 250 || p.Files != 1 {
		t.Errorf("1 KB: %+v", p)
	}
	for _, p := range []Params{{}, Default().Resize(3)} {
		if _, err := Write(context.Background(), t.TempDir(), p, Options{}); err == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}
