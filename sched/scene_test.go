//go:build race || invariants

package sched

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/gomagpie/magpie/internal/invariants"
)

// What a task of a scene does besides adding its inputs. Which of these a scene has is drawn for each.
const (
	quiet    = iota
	throws   // submits a future with a foreign context and does not wait
	spawns   // submits futures with its own context and does not wait
	forks    // submits futures and waits for them, some levels deep
	computes // computes a graph of its own
	impatient
	lasts   // goes on until all others sleep
	reads   // is in Blocking until somebody outside goes on
	crowds  // waits on several goroutines
	leaves  // leaves a goroutine behind that waits
	meets   // computes a graph whose tasks wait for each other
	crosses // computes with another engine, whose tasks wait for this one's
	foreign // waits with a foreign context
	parks   // waits for a channel that another task closes, and does not say so
	mirrors // waits for the other engine, whose task waits for this one, whose task waits for the other
	late    // reports that it holds more than was estimated, while it runs and when it ends
	numDoings
)

// scene is one simulated use of an engine: graphs, futures, and goroutines that wait for them.
type scene struct {
	*simulation
	what    string
	e       *Engine
	other   *Engine
	limited bool // the engine has a memory limit
	cancels bool // some of the graphs are cancelled
	doings  []int

	graphs []*randomGraph
	runs   []*Run
	errs   []error
	plan   [][]int // what each task of each graph does

	mu      sync.Mutex
	rolls   uint32    // numbers what tasks draw for themselves
	futures []*Future // submitted, to be finished in the end
	pending int       // goroutines that wait
	long    []chan bool
	idled   error // what was wrong when all slept
}

func newScene(s *simulation, seed uint64, dir func() string) *scene {
	x := &scene{simulation: s, what: fmt.Sprintf("seed %d", seed)}
	rng := s.rng
	s.ticks = rng.IntN(2) * rng.IntN(30) // 7 ms at most: less than the monitor waits
	for d := throws; d < numDoings; d++ {
		if untold := d == foreign || d == parks; rng.IntN(3) == 0 && (!untold || rng.IntN(3) == 0) {
			x.doings = append(x.doings, d)
			s.untold = s.untold || untold
		}
	}
	if s.untold {
		s.ticks *= 4
	}
	opts := []Option{Workers(1 + rng.IntN(3))}
	if rng.IntN(6) == 0 {
		x.limited = true
		opts = append(opts, MemoryLimit(600+rng.Int64N(3000)), SpillDir(dir()))
	}
	x.cancels = rng.IntN(6) == 0
	x.e, x.other = New(opts...), New(Workers(1))
	x.graphs = make([]*randomGraph, rng.IntN(3))
	x.runs, x.errs = make([]*Run, len(x.graphs)), make([]error, len(x.graphs))
	for i := range x.graphs {
		n := 1 + rng.IntN(1+rng.IntN(60))
		wide := rng.IntN(12) == 0
		if wide {
			n = manyInputs + rng.IntN(50)
		}
		g := newRandomGraph(rng, n)
		if wide { // counted in batches, see settle
			g.widen()
		}
		x.graphs[i] = g
		plan := make([]int, len(g.inputs))
		for k := range plan {
			if rng.IntN(4) == 0 && len(x.doings) > 0 && (!wide || rng.IntN(20) == 0) {
				plan[k] = x.doings[rng.IntN(len(x.doings))]
			}
		}
		x.plan = append(x.plan, plan)
	}
	x.check, x.state, x.idle = x.counts, x.unfinished, x.endLong
	return x
}

