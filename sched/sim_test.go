//go:build race || invariants

package sched

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gomagpie/magpie/internal/invariants"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code != 0 {
		fmt.Printf("MAGPIE_SEED=%d\n", invariants.Seed)
	}
	os.Exit(code)
}

// simulation runs an engine a step at a time: every goroutine stops at each point that invariants.Yield marks, and a
// seed decides who goes on. The same seed gives the same schedule. Goroutines that can do nothing without the others
// are seen by testing/synctest; when all are, and the work is not done, a wake-up was lost.
type simulation struct {
	rng     *rand.Rand
	mu      sync.Mutex
	waiting []stopped
	steps   int
}

type stopped struct {
	point string
	turn  chan bool
}

// simulated is the simulation that the bubble's goroutines belong to; others must not touch it.
var simulated *simulation

// yieldInBubble is invariants.Hook during simulations. Workers of engines that earlier tests have left open come by
// here too, and go on: only a goroutine's stack tells whether it is in a bubble.
func yieldInBubble(point string) {
	var head [64]byte
	if bytes.Contains(head[:runtime.Stack(head[:], false)], []byte("synctest bubble")) {
		simulated.yield(point)
	}
}

func (s *simulation) yield(point string) {
	x := stopped{point, make(chan bool)}
	s.mu.Lock()
	s.waiting = append(s.waiting, x)
	s.mu.Unlock()
	<-x.turn
}

// step lets one goroutine go on, and returns when all have stopped again. It returns false if none can.
func (s *simulation) step() bool {
	s.mu.Lock()
	n := len(s.waiting)
	if n == 0 {
		s.mu.Unlock()
		return false
	}
	// In what order goroutines that one step set free have stopped is chance; their points are not.
	slices.SortStableFunc(s.waiting, func(a, b stopped) int {
		return slices.Compare([]byte(a.point), []byte(b.point))
	})
	i := s.rng.IntN(n)
	x := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	s.steps++
	s.mu.Unlock()
	close(x.turn)
	synctest.Wait()
	return true
}

// until makes steps until done, a wake-up is lost, or it has been going on for too long.
func (s *simulation) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for synctest.Wait(); !done(); {
		if s.step() {
			if s.steps > 1_000_000 {
				t.Fatalf("%s: no end", what)
			}
			continue
		}
		buf := make([]byte, 1<<16)
		t.Fatalf("%s: all sleep and it is not done\n%s", what, buf[:runtime.Stack(buf, true)])
	}
}

func (s *simulation) run(t *testing.T, seed uint64) {
	simulated = s
	invariants.Hook = yieldInBubble
	defer func() { invariants.Hook = nil }()
	e := New(Workers(1 + s.rng.IntN(3)))
	graphs := make([]*randomGraph, s.rng.IntN(3))
	runs := make([]*Run, len(graphs))
	var inside []*Future
	var mu sync.Mutex
	for i := range graphs {
		g := newRandomGraph(s.rng, 1+s.rng.IntN(1+s.rng.IntN(60)))
		graphs[i] = g
		go func() {
			runs[i] = Start(context.Background(), []Lazy{g.lower(func(k int) error {
				if k%7 == 3 {
					f := Submit(context.Background(), Spec{Name: "inside", Engine: e}, func(*Task) (any, error) { return k, nil })
					mu.Lock()
					inside = append(inside, f)
					mu.Unlock()
				}
				return nil
			})}, On(e))
			if i == 1 { // takes part, as Wait does; but that shares channels with what is outside the bubble
				e.guest(func() { runs[i].help(nil) })
			}
		}()
	}
	outside := make([]*Future, 1+s.rng.IntN(3))
	go func() {
		for i := range outside {
			outside[i] = Submit(context.Background(), Spec{Name: "outside", Engine: e}, func(*Task) (any, error) { return i, nil })
		}
	}()
	what := fmt.Sprintf("seed %d", seed)
	s.until(t, what, func() bool {
		for _, r := range runs {
			if r == nil || !r.over() {
				return false
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for _, f := range append(outside[:len(outside):len(outside)], inside...) {
			if f == nil || f.State() < Finished {
				return false
			}
		}
		return true
	})
	closed := false
	go func() { e.Close(); closed = true }()
	s.until(t, what+", closing", func() bool { return closed })
	for s.step() { // a guest that has not noticed yet that its run is over
	}
	for i, g := range graphs {
		for k, task := range g.keep {
			if v := runs[i].Results()[0][k]; v != g.want[task] {
				t.Errorf("%s: task %d is %v, want %d", what, task, v, g.want[task])
			}
		}
		for task := range g.runs {
			if n := g.runs[task].Load(); n != 1 {
				t.Errorf("%s: task %d ran %d times", what, task, n)
			}
		}
	}
}

// MAGPIE_SEED replays one schedule.
func TestSimulation(t *testing.T) {
	first, n := uint64(0), uint64(2000)
	if os.Getenv("MAGPIE_SEED") != "" {
		first, n = invariants.Seed, 1
	}
	for seed := first; seed < first+n && !t.Failed(); seed++ {
		synctest.Test(t, func(t *testing.T) {
			s := &simulation{rng: rand.New(rand.NewPCG(seed, 9))}
			s.run(t, seed)
		})
	}
}
