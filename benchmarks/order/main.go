// Command order prints how many results the engine holds at once, at most, on graphs whose order matters, and with
// -dask the same for Dask's threaded scheduler on the same graphs (Python with dask is needed then).
//
//	go run ./benchmarks/order -dask
//
// Every task makes one result of one unit. A result counts from the end of its task until its last consumer has
// finished. Tasks spin for some microseconds, so that the workers overlap.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gomagpie/magpie/sched"
)

//go:embed live.py
var livePy string

func main() {
	dask := flag.Bool("dask", false, "run Dask beside")
	python := flag.String("python", "/usr/bin/python3", "the Python that has dask")
	flag.Parse()
	if err := run(*dask, *python); err != nil {
		fmt.Fprintln(os.Stderr, "order:", err)
		os.Exit(1)
	}
}

func run(dask bool, python string) error {
	workers := []int{1, 2, 8}
	fmt.Printf("%-28s %8s", "graph", "tasks")
	for _, w := range workers {
		fmt.Printf(" %10s", fmt.Sprintf("%d workers", w))
	}
	if dask {
		fmt.Printf(" %10s %10s", "dask sync", "dask 8")
	}
	fmt.Println()
	for _, s := range shapes {
		inputs := s.build()
		fmt.Printf("%-28s %8d", s.name, len(inputs))
		for _, w := range workers {
			peak, err := measure(inputs, w)
			if err != nil {
				return err
			}
			fmt.Printf(" %10d", peak)
		}
		if dask {
			a, b, err := measureDask(inputs, python)
			if err != nil {
				return err
			}
			fmt.Printf(" %10d %10d", a, b)
		}
		fmt.Println()
	}
	return nil
}

// unit is a result that tells when it is let go.
type unit struct{ live *atomic.Int64 }

// Release is called by the engine after the last consumer.
func (u unit) Release() { u.live.Add(-1) }

// measure runs the graph and returns the most results alive at once.
func measure(inputs [][]int, workers int) (int64, error) {
	var live, peak atomic.Int64
	p := sched.NewPlan()
	op := p.Op(sched.Op{Name: "task", Pooled: true, Run: func(*sched.Task, []any) (any, error) {
		for begin := time.Now(); time.Since(begin) < 10*time.Microsecond; {
		}
		n := live.Add(1)
		for {
			if old := peak.Load(); n <= old || peak.CompareAndSwap(old, n) {
				return unit{&live}, nil
			}
		}
	}})
	ids := make([]sched.TaskID, len(inputs))
	for i, in := range inputs {
		var qs []sched.TaskID
		for _, q := range in {
			qs = append(qs, ids[q])
		}
		ids[i] = p.Add(op, i, qs...)
	}
	g, err := p.Graph()
	if err != nil {
		return 0, err
	}
	e := sched.New(sched.Workers(workers))
	defer e.Close()
	err = sched.StartGraph(context.Background(), g, sched.On(e)).Wait(context.Background())
	return peak.Load(), err
}

// measureDask runs the graph in Dask with one thread and with eight.
func measureDask(inputs [][]int, python string) (one, eight int64, err error) {
	text, err := json.Marshal(inputs)
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.Command(python, "-c", livePy)
	cmd.Stdin = strings.NewReader(string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("dask: %w", err)
	}
	_, err = fmt.Sscan(string(out), &one, &eight)
	return one, eight, err
}
