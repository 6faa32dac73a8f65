package viz_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/internal/site"
	"github.com/gomagpie/magpie/viz"
)

// steps is something that does total tasks, one a second.
type steps struct {
	mu          sync.Mutex
	done, total int
	ended       chan struct{}
}

func newSteps(total int) *steps {
	s := &steps{total: total, ended: make(chan struct{})}
	go func() {
		for range total {
			time.Sleep(time.Second)
			s.mu.Lock()
			s.done++
			s.mu.Unlock()
		}
		close(s.ended)
	}()
	return s
}

func (s *steps) Done() <-chan struct{} { return s.ended }

func (s *steps) Progress() (done, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done, s.total
}

// seen returns what was drawn without the spaces that wipe out a longer line before.
func seen(out *bytes.Buffer) string { return padding.ReplaceAllString(out.String(), "$1") }

var padding = regexp.MustCompile(` +([\r\n])`)

func TestBar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		a, b := newSteps(10), newSteps(6)
		stop := viz.Bar(&out, a, b)
		<-b.Done()
		<-a.Done()
		synctest.Wait()
		stop()
		stop()
		draws := strings.Split(strings.TrimPrefix(out.String(), "\r"), "\r")
		if n := len(draws); n < 90 || n > 101 {
			t.Errorf("%d drawings in 10 s", n)
		}
		for _, want := range []string{
			"█████░░░░░░░░░░░░░░░  25% |  4/16 | 1.9", "s left\r", "\r████████████████████ 100% | 16/16 | 1.6/s | 10s\n",
		} {
			if !strings.Contains(seen(&out), want) {
				t.Errorf("no %q in %q", want, out.String())
			}
		}
	})
}

func TestBarStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := newSteps(5)
		stop := viz.Bars(&out, []*steps{s})
		time.Sleep(2500 * time.Millisecond)
		stop()
		if !strings.HasSuffix(seen(&out), " 40% | 2/5 | 0.8/s | 2.5s\n") {
			t.Errorf("%q", out.String())
		}
		<-s.Done()
	})
}

func TestBarOfFutures(t *testing.T) {
	ctx := t.Context()
	var out bytes.Buffer
	p := futures.Delay0(one).Persist(ctx)
	fs := futures.Map(ctx, inc, []int{1, 2, 3})
	stop := viz.Bar(&out, p, fs[0], futures.Delay1(inc, futures.Value(1)).Start(ctx))
	if _, _, err := futures.Wait(ctx, fs, futures.AllCompleted); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if !strings.HasSuffix(out.String(), "\n") || !strings.Contains(out.String(), "/3") {
		t.Errorf("%q", out.String())
	}
}

func TestBarDrawsOnTerminalsOnly(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	viz.Bar(f, futures.Scatter([]int{1})[0])()
	if text, err := os.ReadFile(name); len(text) != 0 || err != nil {
		t.Fatal(string(text), err)
	}
}

// outcome is something over that failed or not.
type outcome struct{ err error }

func (outcome) Progress() (done, total int) { return 3, 3 }
func (o outcome) Err() error                { return o.err }

func TestBarSaysWhatFailed(t *testing.T) {
	for _, c := range []struct {
		things []outcome
		want   string
	}{
		{[]outcome{{nil}}, " 100% | 3/3"},
		{[]outcome{{errBad}}, "| failed\n"},
		{[]outcome{{errBad}, {nil}, {errBad}}, "| 2 failed\n"},
	} {
		var out bytes.Buffer
		viz.Bars(&out, c.things)()
		if !strings.Contains(out.String(), c.want) || strings.Contains(out.String(), "failed") != strings.Contains(c.want, "failed") {
			t.Errorf("%q, want %q", out.String(), c.want)
		}
	}
}

// Nothing under way is over at once, as is a value that is not persisted.
func TestBarOfNothing(t *testing.T) {
	for _, things := range [][]viz.Progresser{nil, {futures.Delay0(one)}, {futures.Lowered[int]("unbuilt", site.User(), nil, errBad, nil).Persist(t.Context())}} {
		var out ended
		out.over = make(chan bool, 1)
		stop := viz.Bar(&out, things...)
		<-out.over // without stop
		stop()
	}
}

// ended tells when the line has ended.
type ended struct{ over chan bool }

func (e *ended) Write(p []byte) (int, error) {
	if bytes.HasSuffix(p, []byte("\n")) {
		e.over <- true
	}
	return len(p), nil
}
