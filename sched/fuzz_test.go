package sched

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// What a task of a fuzzed graph does besides adding its inputs.
const (
	plain    = iota
	fails    // returns an error
	panics   // panics; in sync mode, where panics pass through, it fails
	flaky    // fails the first time, and is run again
	awaits   // submits a future and waits for it
	nests    // computes a graph of its own
	cancels  // cancels the whole computation
	external // is a future from outside
	sized    // reports its size
	unbound  // waits with a context of its own
	numBehaviours
)

// fuzzTask is one task of a fuzzed graph, with what must come out.
type fuzzTask struct {
	inputs    []int
	behaviour int
	keep      bool
	want      int64
}

// fuzzCase is a graph read from bytes. Inputs of a task are tasks before it; reading past the end gives zeros.
type fuzzCase struct {
	tasks     []fuzzTask
	firstBad  int // the first task in plan order that fails, or -1
	cancelled bool
	codec     int // under a memory limit: 0 none, 1 and 2 one that works, 3 one that fails now and then
}

func newFuzzCase(data []byte) *fuzzCase {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	c := &fuzzCase{firstBad: -1}
	for _, b := range data {
		c.codec = (c.codec + int(b)) % 4
	}
	c.tasks = make([]fuzzTask, 1+next())
	calm := next()%3 > 0 // most graphs must get to their end to show anything
	for i := range c.tasks {
		x := &c.tasks[i]
		x.want = int64(i)
		shape := next()
		if i > 0 {
			for range shape % 4 {
				x.inputs = append(x.inputs, max(0, i-1-next()%(1+shape)))
			}
		}
		for _, q := range x.inputs {
			x.want += c.tasks[q].want % 1_000_003
		}
		x.keep = shape >= 224
		x.behaviour = next() % (2 * numBehaviours) // half of them are plain
		if bad := x.behaviour == fails || x.behaviour == panics || x.behaviour == cancels; bad && calm || x.behaviour >= numBehaviours {
			x.behaviour = plain
		}
		if x.behaviour == external && len(x.inputs) > 0 {
			x.behaviour = plain
		}
		switch x.behaviour {
		case fails, panics:
			if c.firstBad < 0 {
				c.firstBad = i
			}
		case cancels:
			c.cancelled = true
		}
	}
	c.tasks[len(c.tasks)-1].keep = true
	return c
}

// fuzzResult is a result that knows whether it was given back too early or too often.
type fuzzResult struct {
	value    int64
	released atomic.Int32
}

func (r *fuzzResult) Release() { r.released.Add(1) }

// fuzzRun is one execution of a case.
type fuzzRun struct {
	*fuzzCase
	sync    bool
	e       *Engine // for external futures
	cancel  context.CancelCauseFunc
	ran     []atomic.Int32
	made    []atomic.Pointer[fuzzResult]
	mistake atomic.Pointer[string]
	codec   Codec
}

var (
	errFuzz    = errors.New("as planned")
	errEnough  = errors.New("enough")
	fuzzEngine = sync.OnceValue(func() map[string]*Engine {
		return map[string]*Engine{"1": New(Workers(1)), "2": New(Workers(2)), "8": New(Workers(8))}
	})
)

func (r *fuzzRun) wrong(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	r.mistake.CompareAndSwap(nil, &s)
}

func (r *fuzzRun) task(t *Task, in []any) (any, error) {
	i := t.Arg()
	x := &r.tasks[i]
	attempt := r.ran[i].Add(1)
	sum := int64(i)
	for k, v := range in {
		switch v, ok := v.(*fuzzResult); {
		case !ok || v.value != r.tasks[x.inputs[k]].want:
			r.wrong("task %d: input %d (task %d) is %v", i, k, x.inputs[k], in[k])
		case v.released.Load() != 0:
			r.wrong("task %d: input %d (task %d) was released before", i, k, x.inputs[k])
		default:
			sum += v.value % 1_000_003
		}
	}
	switch err := r.behave(t, x.behaviour, attempt); {
	case err != nil:
		return nil, err
	case sum != x.want && r.mistake.Load() == nil:
		r.wrong("task %d: %d, want %d", i, sum, x.want)
	}
	res := &fuzzResult{value: sum}
	if !r.made[i].CompareAndSwap(nil, res) {
		r.wrong("task %d returned twice", i)
	}
	return res, nil
}

