package sched

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"
)

// At rest the counters say what was run and that nothing is under way, Tasks lists what has ended, each once, with the
// root of what failed for others, and observers have heard of each future by its key.
func TestAtRest(t *testing.T) {
	rec := new(recorder)
	modes(t, func(t *testing.T, e *Engine) {
		rec.events = nil
		bg, bad := context.Background(), errors.New("bad")
		submit := func(name string, run func(*Task) (any, error), after ...External) *Future {
			return Submit(bg, Spec{Name: name, Engine: e, Retries: 1}, run, after...)
		}
		one := func(*Task) (any, error) { return 1, nil }
		var all []*Future
		for range 30 {
			all = append(all, submit("one", one))
		}
		for range 70 {
			all = append(all, submit("one", one))
			_ = all[len(all)-1].Wait(bg)
		}
		failing := submit("failing", func(*Task) (any, error) { return nil, bad })
		ended, cancel := context.WithCancel(bg)
		cancel()
		cancelled := Submit(ended, Spec{Name: "cancelled", Engine: e}, one)
		roots := map[string]string{} // of those that are not run
		for range 3 {
			d := submit("first", one, all[0], failing)
			roots[d.Key()], roots[submit("second", one, d).Key()] = failing.Key(), failing.Key()
			all = append(all, d)
		}
		c := submit("third", one, cancelled)
		roots[c.Key()] = cancelled.Key()
		all = append(all, failing, cancelled, c)
		var tasks int64
		for _, l := range []Lazy{twoSteps(-1), twoSteps(3), lazyFunc(func(p *Plan) ([]TaskID, error) {
			op := p.Op(Op{Name: "outer", Run: func(task *Task, _ []any) (any, error) {
				f := Submit(task.Context(), Spec{Name: "inner"}, one)
				return nil, f.Wait(task.Context())
			}})
			return []TaskID{p.Add(op, 0)}, nil
		})} {
			r := Start(bg, []Lazy{l}, On(e))
			tasks += int64(r.graph.Len())
			_ = r.Wait(bg)
		}
		for _, f := range all {
			if err := f.Wait(bg); err != nil {
				t.Fatal(err)
			}
		}
		awaitIdle(t, e)

		s := e.Stats()
		if s.Active != 0 || s.Runs != 0 || s.Queued != 0 || s.Lined != 0 || s.Bytes != 0 || s.Parked > s.Workers {
			t.Errorf("something is under way: %+v", s)
		}
		if want := int64(100 + 1 + 1); s.Futures != want || s.Tasks != tasks {
			t.Errorf("%d futures and %d tasks, not %d and %d", s.Futures, s.Tasks, want, tasks)
		}

		seen := map[string]TaskInfo{}
		finished := 0
		for _, info := range e.Tasks() {
			if _, twice := seen[info.Key]; twice {
				t.Errorf("%s is listed twice", info.Key)
			}
			seen[info.Key] = info
			if info.State == Finished {
				finished++
			}
			if info.State < Finished || info.Root != roots[info.Key] || (info.Err != nil) != (info.State == Failed) {
				t.Errorf("%+v", info)
			}
			if info.Root == failing.Key() && !errors.Is(info.Err, bad) {
				t.Errorf("the error of %s is %v", info.Key, info.Err)
			}
		}
		for key := range roots {
			if seen[key].State != Failed {
				t.Errorf("%s is not listed", key)
			}
		}
		if finished != 64 || len(seen) != 64+len(roots)+2 { // the failed future, and a task of a computation
			t.Errorf("%d are listed, %d of them finished", len(seen), finished)
		}

		told := map[string]int{}
		for _, ev := range rec.events {
			if ev.Run == nil {
				told[ev.Key]++
				skipped := roots[ev.Key] != "" || ev.Key == cancelled.Key()
				if !strings.HasPrefix(ev.Key, ev.Op+"-") || ev.Root != roots[ev.Key] || skipped != (ev.Kind == TaskSkipped) {
					t.Errorf("%+v", ev)
				}
			}
		}
		for key, n := range told {
			if n != 1 {
				t.Errorf("observers heard of %s %d times", key, n)
			}
		}
		if want := 100 + 1 + 1 + len(roots) + 1; len(told) != want {
			t.Errorf("observers heard of %d futures, not %d", len(told), want)
		}
	}, Observe(rec))
}

// What an engine remembers is bounded, and holds neither inputs nor values.
func TestPastHoldsNothing(t *testing.T) {
	modes(t, func(t *testing.T, e *Engine) {
		bg := context.Background()
		var gone []weak.Pointer[[1 << 12]byte]
		func() {
			failing := Submit(bg, Spec{Name: "failing", Engine: e}, func(*Task) (any, error) { return nil, errors.New("bad") })
			for range 2500 {
				v := new([1 << 12]byte)
				gone = append(gone, weak.Make(v))
				run := func(*Task) (any, error) { return v, nil }
				_ = Submit(bg, Spec{Name: "good", Engine: e}, run).Wait(bg)
				_ = Submit(bg, Spec{Name: "not run", Engine: e}, run, failing).Wait(bg)
			}
		}()
		awaitIdle(t, e)
		states := map[State]int{}
		for _, info := range e.Tasks() {
			states[info.State]++
		}
		if states[Finished] != 64 || states[Failed] != 1001 || len(states) != 2 {
			t.Errorf("%v are listed", states)
		}
		within(t, func() {
			for slices.ContainsFunc(gone, func(w weak.Pointer[[1 << 12]byte]) bool { return w.Value() != nil }) {
				runtime.GC()
			}
		})
	})
}
