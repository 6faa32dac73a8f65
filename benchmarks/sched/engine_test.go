package sched

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomagpie/magpie/sched"
)

// spin computes for about d; calibrated once, so that no clock is read in the tasks.
func spin(rounds int) uint64 {
	x := uint64(1)
	for range rounds {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}

var sink uint64

func calibrate(d time.Duration) int {
	best := time.Duration(1 << 62)
	const rounds = 1_000_000
	for range 20 {
		begin := time.Now()
		sink += spin(rounds)
		best = min(best, time.Since(begin))
	}
	return int(rounds * d / best)
}

// BenchmarkBodies runs tasks that take a microsecond, and reports the time for each beside the ideal.
func BenchmarkBodies(b *testing.B) {
	const n = 100_000
	rounds := calibrate(time.Microsecond)
	for _, shape := range []string{"wide", "tree", "wave"} {
		p := sched.NewPlan()
		op := p.Op(sched.Op{Name: "spin", Run: func(*sched.Task, []any) (any, error) {
			if spin(rounds) == 0 {
				return nil, nil
			}
			return result, nil
		}})
		emit(shape, n, func(in ...sched.TaskID) sched.TaskID { return p.Add(op, 0, in...) })
		g, err := p.Graph()
		if err != nil {
			b.Fatal(err)
		}
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", shape, workers), func(b *testing.B) {
				e := sched.New(sched.Workers(workers))
				defer e.Close()
				timed(b, g.Len(), func() { run(b, g, sched.On(e)) })
			})
		}
	}
}

// BenchmarkLarge builds and runs a binary tree of ten million tasks.
func BenchmarkLarge(b *testing.B) {
	const n = 10_000_000
	e := sched.New(sched.Workers(2))
	defer e.Close()
	var build, total []time.Duration
	var before, after runtime.MemStats
	for b.Loop() {
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&before)
		b.StartTimer()
		begin := time.Now()
		g := graph(b, "tree", n)
		build = append(build, time.Since(begin))
		run(b, g, sched.On(e))
		total = append(total, time.Since(begin))
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(g)
		b.StartTimer()
	}
	slices.Sort(build)
	slices.Sort(total)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(build[len(build)/2].Seconds(), "build-s")
	b.ReportMetric(total[len(total)/2].Seconds(), "total-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "graph-B/task")
	b.ReportMetric(peakRSS()/(1<<20), "peak-MB")
}

// peakRSS is the most memory that the process has had, in bytes, or 0 where the system does not say.
func peakRSS() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	v, _ := strconv.ParseFloat(kb, 64)
	return v * 1024
}

// BenchmarkIdle reports the part of one CPU that an engine takes that has worked and has nothing to do.
func BenchmarkIdle(b *testing.B) {
	e := sched.New(sched.Workers(2))
	defer e.Close()
	run(b, graph(b, "tree", 100_000), sched.On(e))
	runtime.GC()
	time.Sleep(100 * time.Millisecond)
	var used, passed time.Duration
	for b.Loop() {
		cpu, begin := cpuTime(), time.Now()
		time.Sleep(time.Second)
		used += cpuTime() - cpu
		passed += time.Since(begin)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*used.Seconds()/passed.Seconds(), "%CPU")
}

// BenchmarkOthers reports how late a goroutine of the program's own gets its turn, after a sleep, while all workers are
// busy with tasks of a microsecond.
func BenchmarkOthers(b *testing.B) {
	rounds := calibrate(time.Microsecond)
	e := sched.New(sched.Workers(runtime.GOMAXPROCS(0)))
	defer e.Close()
	p := sched.NewPlan()
	op := p.Op(sched.Op{Name: "spin", Run: func(*sched.Task, []any) (any, error) {
		if spin(rounds) == 0 {
			return nil, nil
		}
		return result, nil
	}})
	emit("wide", 20*million, func(in ...sched.TaskID) sched.TaskID { return p.Add(op, 0, in...) })
	g, err := p.Graph()
	if err != nil {
		b.Fatal(err)
	}
	r := sched.StartGraph(context.Background(), g, sched.On(e))
	var waits []time.Duration
	for b.Loop() {
		begin := time.Now()
		time.Sleep(time.Millisecond)
		waits = append(waits, time.Since(begin)-time.Millisecond)
	}
	if done, _ := r.Progress(); done == g.Len() {
		b.Log("the engine had nothing to do in the end: too many rounds")
	}
	r.Cancel(nil)
	<-r.Done()
	slices.Sort(waits)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds()), "p99-µs")
}
