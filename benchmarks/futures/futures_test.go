package main

import (
	"context"
	"sync"
	"testing"
)

// BenchmarkJobs runs the jobs; ns/task is the time of one task.
func BenchmarkJobs(b *testing.B) {
	for _, j := range jobs {
		b.Run(j.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got, err := j.run(context.Background(), j.n); got != j.n || err != nil {
					b.Fatal(got, err)
				}
			}
			perTask(b, j.n)
		})
	}
}

// BenchmarkBaseline is the same with a goroutine a task and a channel for its result: no order, no bound, no errors, no
// cancellation, no dependencies but those the program waits for itself.
func BenchmarkBaseline(b *testing.B) {
	start := func(x int) chan int {
		c := make(chan int, 1)
		go func() { c <- inc(x) }()
		return c
	}
	for _, base := range []struct {
		name string
		n    int
		run  func(n int)
	}{
		{"round trip", 20_000, func(n int) {
			for i := range n {
				<-start(i)
			}
		}},
		{"submit", 100_000, func(n int) {
			all := make([]chan int, n)
			for i := range all {
				all[i] = start(i)
			}
			for _, c := range all {
				<-c
			}
		}},
		{"chain", 10_000, func(n int) {
			c := start(0)
			for range n - 1 {
				before, next := c, make(chan int, 1)
				go func() { next <- inc(<-before) }()
				c = next
			}
			<-c
		}},
		{"as completed", 10_000, func(n int) {
			results := make(chan int)
			var group sync.WaitGroup
			for i := range n {
				group.Go(func() { results <- inc(i) })
			}
			go func() { group.Wait(); close(results) }()
			for range results {
			}
		}},
	} {
		b.Run(base.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				base.run(base.n)
			}
			perTask(b, base.n)
		})
	}
}

func perTask(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/task")
}

func TestJobs(t *testing.T) {
	for _, j := range jobs {
		if got, err := j.run(t.Context(), 100); got != 100 || err != nil {
			t.Errorf("%s: %d, %v", j.name, got, err)
		}
	}
}
