package benchmarks

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// tasks is the number of tasks of the overhead benchmarks.
const tasks = 10_000

var workerCounts = []int{1, 2, 8}

// BenchmarkTasks measures what a task costs that does nothing: one task a partition, combined in a tree.
func BenchmarkTasks(b *testing.B) {
	numbers := bag.FromSlice(make([]int, tasks), tasks)
	for _, workers := range workerCounts {
		b.Run(fmt.Sprintf("bag/workers=%d", workers), func(b *testing.B) {
			engine := sched.New(sched.Workers(workers))
			defer engine.Close()
			for b.Loop() {
				if _, err := numbers.Count().Compute(context.Background(), sched.On(engine)); err != nil {
					b.Fatal(err)
				}
			}
			perTask(b)
		})
	}
	b.Run("bag/sync", func(b *testing.B) {
		for b.Loop() {
			if _, err := numbers.Count().Compute(context.Background(), sched.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		perTask(b)
	})
	b.Run("baseline/goroutines", func(b *testing.B) {
		for b.Loop() {
			counts := make([]int, tasks)
			var group sync.WaitGroup
			for i := range tasks {
				group.Go(func() { counts[i] = 1 })
			}
			group.Wait()
		}
		perTask(b)
	})
}

// BenchmarkFutures is Dask's client.map(inc, range(10000)) and gather.
func BenchmarkFutures(b *testing.B) {
	ctx := context.Background()
	numbers := make([]int, tasks)
	for b.Loop() {
		running := futures.Map(ctx, func(x int) int { return x + 1 }, numbers)
		if _, err := futures.Gather(ctx, running); err != nil {
			b.Fatal(err)
		}
	}
	perTask(b)
}

func perTask(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/tasks, "ns/task")
}
