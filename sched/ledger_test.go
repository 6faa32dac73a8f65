package sched

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomagpie/magpie/internal/site"
)

// soon fails the test if f does not return in time that is ample by orders of magnitude.
func soon(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("not in half a minute: ", what)
	}
}

// What was persisted is persisted again, and used: who asks for the size of a result may be asked for it again, and
// must not hold the lock meanwhile.
func TestPersistTwice(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		bg := context.Background()
		soon(t, "a persisted value persisted again", func() {
			p := Persist(bg, "p", site.Site{}, []Lazy{held(3, 1000, blobCodec{})}, On(e))
			for range 3 {
				before := p
				p = Persist(bg, "p", site.Site{}, []Lazy{lazyFunc(func(plan *Plan) (ids []TaskID, _ error) {
					for k := range 3 {
						ids = append(ids, plan.AddExternal(before.Output(0, k)))
					}
					return ids, nil
				})}, On(e))
			}
			if err := p.Wait(bg); err != nil {
				t.Error(err)
			}
			for k := range 3 {
				if v, err, ok := p.Output(0, k).Poll(); !ok || err != nil || v.(blob).value() != int64(k) {
					t.Error(v, err, ok)
				}
			}
			for k := range 3 {
				if n := p.Output(0, k).(loan).Bytes(); n != 1000 {
					t.Errorf("output %d has %d bytes", k, n)
				}
			}
		})
	}, MemoryLimit(1<<20))
}

// Thousands of persisted values cost each other nothing. With time that grows with the square of their number this
// does not end while the test may wait.
func TestManyPersisted(t *testing.T) {
	checkLeaks(t)
	modes(t, func(t *testing.T, e *Engine) {
		bg := context.Background()
		n := 20_000
		if testing.Short() {
			n = 5_000
		}
		soon(t, "many persisted values", func() {
			all := make([]*Persisted, n)
			for i := range all {
				all[i] = Persist(bg, "p", site.Site{}, []Lazy{held(1, 100, nil)}, On(e))
			}
			for _, p := range all {
				if err := p.Wait(bg); err != nil {
					t.Error(err)
				}
			}
			inBooks(t, e, int64(100*n))
			for _, p := range all {
				p.Release()
			}
			inBooks(t, e, 0)
		})
	}, MemoryLimit(1<<30))
}

// A task of very many inputs is admitted in time that is linear in them: when it fits, and when it waits for room.
func TestManyInputs(t *testing.T) {
	const n = 200_000
	check := func(t *testing.T, e *Engine) {
		p := NewPlan()
		leaf := p.Op(Op{Name: "leaf", Cheap: true, Bytes: func(int) int64 { return 8 }, Run: func(*Task, []any) (any, error) { return 1, nil }})
		sum := p.Op(Op{Name: "sum", Bytes: func(int) int64 { return 1000 }, Run: func(_ *Task, in []any) (any, error) { return len(in), nil }})
		var ids []TaskID
		for i := range n {
			ids = append(ids, p.Add(leaf, i))
		}
		p.Keep(p.Add(sum, 0, ids...))
		g, err := p.Graph()
		if err != nil {
			t.Fatal(err)
		}
		soon(t, "a sum of many", func() {
			r := StartGraph(context.Background(), g, On(e))
			if err := r.Wait(context.Background()); err != nil || r.Results()[0][0] != n {
				t.Error(err)
			}
		})
	}
	modes(t, check, MemoryLimit(1<<40))
	modes(t, check, MemoryLimit(8*n+1000))
}

// A spill folder that somebody has removed is made again.
func TestSpillFolderRemoved(t *testing.T) {
	dir := t.TempDir()
	e := New(Workers(2), MemoryLimit(10_000), SpillDir(dir))
	defer e.Close()
	bg := context.Background()
	at := site.User()
	make := func() *Run {
		return Start(bg, []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
			ids, err := held(50, 1000, blobCodec{}).Lower(p)
			p.ops[0].Site = at
			return ids, err
		})}, On(e))
	}
	first := make()
	if err := first.Wait(bg); err != nil {
		t.Fatal(err)
	}
	folders, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(folders) != 1 {
		t.Fatal(folders)
	}
	if err := os.RemoveAll(folders[0]); err != nil {
		t.Fatal(err)
	}
	lost := 0
	for k := range 50 {
		_, err, _ := first.Output(0, k).Poll()
		if err == nil {
			continue
		}
		lost++
		if se, ok := errors.AsType[*SpillError](err); !ok || !errors.Is(err, fs.ErrNotExist) || se.Site != at ||
			!strings.Contains(err.Error(), "ledger_test.go") || strings.Contains(err.Error(), "free space") {
			t.Fatal(err)
		}
	}
	if lost < 40 {
		t.Errorf("%d of 50 were on disk", lost)
	}
	second := make()
	if err := second.Wait(bg); err != nil {
		t.Fatal(err)
	}
	for k := range 50 {
		if v, err, _ := second.Output(0, k).Poll(); err != nil || v.(blob).value() != int64(k) {
			t.Fatal(err)
		}
	}
}