func (r *fuzzRun) behave(t *Task, behaviour int, attempt int32) error {
	switch behaviour {
	case fails:
		return errFuzz
	case panics:
		if r.sync {
			return errFuzz
		}
		panic(errFuzz)
	case flaky:
		if attempt == 1 {
			return errFuzz
		}
	case awaits, unbound:
		ctx, spec := t.Context(), Spec{Name: "inner"}
		if behaviour == unbound && !r.sync {
			ctx, spec.Engine = context.Background(), r.e
		}
		a := Submit(ctx, spec, func(*Task) (any, error) { return 1, nil })
		b := Submit(ctx, spec, func(*Task) (any, error) { v, err, _ := a.Poll(); return v, err }, a)
		if err := b.Wait(ctx); err != nil {
			return err
		}
		if v, err, _ := b.Poll(); err == nil && v != 1 {
			r.wrong("a future of a task is %v", v)
		}
	case nests:
		out, err := Compute(t.Context(), []Lazy{lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "inner", Run: func(t *Task, in []any) (any, error) { return t.Arg() + len(in), nil }})
			return []TaskID{p.Add(op, 5, p.Add(op, 0), p.Add(op, 1))}, nil
		})})
		if err == nil && out[0][0] != 7 {
			r.wrong("a nested computation gave %v", out)
		}
		return err
	case cancels:
		r.cancel(errEnough)
	case sized:
		t.SetBytes(50)
	}
	return nil
}

// mayFail tells whether a task that behaves so may return an error twice: the cancellation ends what it waits for too.
func (r *fuzzRun) mayFail(behaviour int) bool {
	switch behaviour {
	case fails:
		return true
	case panics:
		return r.sync
	case awaits, nests:
		return r.cancelled
	case unbound:
		return r.cancelled && r.sync
	}
	return false
}

func (r *fuzzRun) lower(p *Plan) (out []TaskID, err error) {
	op := p.Op(Op{Name: "add", Run: r.task, Pooled: true, Codec: r.codec, Bytes: func(int) int64 { return 100 }})
	ids := make([]TaskID, len(r.tasks))
	for i := range r.tasks {
		x := &r.tasks[i]
		if x.behaviour == external {
			ids[i] = p.AddExternal(Submit(context.Background(), Spec{Name: "outside", Engine: r.e}, func(*Task) (any, error) {
				return &fuzzResult{value: x.want}, nil
			}))
		} else {
			var in []TaskID
			for _, q := range x.inputs {
				in = append(in, ids[q])
			}
			ids[i] = p.Add(op, i, in...)
		}
		if x.keep {
			out = append(out, ids[i])
		}
	}
	return out, nil
}

// check compares what came out with what must.
func (r *fuzzRun) check(t *testing.T, mode string, out [][]any, err error) {
	t.Helper()
	if m := r.mistake.Load(); m != nil {
		t.Errorf("%s: %s", mode, *m)
	}
	bad := r.firstBad
	var te *TaskError
	switch {
	case r.cancelled && (err == nil || errors.Is(err, errEnough)):
	case r.codec != nil && r.fuzzCase.codec == 3 && errors.Is(err, errCodec):
		if se := (*SpillError)(nil); !errors.As(err, &se) {
			t.Errorf("%s: %v", mode, err)
		}
		return // what failed where depends on what was written when
	case bad >= 0 && (!errors.As(err, &te) || !errors.Is(err, errFuzz) || te.Key != fmt.Sprintf("add-0[%d]", bad)):
		t.Errorf("%s: %v, want the failure of task %d", mode, err, bad)
	case bad < 0 && err != nil:
		t.Errorf("%s: %v", mode, err)
	}
	k := 0
	for i := range r.tasks {
		x := &r.tasks[i]
		if x.keep && err == nil {
			if v, _ := out[0][k].(*fuzzResult); v == nil || v.value != x.want || v.released.Load() != 0 {
				t.Errorf("%s: task %d is %v, want %d", mode, i, out[0][k], x.want)
			}
			k++
		}
		if x.behaviour == external {
			continue
		}
		want := int32(1)
		if x.behaviour == flaky {
			want = 2
		}
		n := r.ran[i].Load()
		if sure := err == nil || !r.cancelled && i < bad; n > want || sure && n != want {
			t.Errorf("%s: task %d ran %d times", mode, i, n)
		}
		if v := r.made[i].Load(); v != nil {
			want := int32(1)
			if x.keep {
				want = 0
			}
			// What went to disk is left to the collector.
			if n := v.released.Load(); n > want || err == nil && n != want && r.codec == nil {
				t.Errorf("%s: the result of task %d was released %d times, want %d", mode, i, n, want)
			}
		}
	}
	if c, ok := r.codec.(*fuzzCodec); ok {
		for _, v := range c.read {
			if n := v.released.Load(); n > 1 {
				t.Errorf("%s: a result that was read back was released %d times", mode, n)
			}
		}
	}
}