// endLong ends one of the tasks that have lasted until now, when no work lay there although a seat was free.
func (x *scene) endLong() bool {
	for _, e := range []*Engine{x.e, x.other} {
		if w := e.idle.load(); !e.enough(w) && e.anyWork() && !e.stop.Load() {
			x.idled = fmt.Errorf("work lies there, and only %d are awake", active(w))
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.long) == 0 {
		return false
	}
	close(x.long[0])
	x.long = x.long[1:]
	return true
}

// widen adds a task that has all others as inputs, and one after it.
func (g *randomGraph) widen() {
	all := make([]int, len(g.inputs))
	sum := int64(len(all))
	for q := range all {
		all[q] = q
		sum += g.want[q] % 1_000_003
	}
	last := len(all)
	g.inputs = append(g.inputs, all, []int{last})
	g.want = append(g.want, sum, int64(last+1)+sum%1_000_003)
	g.keep = append(g.keep, last+1)
	g.runs = append(g.runs[:0:0], make([]atomic.Int32, last+2)...)
}

// counts checks who sits where, and the counts of who is awake.
func (x *scene) counts() error {
	for _, e := range []*Engine{x.e, x.other} {
		if err := e.seats.check(e); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if the seats, the line and the counts do not fit.
func (ss *seats) check(e *Engine) error {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	held := 0
	for _, s := range ss.all {
		switch x := s.owner; {
		case x == nil && (!s.empty() || s.hides()):
			return fmt.Errorf("nobody has seat %d, and it is not empty", s.id)
		case x == nil:
		case x.seat.Load() != s:
			return fmt.Errorf("seat %d is owned by one that has another", s.id)
		default:
			held++
		}
	}
	w := e.idle.load()
	switch s, a := searching(w), active(w); {
	case a != int64(held) || len(ss.free)+held != len(ss.all):
		return fmt.Errorf("%d seats are held, %d are counted, and %d of %d are free", held, a, len(ss.free), len(ss.all))
	case s > uint64(a):
		return fmt.Errorf("%d search and %d are active", s, a)
	case len(ss.line) > 0 && len(ss.free) > 0:
		return fmt.Errorf("%d stand in line, and %d seats are free", len(ss.line), len(ss.free))
	}
	for _, x := range ss.idle {
		if x.seat.Load() != nil {
			return fmt.Errorf("an executor sleeps in seat %d", x.seat.Load().id)
		}
	}
	return nil
}

func (x *scene) play(t *testing.T) {
	simulated = x.simulation
	invariants.Hook = yieldInBubble
	defer func() { invariants.Hook = nil }()
	for i := range x.graphs {
		how := x.rng.IntN(4)
		x.async(func() { x.compute(i, how) })
	}
	n := 1 + x.rng.IntN(3)
	wait, cut := x.rng.IntN(3), x.cancels && x.rng.IntN(2) == 0
	x.async(func() { x.outside(n, wait, cut) })
	x.until(t, x.what, x.done)
	x.until(t, x.what+", to rest", func() bool {
		return x.e.idle.load() == 0 && x.other.idle.load() == 0 && len(x.waiting) == 0
	})
	for _, e := range []*Engine{x.e, x.other} {
		if ss := e.seats; len(ss.free) != e.Workers() || len(ss.line) > 0 || len(ss.idle) != len(ss.live) || len(ss.live) > e.Workers() {
			t.Errorf("%s: in the end %d seats are free of %d, %d stand in line, %d executors sleep of %d", x.what,
				len(ss.free), e.Workers(), len(ss.line), len(ss.idle), len(ss.live))
		}
	}
	closed := false
	go func() { x.e.Close(); x.other.Close(); closed = true }()
	x.until(t, x.what+", closing", func() bool { return closed })
	for x.step() {
	}
	synctest.Wait()
	x.judge(t)
}

// async runs f on a goroutine of its own, which the scene waits for.
func (x *scene) async(f func()) {
	x.mu.Lock()
	x.pending++
	x.mu.Unlock()
	go func() {
		defer func() { x.mu.Lock(); x.pending--; x.mu.Unlock() }()
		f()
	}()
}

func (x *scene) done() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, f := range x.futures {
		if State(f.state.Load()) < Finished {
			return false
		}
	}
	return x.pending == 0
}

// unfinished tells what is left to do.
func (x *scene) unfinished() string {
	w := x.e.idle.load()
	s := fmt.Sprintf("%d search, %d are active of %d, %d in line, %d wait, injector %d, doings %v, limited %v, cancels %v",
		searching(w), active(w), x.e.Workers(), x.e.seats.lined.Load(), x.pending, x.e.inject.n.Load(), x.doings, x.limited, x.cancels)
	for _, f := range x.futures {
		if State(f.state.Load()) < Finished {
			s += fmt.Sprintf("\n%s: %v, misses %d inputs", f.Key(), State(f.state.Load()), f.missing.Load())
		}
	}
	for i, r := range x.e.runs.next(0) {
		s += fmt.Sprintf("\nrun %d: %d tasks remain, work %v", i, r.remaining.Load(), r.hasWork())
	}
	for _, w := range x.e.seats.all {
		s += fmt.Sprintf("\nseat %d: %d in its ring, held %v", w.id, w.own.tail.Load()-w.own.head.Load(), w.owner != nil)
	}
	return s
}

func (x *scene) submitted(f *Future) *Future {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.futures = append(x.futures, f)
	return f
}

// roll returns a number below n, which depends on the order in which tasks ask.
func (x *scene) roll(n uint32) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rolls = x.rolls*1664525 + 1013904223
	return int(x.rolls >> 16 % n)
}

func (x *scene) compute(i, how int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if x.cancels {
		x.async(func() { x.yield("cancel"); x.yield("cancel"); cancel() })
	} else if how%2 == 0 {
		ctx = context.Background()
	}
	value := []Lazy{x.graphs[i].lowerOp(Op{
		Name: "add", Codec: wordCodec{}, Pooled: true, Bytes: func(int) int64 { return 100 },
	}, func(t *Task) error { return x.do(t, x.plan[i][t.Arg()]) })}
	if how < 2 {
		_, x.errs[i] = Compute(ctx, value, On(x.e))
		return
	}
	r := Start(ctx, value, On(x.e))
	if how == 3 || ctx.Done() != nil {
		x.errs[i] = r.Wait(context.Background())
	} else {
		<-r.Done()
		x.errs[i] = r.Err()
	}
	x.runs[i] = r
}

// outside submits n futures, each the input of the next, and waits for the last one.
func (x *scene) outside(n, wait int, cut bool) {
	bg := context.Background()
	var in []External
	for range n {
		f := x.submitted(Submit(bg, Spec{Name: "outside", Engine: x.e}, noop, in...))
		in = []External{f}
		x.async(func() { f.Wait(bg) })
	}
	last := in[0].(*Future)
	if cut {
		last.Cancel(nil)
	}
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	switch wait {
	case 0:
		x.async(func() { x.yield("give up"); cancel() })
		last.Wait(ctx)
	case 1:
		last.Wait(ctx)
	}
}

// do is what a task does. Afterwards it must have its seat again.
func (x *scene) do(t *Task, doing int) error {
	err := x.act(t, doing)
	if f := t.frame; f != nil && doing != leaves {
		f.x.mu.Lock()
		defer f.x.mu.Unlock()
		// Where tasks wait without saying so the monitor may have taken it.
		if f.waits != 0 || !x.untold && !slices.Contains(x.doings, leaves) && f.x.seat.Load() == nil {
			err = fmt.Errorf("a task goes on without a seat: %d goroutines of it wait", f.waits)
		}
	}
	return err
}

func (x *scene) act(t *Task, doing int) error {
	bg := context.Background()
	switch doing {
	case throws:
		x.submitted(Submit(bg, Spec{Name: "thrown", Engine: x.e}, noop))
	case spawns:
		ctx := t.Context()
		a := x.submitted(Submit(ctx, Spec{Name: "spawned"}, noop))
		x.submitted(Submit(ctx, Spec{Name: "spawned"}, noop))
		x.submitted(Submit(ctx, Spec{Name: "spawned"}, noop, a))
	case forks:
		return x.ended(t, x.fork(t, 2))
	case computes:
		g := &randomGraph{inputs: [][]int{nil, nil, {0, 1}, {0}, {2, 3}}, want: []int64{0, 1, 3, 3, 10}, keep: []int{4}, runs: make([]atomic.Int32, 5)}
		d := []int{quiet, spawns, forks, reads}[x.roll(4)]
		out, err := Compute(t.Context(), []Lazy{g.lowerOp(Op{Name: "inner"}, func(t *Task) error {
			if t.Arg()%2 == 1 {
				return x.do(t, d)
			}
			return nil
		})})
		var me *MemoryError
		if err == nil && out[0][0] != int64(10) {
			err = fmt.Errorf("a nested computation gave %v", out[0][0])
		} else if errors.As(err, &me) {
			err = nil
		}
		return x.ended(t, err)
	case impatient:
		// Its own context ends, or what it waits for: both come from outside.
		g := &gate{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f := x.submitted(Submit(bg, Spec{Name: "late", Engine: x.e}, noop, g))
		x.async(func() { x.yield("give up"); cancel() })
		x.async(func() { x.yield("open"); g.Open() })
		f.Wait(ctx)
	case reads:
		c := make(chan bool)
		x.async(func() { x.yield("read"); close(c) })
		return t.Blocking(func() error { <-c; return nil })
	case crowds:
		ctx := t.Context()
		var wg sync.WaitGroup
		g := &gate{}
		for range 2 + x.roll(2) {
			f := x.submitted(Submit(bg, Spec{Name: "late", Engine: x.e}, noop, g))
			wg.Go(func() { f.Wait(ctx) })
		}
		x.async(func() { x.yield("open"); g.Open() })
		wg.Wait()
	case leaves:
		ctx := context.WithoutCancel(t.Context())
		g := &gate{}
		f := x.submitted(Submit(bg, Spec{Name: "late", Engine: x.e}, noop, g))
		x.async(func() {
			f.Wait(ctx)
			// By now the task has returned, or not: then this is another goroutine than the one that holds its seat.
			x.submitted(Submit(ctx, Spec{Name: "left", Engine: x.e}, noop)).Wait(ctx)
		})
		x.async(func() { x.yield("open"); g.Open() })
		x.yield("leave")
	case lasts:
		c := make(chan bool)
		x.mu.Lock()
		x.long = append(x.long, c)
		x.mu.Unlock()
		<-c
	case meets:
		if !x.limited { // there what is waited for may have no room
			return x.ended(t, x.meet(t))
		}
	case crosses:
		g := &randomGraph{inputs: [][]int{nil, {0}}, want: []int64{0, 1}, keep: []int{1}, runs: make([]atomic.Int32, 2)}
		_, err := Compute(t.Context(), []Lazy{g.lowerOp(Op{Name: "other"}, func(t *Task) error {
			a := x.submitted(Submit(bg, Spec{Name: "a", Engine: x.e}, noop))
			b := x.submitted(Submit(bg, Spec{Name: "b", Engine: x.e}, noop, a))
			b.Wait(t.Context())
			return nil
		})}, On(x.other))
		return x.ended(t, err)
	case foreign:
		a := x.submitted(Submit(t.Context(), Spec{Name: "a"}, noop))
		b := x.submitted(Submit(bg, Spec{Name: "b", Engine: x.e}, noop, a))
		return b.Wait(bg)
	case parks:
		c := make(chan bool)
		ctx := bg
		if x.roll(2) == 0 { // without its context the engine is told of nothing
			ctx = t.Context()
		}
		x.submitted(Submit(ctx, Spec{Name: "closes", Engine: x.e}, func(*Task) (any, error) { close(c); return nil, nil }))
		<-c
	case mirrors:
		back := func(e *Engine, then Body) Body {
			return bodyFunc(func(t *Task) (any, error) {
				f := x.submitted(Submit(bg, Spec{Name: "back", Engine: e}, then.Run))
				return nil, f.Wait(t.Context())
			})
		}
		f := x.submitted(Submit(bg, Spec{Name: "there", Engine: x.other}, back(x.e, back(x.other, bodyFunc(noop))).Run))
		return x.ended(t, f.Wait(t.Context()))
	case late:
		if err := t.Grow(int64(x.roll(300))); err != nil {
			return err
		}
		x.yield("grown")
		t.SetBytes(int64(80 + x.roll(100)))
	}
	return nil
}

// fork submits futures and waits for some of them: for one that can be run inline, for the one below it in the queue,
// for one with inputs. b may wait for c, whose input is below it in the queue of the worker, where b is run inline.
func (x *scene) fork(t *Task, depth int) error {
	ctx := t.Context()
	if slices.Contains(x.doings, crowds) { // another goroutine of the task waits meanwhile
		g := &gate{}
		f := x.submitted(Submit(context.Background(), Spec{Name: "late", Engine: x.e}, noop, g))
		var wg sync.WaitGroup
		wg.Go(func() { f.Wait(ctx) })
		x.async(func() { x.yield("open"); g.Open() })
		defer wg.Wait()
	}
	var c *Future
	body := func(t *Task) (any, error) {
		switch {
		case x.roll(2) == 0:
			return nil, c.Wait(t.Context())
		case depth > 0:
			return nil, x.fork(t, depth-1)
		case slices.Contains(x.doings, leaves):
			return nil, x.do(t, leaves)
		}
		return nil, nil
	}
	a := x.submitted(Submit(ctx, Spec{Name: "a"}, noop))
	d := x.submitted(Submit(ctx, Spec{Name: "d"}, noop))
	c = x.submitted(Submit(ctx, Spec{Name: "c"}, noop, d))
	b := x.submitted(Submit(ctx, Spec{Name: "b"}, body))
	order := [][]*Future{{d, b, c}, {c, d}, {b, c}, {c, b, a}, {b}}[x.roll(5)]
	for _, f := range order {
		if err := f.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// meet computes a graph of which one task makes others ready, that wait for each other: they must not stay in the queue
// of the one that waits.
func (x *scene) meet(t *Task) error {
	g := &randomGraph{inputs: [][]int{nil, {0}, {0}, {0}, {0}, {0}}, want: []int64{0, 1, 2, 3, 4, 5}, keep: []int{5}, runs: make([]atomic.Int32, 6)}
	came := make([]chan bool, 6)
	for i := range came {
		came[i] = make(chan bool)
	}
	_, err := Compute(t.Context(), []Lazy{g.lowerOp(Op{Name: "meet"}, func(t *Task) error {
		i := t.Arg()
		close(came[i])
		if i == 0 || i == 5 {
			return nil
		}
		wait := func() error {
			select {
			case <-came[i+1]:
			case <-t.Context().Done():
			}
			return nil
		}
		if x.untold {
			return wait() // in a way that the engine is not told of
		}
		return t.Blocking(wait)
	})})
	return err
}

// ended forgives an error that the end of the computation has brought about.
func (x *scene) ended(t *Task, err error) error {
	if err != nil && t.Err() == nil && !x.cancels {
		return err
	}
	return nil
}

func (x *scene) judge(t *testing.T) {
	t.Helper()
	if x.idled != nil {
		t.Errorf("%s: %v", x.what, x.idled)
	}
	for i, g := range x.graphs {
		if x.errs[i] != nil {
			if !x.cancels || !errors.Is(x.errs[i], context.Canceled) {
				var me *MemoryError
				if !x.limited || !errors.As(x.errs[i], &me) {
					t.Errorf("%s: graph %d: %v", x.what, i, x.errs[i])
				}
			}
			continue
		}
		for k, task := range g.keep {
			if r := x.runs[i]; r != nil && !x.limited {
				if v := r.Results()[0][k]; v != g.want[task] {
					t.Errorf("%s: task %d is %v, want %d", x.what, task, v, g.want[task])
				}
			}
		}
		for task := range g.runs {
			if n := g.runs[task].Load(); n != 1 {
				t.Errorf("%s: task %d ran %d times", x.what, task, n)
			}
		}
	}
}

// wordCodec writes an int64.
type wordCodec struct{}

func (wordCodec) Encode(w io.Writer, v any) error {
	return binary.Write(w, binary.LittleEndian, v.(int64))
}

func (wordCodec) Decode(r io.Reader) (any, error) {
	var v int64
	err := binary.Read(r, binary.LittleEndian, &v)
	return v, err
}
