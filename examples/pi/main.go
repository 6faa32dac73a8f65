// Command pi is the sixth tutorial: π from random points in the unit square. It begins with a task a point, which shows
// what a task costs, goes on to batches, keeps them, and ends with futures that are submitted until the error is small.
//
//	go run ./examples/pi            # all of it
//	go run ./examples/pi 0.0001     # the last part alone, to that standard error: what dask_pi.py does with Dask
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"math/bits"
	"os"
	"strconv"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// points are those of a batch.
const points = 100_000

func main() {
	log.SetFlags(0)
	ctx, err := context.Background(), error(nil)
	switch len(os.Args) {
	case 1:
		err = tour(ctx, os.Stdout, points)
	case 2:
		var tolerance float64
		if tolerance, err = strconv.ParseFloat(os.Args[1], 64); err == nil {
			err = timed(os.Stdout, "until "+os.Args[1], func() (Tally, error) { return until(ctx, tolerance, points) })
		}
	default:
		log.Fatal("usage: pi [standard error]")
	}
	if err != nil {
		log.Fatal(err)
	}
}

// tour shows every way, with batches of n points.
func tour(ctx context.Context, w io.Writer, n int) error {
	for _, step := range []struct {
		title string
		tally func() (Tally, error)
	}{
		{"a task a point", func() (Tally, error) { return inBatches(ctx, n, 1) }},
		{"one batch", func() (Tally, error) { return inBatches(ctx, 1, n) }},
		{"100 batches", func() (Tally, error) { return inBatches(ctx, 100, n) }},
	} {
		if err := timed(w, step.title, step.tally); err != nil {
			return err
		}
	}

	kept := futures.All(batches(100, n)...).Persist(ctx) // starts, and returns
	sum := func() (Tally, error) { return futures.Delay1(add, kept).Compute(ctx) }
	if err := timed(w, "100 batches, persisted", sum); err != nil { // waits for them
		return err
	}
	if err := timed(w, "the same again", sum); err != nil { // finds them
		return err
	}
	tolerance := 1 / math.Sqrt(1000*float64(n)) // 0.0001 for n = 100,000
	return timed(w, fmt.Sprintf("until the error is %.4f", tolerance), func() (Tally, error) { return until(ctx, tolerance, n) })
}

func timed(w io.Writer, title string, tally func() (Tally, error)) error {
	begin := time.Now()
	t, err := tally()
	if err != nil {
		return err
	}
	took := time.Since(begin)
	fmt.Fprintf(w, "%-26s %v, %.4f s, %.1f ns a point\n", title, t, took.Seconds(), float64(took.Nanoseconds())/float64(t.Points))
	return nil
}

// throw counts the hits among the n points of a batch. A point's coordinates come from its number, not from the state of
// a generator: the same points are thrown whatever the batches, the workers and the order.
func throw(batch, n int) Tally {
	hits := 0
	for i := range n {
		random := mix(uint64(batch*n + i))
		x, y := random>>33, random&(1<<31-1) // on a grid of 2^31 by 2^31
		if x*x+y*y < 1<<62 {
			hits++
		}
	}
	return Tally{hits, n}
}

// mix returns the i-th output of the generator wyrand (Wang Yi 2019), which is also that of the Go runtime.
func mix(i uint64) uint64 {
	state := (i + 1) * 0xa0761d6478bd642f
	high, low := bits.Mul64(state, state^0xe7037ed1a0b428db)
	return high ^ low
}

// batches are what is to be thrown, one task each.
func batches(count, n int) []*futures.Delayed[Tally] {
	all := make([]*futures.Delayed[Tally], count)
	for i := range all {
		all[i] = futures.Delay2(throw, futures.Value(i), futures.Value(n))
	}
	return all
}

func inBatches(ctx context.Context, count, n int, opts ...sched.Option) (Tally, error) {
	return futures.DelaySlice(add, batches(count, n)).Compute(ctx, opts...)
}

// until throws batches of n points until the standard error is at most tolerance. For every batch that comes in, another
// is submitted: there are always a few for each worker. Those under way at the end are cancelled.
func until(ctx context.Context, tolerance float64, n int) (Tally, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batch := -1
	submit := func() *futures.Future[Tally] {
		batch++
		return futures.Delay2(throw, futures.Value(batch), futures.Value(n)).Start(ctx)
	}
	running := futures.AsCompleted[Tally](ctx)
	for range 4 * sched.Default().Workers() {
		running.Add(submit())
	}
	var sum Tally
	for tally, err := range running.All() {
		if err != nil {
			return sum, err
		}
		if sum = add([]Tally{sum, tally}); sum.Error() <= tolerance {
			break
		}
		running.Add(submit())
	}
	return sum, nil
}
