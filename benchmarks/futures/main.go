// Command futures times what a future costs, beside the same with Dask's distributed; beside.py runs both in turn.
//
//	benchmarks/futures/beside.py        # needs Debian's python3-distributed
//
// Alone it prints the nanoseconds of each job as a JSON object. The testing.B benchmarks beside it have the same jobs
// with goroutines and channels as baselines.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/gomagpie/magpie/futures"
)

func inc(x int) int { return x + 1 }

// jobs do a thing n times each.
var jobs = []struct {
	name string
	n    int
	run  func(ctx context.Context, n int) (check int, err error)
}{
	{"round trip", 20_000, roundTrip},
	{"submit", 100_000, submit},
	{"map", 100_000, mapAll},
	{"chain", 10_000, chain},
	{"as completed", 10_000, asCompleted},
}

func main() {
	log.SetFlags(0)
	times := map[string]float64{}
	for _, j := range jobs {
		for range 3 { // the last one counts: the first find the engine asleep and the heap small
			begin := time.Now()
			got, err := j.run(context.Background(), j.n)
			times[j.name] = float64(time.Since(begin)) / float64(j.n)
			if err == nil && got != j.n {
				err = fmt.Errorf("%d instead of %d", got, j.n)
			}
			if err != nil {
				log.Fatalf("futures: %s: %v", j.name, err)
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(times); err != nil {
		log.Fatal(err)
	}
}

// roundTrip submits a task and waits for its result before it submits the next.
func roundTrip(ctx context.Context, n int) (x int, err error) {
	for range n {
		if x, err = futures.Delay1(inc, futures.Value(x)).Start(ctx).Result(ctx); err != nil {
			return 0, err
		}
	}
	return x, nil
}

// submit submits many tasks, and then gathers them.
func submit(ctx context.Context, n int) (int, error) {
	fs := make([]*futures.Future[int], n)
	for i := range fs {
		fs[i] = futures.Delay1(inc, futures.Value(i)).Start(ctx)
	}
	return last(futures.Gather(ctx, fs))
}

func mapAll(ctx context.Context, n int) (int, error) {
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i
	}
	return last(futures.Gather(ctx, futures.Map(ctx, inc, xs)))
}

// chain makes each task wait for the one before.
func chain(ctx context.Context, n int) (int, error) {
	f := futures.Delay1(inc, futures.Value(0)).Start(ctx)
	for range n - 1 {
		f = futures.Delay1(inc, f).Start(ctx)
	}
	return f.Result(ctx)
}

func asCompleted(ctx context.Context, n int) (count int, err error) {
	for _, err := range futures.AsCompleted(ctx, futures.Map(ctx, inc, make([]int, n))...).All() {
		if err != nil {
			return 0, err
		}
		count++
	}
	return count, nil
}

func last(xs []int, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return xs[len(xs)-1], nil
}
