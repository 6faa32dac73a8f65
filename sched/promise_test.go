package sched

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What comes from outside, a future or a computation, has its turn while tasks go on making tasks without end.
func TestOutsideHasItsTurn(t *testing.T) {
	checkLeaks(t)
	bg := context.Background()
	for _, workers := range []int{1, 2} {
		e := New(Workers(workers))
		var stop atomic.Bool
		var again func(t *Task) (any, error)
		again = func(t *Task) (any, error) {
			if !stop.Load() {
				Submit(t.Context(), Spec{Name: "inside"}, again)
				Submit(t.Context(), Spec{Name: "inside"}, func(*Task) (any, error) { return nil, nil })
			}
			return nil, nil
		}
		for range 2 * workers {
			Submit(bg, Spec{Name: "inside", Engine: e}, again)
		}
		within(t, func() {
			outside := Submit(bg, Spec{Name: "outside", Engine: e}, func(*Task) (any, error) { return 1, nil })
			<-outside.Done() // not Wait, which would give the seat away
			<-Start(bg, []Lazy{twoSteps(-1)}, On(e)).Done()
		})
		stop.Store(true)
		e.Close()
	}
}

// Engines have nothing in common.
func TestManyEngines(t *testing.T) {
	checkLeaks(t)
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			e := New(Workers(1 + i%3))
			defer e.Close()
			out, err := Compute(context.Background(), []Lazy{twoSteps(-1)}, On(e))
			if err != nil || out[0][0] != 45 {
				t.Error(i, out, err)
			}
		})
	}
	within(t, group.Wait)
}

// A task is repeated as often as asked, and its last error is the one that counts. A call that has timed out is not.
func TestRetriesAndTimeouts(t *testing.T) {
	bg := context.Background()
	check := func(t *testing.T, e *Engine) {
		var calls atomic.Int32
		flaky := lazyFunc(func(p *Plan) ([]TaskID, error) {
			return []TaskID{p.Add(p.Op(Op{Name: "flaky", Run: func(*Task, []any) (any, error) {
				if n := calls.Add(1); n < 4 {
					return nil, fmt.Errorf("call %d", n)
				}
				return "fine", nil
			}}), 0)}, nil
		})
		_, err := Compute(bg, []Lazy{flaky}, On(e), Retries(2))
		var te *TaskError
		if !errors.As(err, &te) || te.Err.Error() != "call 3" || calls.Load() != 3 {
			t.Errorf("two retries: %v after %d calls", err, calls.Load())
		}
		calls.Store(0)
		if out, err := Compute(bg, []Lazy{flaky}, On(e), Retries(3)); err != nil || out[0][0] != "fine" {
			t.Errorf("three retries: %v", err)
		}

		ctx, cancel := context.WithTimeout(bg, time.Millisecond)
		calls.Store(0)
		slow := lazyFunc(func(p *Plan) ([]TaskID, error) {
			return []TaskID{p.Add(p.Op(Op{Name: "slow", Run: func(t *Task, _ []any) (any, error) {
				calls.Add(1)
				<-t.Context().Done()
				return nil, context.Cause(t.Context())
			}}), 0)}, nil
		})
		within(t, func() {
			if _, err := Compute(ctx, []Lazy{slow}, On(e), Retries(1000)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a timeout: %v", err)
			}
		})
		if n := calls.Load(); n > 1 {
			t.Errorf("a call that timed out was repeated: %d calls", n)
		}
		cancel()
	}
	modes(t, check)
	modes(t, check, MemoryLimit(1<<20))
}

// What a process leaves behind that is killed while its results are on disk, the next one removes.
func TestSpillFolderOfAKill(t *testing.T) {
	if dir := os.Getenv("MAGPIE_TEST_KILL"); dir != "" {
		e := New(Workers(1), MemoryLimit(10_000), SpillDir(dir))
		r := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e))
		if err := r.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		fmt.Println("spilled")
		select {}
	}
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run", "^TestSpillFolderOfAKill$", "-test.v")
	child.Env = append(os.Environ(), "MAGPIE_TEST_KILL="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "spilled") {
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	if child.Process.Kill(); len(left) < 2 {
		t.Fatal("the child spilled nothing:", left)
	}
	child.Wait()

	e := New(Workers(1), MemoryLimit(10_000), SpillDir(dir))
	if err := Start(context.Background(), []Lazy{held(50, 1000, blobCodec{})}, On(e)).Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, path := range left {
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Error("still there:", path)
		}
	}
	e.Close()
	if rest, _ := filepath.Glob(filepath.Join(dir, "*")); len(rest) > 0 {
		t.Error("left by an engine that was closed:", rest)
	}
}
