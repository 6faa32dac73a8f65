package sched

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/internal/spill"
)

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

// slowCodec stops in the middle of writing the blob with the value it waits for.
type slowCodec struct {
	blobCodec
	value    int64
	at, goOn chan bool
}

func (c *slowCodec) Encode(w io.Writer, v any) error {
	if v.(blob).value() == c.value {
		c.at <- true
		<-c.goOn
	}
	return c.blobCodec.Encode(w, v)
}

// unwinding is a codec that panics, or ends its goroutine, when it writes or when it reads.
type unwinding struct {
	blobCodec
	reads, exits bool
}

func (c unwinding) fail() {
	if c.exits {
		runtime.Goexit()
	}
	panic(errNoSpace)
}

func (c unwinding) Encode(w io.Writer, v any) error {
	if !c.reads {
		c.fail()
	}
	return c.blobCodec.Encode(w, v)
}

func (c unwinding) Decode(r io.Reader) (any, error) {
	if c.reads {
		c.fail()
	}
	return c.blobCodec.Decode(r)
}

// A codec that panics or calls runtime.Goexit ends the computation with an error that names the result and the file. It
// ends no goroutine but its own, and no task twice, whoever was short of memory: the caller, or an executor after a task.
func TestCodecUnwinds(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	modes(t, func(t *testing.T, e *Engine) {
		for _, c := range []unwinding{{}, {exits: true}, {reads: true}, {reads: true, exits: true}} {
			// 20 results of a tenth of the limit, and one made of each two, the first of which was written by then.
			l := lazyFunc(func(p *Plan) (all []TaskID, err error) {
				size := func(int) int64 { return 1000 }
				read := p.Op(Op{Name: "read", Codec: c, Bytes: size, Run: func(t *Task, _ []any) (any, error) { return newBlob(int64(t.Arg()), 1000), nil }})
				add := p.Op(Op{Name: "add", Codec: c, Bytes: size, Run: func(_ *Task, in []any) (any, error) { return in[0], nil }})
				for i := range 20 {
					all = append(all, p.Add(read, i))
				}
				for i := range 10 {
					all = append(all, p.Add(add, i, all[i], all[19-i]))
				}
				return all[20:], nil
			})
			var r *Run
			soon(t, "a computation whose codec fails", func() {
				r = Start(bg, []Lazy{l}, On(e))
				r.Wait(bg)
			})
			se, ok := errors.AsType[*SpillError](r.Err())
			cause := errNoSpace
			if c.exits {
				cause = spill.ErrGoexit
			}
			if !ok || !errors.Is(se, cause) || !strings.HasPrefix(se.Key, "read-") || !strings.Contains(se.Error(), "codec is at fault") {
				t.Errorf("%+v: %v", c, r.Err())
			}
			if done, total := r.Progress(); done != total || total != 30 {
				t.Errorf("%+v: %d of %d tasks have ended", c, done, total)
			}
			r.Release()
			inBooks(t, e, 0)
			if _, err := Compute(bg, []Lazy{twoSteps(-1)}, On(e)); err != nil {
				t.Error(err)
			}
		}
	}, MemoryLimit(10_000))
}

// sour is a result whose Release panics.
type sour struct{}

func (sour) Release() { panic("sour") }

// The panic of a result's Release is told, and fails no task.
func TestReleasePanics(t *testing.T) {
	checkLeaks(t)
	for _, limit := range []int64{0, 10_000} {
		e := New(Workers(2), MemoryLimit(limit), SpillDir(t.TempDir()))
		l := lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "pooled", Pooled: true, Run: func(*Task, []any) (any, error) { return sour{}, nil }})
			last := p.Op(Op{Name: "last", Run: func(*Task, []any) (any, error) { return 1, nil }})
			id := p.Add(op, 0)
			for i := range 10 {
				id = p.Add(op, i+1, id)
			}
			return []TaskID{p.Add(last, 0, id)}, nil
		})
		if out, err := Compute(context.Background(), []Lazy{l}, On(e)); err != nil || out[0][0] != 1 {
			t.Error(out, err)
		}
		told := 0
		for _, x := range e.Tasks() {
			if x.Err != nil && strings.Contains(x.Err.Error(), "panic: sour") {
				told++
			}
		}
		if told != 11 {
			t.Errorf("%d panics are told", told)
		}
		e.Close()
	}
}