func (c *fuzzCase) run(t *testing.T, mode string, e *Engine, opts ...Option) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	r := &fuzzRun{
		fuzzCase: c, e: e, sync: mode == "sync", cancel: cancel,
		ran: make([]atomic.Int32, len(c.tasks)), made: make([]atomic.Pointer[fuzzResult], len(c.tasks)),
	}
	if e.memory != nil && c.codec > 0 {
		r.codec = &fuzzCodec{fails: c.codec == 3}
	}
	out, err := Compute(ctx, []Lazy{lazyFunc(r.lower)}, append(opts, Retries(1))...)
	if err != nil {
		// A failed task was tried twice.
		for i := range c.tasks {
			if n := &r.ran[i]; r.mayFail(c.tasks[i].behaviour) && n.Load() == 2 {
				n.Store(1)
			}
		}
	}
	r.check(t, mode, out, err)
}

// fuzzCodec writes and reads results, and fails now and then if it is to.
type fuzzCodec struct {
	fails bool
	calls atomic.Int32
	mu    sync.Mutex
	read  []*fuzzResult
}

var errCodec = errors.New("cannot be written")

func (c *fuzzCodec) Encode(w io.Writer, v any) error {
	r := v.(*fuzzResult)
	if n := c.calls.Add(1); c.fails && n%5 == 3 {
		if n%2 == 0 {
			panic(errCodec)
		}
		return errCodec
	}
	if n := r.released.Load(); n != 0 {
		return fmt.Errorf("it was released %d times before", n)
	}
	return binary.Write(w, binary.LittleEndian, r.value)
}

func (c *fuzzCodec) Decode(in io.Reader) (any, error) {
	r := new(fuzzResult)
	c.mu.Lock()
	c.read = append(c.read, r)
	c.mu.Unlock()
	return r, binary.Read(in, binary.LittleEndian, &r.value)
}

// runHeld starts the case, reads its results while they may come and go, and releases them: soon, or in the end.
func (c *fuzzCase) runHeld(t *testing.T, e *Engine, soon bool) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	r := &fuzzRun{
		fuzzCase: c, e: e, cancel: cancel,
		ran: make([]atomic.Int32, len(c.tasks)), made: make([]atomic.Pointer[fuzzResult], len(c.tasks)),
	}
	if c.codec > 0 {
		r.codec = &fuzzCodec{fails: c.codec == 3}
	}
	run := Start(ctx, []Lazy{lazyFunc(r.lower)}, On(e), Retries(1))
	if soon {
		run.Release()
	}
	err := run.Wait(context.Background())
	var me *MemoryError // results that are held and cannot be written may be more than there is room for
	if m := r.mistake.Load(); m != nil {
		t.Errorf("held: %s", *m)
	}
	if err == nil {
		k := 0
		for i := range c.tasks {
			if !c.tasks[i].keep {
				continue
			}
			v, err, _ := run.Output(0, k).Poll()
			if k++; errors.Is(err, errCodec) || soon && errors.Is(err, ErrReleased) {
				continue
			}
			if v, ok := v.(*fuzzResult); err != nil || !ok || v.value != c.tasks[i].want {
				t.Errorf("held: task %d is %v, %v, want %d", i, v, err, c.tasks[i].want)
			}
		}
	} else if c.firstBad < 0 && !c.cancelled && !errors.Is(err, errCodec) && !errors.As(err, &me) && !(soon && errors.Is(err, ErrReleased)) {
		t.Errorf("held: %v", err)
	}
	run.Release()
	awaitIdle(t, e) // who ends the computation does its books after it is over
	e.memory.mu.Lock()
	defer e.memory.mu.Unlock()
	if n := e.memory.admitted + len(e.memory.waiting); n != 0 {
		t.Errorf("held: %d computations are in the books after their release", n)
	}
}

// Any graph, in every mode: each task runs once and after its inputs, each result is released once and not before its
// last consumer, the results are those of plain arithmetic, and the failure reported is the first in plan order.
func FuzzGraph(f *testing.F) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 8))
		data := make([]byte, rng.IntN(800))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		f.Add(data)
	}
	f.Add([]byte("00007000B0+")) // a cancellation that comes too late, beside a task that is tried again
	f.Fuzz(func(t *testing.T, data []byte) {
		c := newFuzzCase(data)
		engines := fuzzEngine()
		c.run(t, "sync", engines["1"], Sync())
		for mode, e := range engines {
			c.run(t, mode, e, On(e))
		}
		g, err := lowered([]Lazy{lazyFunc((&fuzzRun{fuzzCase: c, e: engines["1"]}).lower)})
		if err != nil {
			t.Fatal(err)
		}
		need, _ := newBooking(g, false).minimum()
		dir := t.TempDir()
		e := New(Workers(2), MemoryLimit(need+int64(len(data))), SpillDir(dir))
		c.run(t, "limited", e, On(e))
		c.runHeld(t, e, false)
		c.runHeld(t, e, true)
		if files, _ := filepath.Glob(filepath.Join(dir, "*", "*.s2")); len(files) > 0 {
			t.Errorf("%d spill files are left behind", len(files))
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}
