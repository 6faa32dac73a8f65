package sched

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomagpie/magpie/sched"
)

// million is the number of tasks of the shapes.
const million = 1_000_000

var shapeNames = []string{"wide", "chain", "tree", "wave"}

// emit adds the n tasks of a shape, depth first: add appends a task with its inputs and returns its number.
func emit(shape string, n int, add func(in ...sched.TaskID) sched.TaskID) {
	var one [1]sched.TaskID // inputs, reused: a list of its own for each call was a fifth of the time to build
	var two [2]sched.TaskID
	add1 := func(a sched.TaskID) sched.TaskID { one[0] = a; return add(one[:]...) }
	add2 := func(a, b sched.TaskID) sched.TaskID { two[0], two[1] = a, b; return add(two[:]...) }
	switch shape {
	case "wide": // a map, and one task that takes all
		ids := make([]sched.TaskID, n-1)
		for i := range ids {
			ids[i] = add()
		}
		add(ids...)
	case "chain":
		id := add()
		for range n - 1 {
			id = add1(id)
		}
	case "tree": // binary reduction of n/2 leaves
		var build func(leaves int) sched.TaskID
		build = func(leaves int) sched.TaskID {
			if leaves == 1 {
				return add()
			}
			a := build(leaves / 2)
			return add2(a, build(leaves-leaves/2))
		}
		build(n / 2)
	case "wave": // a square in which a task needs the one above and the one to the left
		side := int(math.Sqrt(float64(n)))
		for i := range side * side {
			up, left := sched.TaskID(i-side), sched.TaskID(i-1)
			switch {
			case i == 0:
				add()
			case i < side:
				add1(left)
			case i%side == 0:
				add1(up)
			default:
				add2(up, left)
			}
		}
	}
}

var result = any(new(int64))

func nothing(*sched.Task, []any) (any, error) { return result, nil }

func plan(shape string, n int) *sched.Plan {
	p := sched.NewPlan()
	op := p.Op(sched.Op{Name: shape, Run: nothing})
	emit(shape, n, func(in ...sched.TaskID) sched.TaskID { return p.Add(op, 0, in...) })
	return p
}

func graph(b *testing.B, shape string, n int) *sched.Graph {
	g, err := plan(shape, n).Graph()
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// timed runs f b.N times, each after a collection, and reports the median and the least time for each of n tasks.
func timed(b *testing.B, n int, f func()) {
	var took []time.Duration
	f() // warm: pages, workers
	for b.Loop() {
		b.StopTimer()
		runtime.GC()
		b.StartTimer()
		begin := time.Now()
		f()
		took = append(took, time.Since(begin))
	}
	report(b, n, took)
}

func report(b *testing.B, n int, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/float64(n), "ns/task")
	b.ReportMetric(float64(took[0].Nanoseconds())/float64(n), "min-ns/task")
	b.ReportMetric(0, "ns/op")
}

func run(b *testing.B, g *sched.Graph, opts ...sched.Option) {
	if err := sched.StartGraph(context.Background(), g, opts...).Wait(context.Background()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, shape := range shapeNames {
		b.Run(shape, func(b *testing.B) { timed(b, million, func() { graph(b, shape, million) }) })
	}
}

// BenchmarkRun runs graphs with full data flow: results are handed on, counted, and released by their last consumer.
func BenchmarkRun(b *testing.B) {
	for _, shape := range shapeNames {
		g := graph(b, shape, million)
		b.Run(shape+"/sync", func(b *testing.B) { timed(b, g.Len(), func() { run(b, g, sched.Sync()) }) })
		for _, workers := range []int{1, 2, 8} {
			b.Run(fmt.Sprintf("%s/workers=%d", shape, workers), func(b *testing.B) {
				e := sched.New(sched.Workers(workers))
				defer e.Close()
				timed(b, g.Len(), func() { run(b, g, sched.On(e)) })
			})
		}
	}
}

type discard struct{}

func (discard) Observe([]sched.Event) {}

// BenchmarkTrace is BenchmarkRun with somebody who listens to every event.
func BenchmarkTrace(b *testing.B) {
	for _, shape := range shapeNames {
		b.Run(shape, func(b *testing.B) {
			g := graph(b, shape, million)
			e := sched.New(sched.Workers(2), sched.Observe(discard{}))
			defer e.Close()
			timed(b, g.Len(), func() { run(b, g, sched.On(e)) })
		})
	}
}

// dag is what the competitors run: successors and counters, no results.
type dag struct {
	roots   []int32
	succ    [][]int32
	deps    []int32
	pending []atomic.Int32
	sum     []int64
}

func newDAG(shape string, n int) *dag {
	d := &dag{}
	emit(shape, n, func(in ...sched.TaskID) sched.TaskID {
		t := int32(len(d.deps))
		d.deps = append(d.deps, int32(len(in)))
		d.succ = append(d.succ, nil)
		if len(in) == 0 {
			d.roots = append(d.roots, t)
		}
		for _, q := range in {
			d.succ[q] = append(d.succ[q], t)
		}
		return sched.TaskID(t)
	})
	d.pending = make([]atomic.Int32, len(d.deps))
	d.sum = make([]int64, len(d.deps))
	return d
}

func (d *dag) reset() {
	for i := range d.pending {
		d.pending[i].Store(d.deps[i])
	}
}

// goroutines runs every task on a goroutine of its own.
func (d *dag) goroutines() {
	d.reset()
	var group sync.WaitGroup
	group.Add(len(d.deps))
	var task func(t int32)
	task = func(t int32) {
		d.sum[t]++
		for _, s := range d.succ[t] {
			if d.pending[s].Add(-1) == 0 {
				go task(s)
			}
		}
		group.Done()
	}
	for _, t := range d.roots {
		go task(t)
	}
	group.Wait()
}

// pool runs the tasks on workers that take ready ones from a channel with room for all.
func (d *dag) pool(workers int) {
	d.reset()
	ready := make(chan int32, len(d.deps))
	var left atomic.Int64
	left.Store(int64(len(d.deps)))
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for t := range ready {
				d.sum[t]++
				for _, s := range d.succ[t] {
					if d.pending[s].Add(-1) == 0 {
						ready <- s
					}
				}
				if left.Add(-1) == 0 {
					close(ready)
				}
			}
		})
	}
	for _, t := range d.roots {
		ready <- t
	}
	group.Wait()
}

func BenchmarkBaseline(b *testing.B) {
	for _, shape := range shapeNames {
		d := newDAG(shape, million)
		b.Run(shape+"/goroutines", func(b *testing.B) { timed(b, len(d.deps), d.goroutines) })
		b.Run(shape+"/pool", func(b *testing.B) { timed(b, len(d.deps), func() { d.pool(2) }) })
	}
}
