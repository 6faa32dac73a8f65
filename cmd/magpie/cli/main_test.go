package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomagpie/magpie/internal/term"
	"github.com/gomagpie/magpie/sched"
)

// failing is a standard output whose writes fail.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestOutputFails(t *testing.T) {
	for _, c := range []struct {
		err    error
		code   int
		stderr string
	}{
		{&os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, exitOK, ""},
		{errors.New("disk full"), exitFailed, "magpie: disk full\n"},
	} {
		var stderr bytes.Buffer
		code := Main(context.Background(), []string{"sum", "testdata/data/numbers.jsonl"}, nil, failing{c.err}, &stderr)
		if code != c.code || stderr.String() != c.stderr {
			t.Errorf("%v: status %d, %q", c.err, code, &stderr)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range [][]string{{"sum", "testdata/data/numbers.jsonl"}, {"demo", filepath.Join(t.TempDir(), "data")}} {
		var stdout, stderr bytes.Buffer
		code := Main(ctx, args, nil, &stdout, &stderr)
		if code != exitInterrupted || stdout.Len() > 0 || stderr.String() != "magpie: interrupted\n" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", args, code, &stdout, &stderr)
		}
	}
}

// TestFailureShowsTask checks that the place in the library is shown when it is asked for, and only then.
func TestFailureShowsTask(t *testing.T) {
	for verbose, args := range map[bool][]string{
		false: {"count", "testdata/data/cut.json.gz"},
		true:  {"count", "-v", "testdata/data/cut.json.gz"},
	} {
		var stderr bytes.Buffer
		Main(context.Background(), args, nil, io.Discard, &stderr)
		if strings.Contains(stderr.String(), ".go:") != verbose {
			t.Errorf("%v: %s", args, &stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	var stdout bytes.Buffer
	if code := Main(context.Background(), []string{"--version"}, nil, &stdout, io.Discard); code != 0 ||
		!strings.HasPrefix(stdout.String(), "magpie ") || strings.Count(stdout.String(), "\n") != 1 {
		t.Errorf("status %d, %q", code, &stdout)
	}
}

// screen is a buffer that the bar and the test may use at once.
type screen struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestBar runs a bar through three simulated seconds: nothing in the first, then at most ten redraws a second, each on
// the same line, which is clean in the end.
func TestBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := new(screen)
		b := newBar(out, "always", false)
		b.set(1, 4)
		time.Sleep(barDelay - 1)
		synctest.Wait()
		if out.String() != "" {
			t.Errorf("drawn at once: %q", out)
		}
		time.Sleep(2 * time.Second)
		b.stop()
		b.stop()
		if n := strings.Count(out.String(), "\r"); n < 15 || n > 22 {
			t.Errorf("drawn %d times in two seconds", n)
		}
		if !strings.Contains(out.String(), "[#######.......................]  25%  2s, 6s left") {
			t.Errorf("drawn: %q", out)
		}
		if strings.Contains(out.String(), "\n") || !strings.HasSuffix(out.String(), "\r\x1b[K") {
			t.Errorf("not erased: %q", out)
		}
	})
}

func TestBarNotShown(t *testing.T) {
	for _, c := range []struct {
		w     io.Writer
		when  string
		quiet bool
	}{{new(bytes.Buffer), "auto", false}, {new(bytes.Buffer), "never", false}, {new(bytes.Buffer), "auto", true}} {
		if b := newBar(c.w, c.when, c.quiet); b.w != nil {
			t.Errorf("shown: %+v", c)
		}
	}
}

// TestBarFollowsEngine checks that the bar learns from the engine how far a computation is.
func TestBarFollowsEngine(t *testing.T) {
	b := newBar(io.Discard, "never", false)
	work := lazy(func(p *sched.Plan) ([]sched.TaskID, error) {
		op := p.Op(sched.Op{Name: "half", Run: func(*sched.Task, []any) (any, error) { return 1, nil }})
		return []sched.TaskID{p.Add(op, 0), p.Add(op, 1)}, nil
	})
	if _, err := sched.Compute(context.Background(), []sched.Lazy{work}, sched.Observe(b)); err != nil {
		t.Fatal(err)
	}
	if f := b.fraction(); f != 1 {
		t.Errorf("after the computation: %v", f)
	}
}

type lazy func(p *sched.Plan) ([]sched.TaskID, error)

func (l lazy) Lower(p *sched.Plan) ([]sched.TaskID, error) { return l(p) }

func TestIsTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, v := range []any{null, new(bytes.Buffer), nil} {
		if term.IsTerminal(v) {
			t.Errorf("%v is a terminal", v)
		}
	}
}

func ExampleMain() {
	dir, err := os.MkdirTemp("", "magpie")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "numbers.jsonl")
	if err := os.WriteFile(file, []byte("1\n2\n6\n"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	var out bytes.Buffer
	code := Main(context.Background(), []string{"mean", file}, nil, &out, io.Discard)
	fmt.Println(code, out.String())
	// Output: 0 3
}