// A result that is released while it is written to disk leaves no file behind.
func TestSpillReleasedWhileWritten(t *testing.T) {
	checkLeaks(t)
	dir := t.TempDir()
	e := New(Workers(2), MemoryLimit(10_000), SpillDir(dir))
	defer e.Close()
	slow := &slowCodec{at: make(chan bool), goOn: make(chan bool)}
	bg := context.Background()
	first := Start(bg, []Lazy{held(5, 1000, slow)}, On(e))
	if err := first.Wait(bg); err != nil {
		t.Fatal(err)
	}
	started := make(chan *Run)
	go func() { started <- Start(bg, []Lazy{held(9, 1000, blobCodec{})}, On(e)) }() // may write while it starts
	<-slow.at
	first.Release()
	slow.goOn <- true
	second := <-started
	if err := second.Wait(bg); err != nil {
		t.Fatal(err)
	}
	second.Release()
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// fullDisk fails to write while it is set.
type fullDisk struct {
	blobCodec
	full *atomic.Bool
}

func (c fullDisk) Encode(w io.Writer, v any) error {
	if c.full.Load() {
		return errNoSpace
	}
	return c.blobCodec.Encode(w, v)
}

// When the disk is no longer full, what could not be written can be, and the limit holds again.
func TestSpillAfterFullDisk(t *testing.T) {
	checkLeaks(t)
	e := New(Workers(2), MemoryLimit(10_000), SpillDir(t.TempDir()))
	defer e.Close()
	bg := context.Background()
	codec := fullDisk{full: new(atomic.Bool)}
	first := Start(bg, []Lazy{held(8, 1000, codec)}, On(e))
	if err := first.Wait(bg); err != nil {
		t.Fatal(err)
	}
	codec.full.Store(true)
	for range 10 {
		second := Start(bg, []Lazy{held(8, 1000, codec)}, On(e))
		var se *SpillError
		if err := second.Wait(bg); !errors.As(err, &se) || !errors.Is(err, errNoSpace) {
			t.Fatalf("%v", err)
		}
	}
	codec.full.Store(false)
	third := Start(bg, []Lazy{held(8, 1000, nil)}, On(e)) // whose own results must stay
	if err := third.Wait(bg); err != nil {
		t.Fatal(err)
	}
	for k := range 8 {
		for _, r := range []*Run{first, third} {
			if v, err, _ := r.Output(0, k).Poll(); err != nil || v.(blob).value() != int64(k) {
				t.Errorf("output %d: %v", k, err)
			}
		}
	}
}

// Where results stand is told without reading them: also when they are on disk, and when that is lost.
func TestStateReadsNothing(t *testing.T) {
	bg, dir := context.Background(), t.TempDir()
	e := New(Workers(1), MemoryLimit(10_000), SpillDir(dir))
	e.memory.slack = 0
	defer e.Close()
	p := Persist(bg, "p", site.Site{}, []Lazy{held(9, 1000, blobCodec{})}, On(e))
	if err := p.Wait(bg); err != nil {
		t.Fatal(err)
	}
	if _, err := Compute(bg, []Lazy{growing(1, 9500, 500, 0)}, On(e)); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) == 0 {
		t.Fatal("nothing was spilled", err)
	}
	for _, path := range left {
		os.RemoveAll(path)
	}
	for k := range 9 {
		x := p.Output(0, k)
		if err, ok := Ended(x); err != nil || !ok || stateOf(x) != Finished {
			t.Errorf("result %d: %v, %v, %v", k, err, ok, stateOf(x))
		}
	}
	var lost *SpillError
	if _, err, ok := p.Output(0, 0).Poll(); !ok || !errors.As(err, &lost) || !strings.Contains(err.Error(), "removed") {
		t.Errorf("a lost result: %v", err)
	}
	p.Release()
	if err, ok := Ended(p.Output(0, 0)); !errors.Is(err, ErrReleased) || !ok {
		t.Error(err, ok)
	}
}
