//go:build race || invariants

package sched

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
//
// Where tasks wait in ways that the engine is told of, time stands still but for a few milliseconds, so that what the
// engine does after a while (see monitor) cannot hide that. Where it is not told, the clock moves at any step, now and
// then by most of a second, so that the monitor looks while others run, and a second when all sleep.
type simulation struct {
	rng     *rand.Rand
	mu      sync.Mutex
	waiting []stopped
	steps   int
	ticks   int  // how often a fraction of a millisecond may pass still
	untold  bool // tasks may wait in ways that the engine is not told of: the monitor has something to find
	check   func() error
	idle    func() bool   // when all sleep: whether it has ended a task
	state   func() string // for a failure
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
	slices.SortStableFunc(s.waiting, func(a, b stopped) int { return strings.Compare(a.point, b.point) })
	i := s.rng.IntN(n)
	x := s.waiting[i]
	s.waiting = slices.Delete(s.waiting, i, i+1)
	s.steps++
	s.mu.Unlock()
	if s.ticks > 0 && s.rng.IntN(16) == 0 {
		s.ticks--
		time.Sleep(s.tick())
	}
	close(x.turn)
	synctest.Wait()
	return true
}

// tick returns how far the clock moves.
func (s *simulation) tick() time.Duration {
	if s.untold && s.rng.IntN(4) == 0 {
		return standstill * time.Duration(1+s.rng.IntN(5)) / 4
	}
	return yieldAfter + yieldAfter/4
}

// until makes steps until done, a wake-up is lost, or it has been going on for too long.
func (s *simulation) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	late := 0
	for synctest.Wait(); !done(); {
		if s.step() {
			if err := s.check(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if s.steps > 1_000_000 {
				t.Fatalf("%s: no end", what)
			}
			continue
		}
		if s.idle() {
			synctest.Wait()
			continue
		}
		if s.untold && late < 300 {
			late++
			time.Sleep(standstill)
			synctest.Wait()
			continue
		}
		buf := make([]byte, 1<<18)
		t.Fatalf("%s: all sleep and it is not done: %v\n%s", what, s.state(), buf[:runtime.Stack(buf, true)])
	}
}

// MAGPIE_SEED replays one schedule.
func TestSimulation(t *testing.T) {
	first, n := uint64(0), uint64(2000)
	if os.Getenv("MAGPIE_SEED") != "" {
		first, n = invariants.Seed, 1
	}
	defer emptyPools()
	for seed := first; seed < first+n && !t.Failed(); seed++ {
		emptyPools()
		dir := t.TempDir
		synctest.Test(t, func(t *testing.T) {
			s := &simulation{rng: rand.New(rand.NewPCG(seed, 9))}
			newScene(s, seed, dir).play(t)
		})
	}
}

// emptyPools forgets the channels that waiters share: those of a bubble must stay in it.
func emptyPools() {
	waiters = sync.Pool{New: waiters.New}
}
