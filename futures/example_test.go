package futures_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Lazy values from plain functions, computed when asked for.
func ExampleDelay2() {
	ctx := context.Background()
	a := futures.Delay1(inc, futures.Value(1))
	b := futures.Delay1(dec, futures.Value(2))
	total := futures.Delay2(add, a, b)
	fmt.Println(total.Compute(ctx))
	// Output: 3 <nil>
}

// The same in the background, with futures: nothing waits until the last line.
func ExampleDelayed_Start() {
	ctx := context.Background()
	a := futures.Delay1(inc, futures.Value(1)).Start(ctx)
	b := futures.Delay1(dec, futures.Value(2)).Start(ctx)
	total := futures.Delay2(add, a, b).Start(ctx)
	fmt.Println(total.Result(ctx))
	// Output: 3 <nil>
}

// A delayed value in the background; what depends on it goes to where it is.
func ExampleDelayed_Start_graph() {
	ctx := context.Background()
	fut := futures.Delay1(inc, futures.Value(1)).Start(ctx)
	more := futures.Delay1(inc, fut).Start(ctx)
	fmt.Println(more.Result(ctx))
	fmt.Println(fut.Status())
	// Output:
	// 3 <nil>
	// finished
}

// Several results in one pass: what they have in common is computed once.
func ExampleCompute2() {
	load := func() []float64 { fmt.Println("loading"); return []float64{1, 2, 3, 6} }
	data := futures.Delay0(load)
	total := futures.Delay1(func(xs []float64) (t float64) {
		for _, x := range xs {
			t += x
		}
		return t
	}, data)
	count := futures.Delay1(func(xs []float64) int { return len(xs) }, data)
	fmt.Println(futures.Compute2(context.Background(), total, count))
	// Output:
	// loading
	// 12 4 <nil>
}

func ratio(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("division by zero")
	}
	return a / b, nil
}

// A task among many fails: which one, where it was asked for, and once more under a debugger.
func ExampleGather_error() {
	ctx := context.Background()
	var ratios []*futures.Future[int]
	for _, b := range []int{1, 2, 0, 4} {
		ratios = append(ratios, futures.TryDelay2(ratio, futures.Value(12), futures.Value(b)).Start(ctx))
	}
	_, err := futures.Gather(ctx, ratios)
	var input *futures.InputError
	var task *sched.TaskError
	if errors.As(err, &input) && errors.As(err, &task) {
		fmt.Println(input.N, task.Op, task.Err)
	}
	for i, f := range ratios {
		if f.Status() == sched.Failed {
			fmt.Println("failed:", i)
		}
	}
	fmt.Println(futures.GatherOK(ctx, ratios))

	// In sync mode everything runs on this goroutine: set a breakpoint in ratio.
	_, err = futures.TryDelay2(ratio, futures.Value(12), futures.Value(0)).Compute(ctx, sched.Sync())
	if errors.As(err, &task) {
		fmt.Println(errors.Unwrap(task.Rerun(ctx)))
	}
	// Output:
	// 2 ratio division by zero
	// failed: 2
	// [12 6 3] <nil>
	// division by zero
}

// hits counts how many of n points drawn at random in the unit square lie in the circle.
func hits(seed uint64, n int) (in int) {
	r := rand.New(rand.NewPCG(seed, 0))
	for range n {
		x, y := r.Float64(), r.Float64()
		if x*x+y*y < 1 {
			in++
		}
	}
	return in
}

// Pi by drawing points, until the standard error is small enough: as long as it is not, every batch that ends is
// followed by another.
func ExampleAsCompleted() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const batch = 10_000
	seed := uint64(0)
	submit := func() *futures.Future[int] {
		seed++
		return futures.Delay2(hits, futures.Value(seed), futures.Value(batch)).Start(ctx)
	}
	running := futures.AsCompleted(ctx, submit(), submit(), submit(), submit())
	in, n := 0, 0
	for k, err := range running.All() {
		if err != nil {
			log.Fatal(err)
		}
		in, n = in+k, n+batch
		if p := float64(in) / float64(n); 4*math.Sqrt(p*(1-p)/float64(n)) < 2e-3 {
			break // cancel stops the rest
		}
		running.Add(submit())
	}
	fmt.Println(math.Abs(4*float64(in)/float64(n)-math.Pi) < 1e-2)
	// Output: true
}

// Pi in batches that are summed in one pass.
func ExampleDelaySlice() {
	const batch = 10_000
	var batches []*futures.Delayed[int]
	for seed := range uint64(20) {
		batches = append(batches, futures.Delay2(hits, futures.Value(seed), futures.Value(batch)))
	}
	in, err := futures.DelaySlice(sum, batches).Compute(context.Background())
	pi := 4 * float64(in) / float64(len(batches)*batch)
	fmt.Println(math.Abs(pi-math.Pi) < 2e-2, err)
	// Output: true <nil>
}

func makeList(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

func write(list []int) string { return fmt.Sprint(list) }

func combine(texts []string) string { return strings.Join(texts, "\n") }

// Futures of futures: each text is written as soon as its list is made, and combined as soon as all are written.
func ExampleDelayed_Start_slice() {
	ctx := context.Background()
	var texts []*futures.Future[string]
	for _, list := range futures.Map(ctx, makeList, []int{1, 2, 3}) {
		texts = append(texts, futures.Delay1(write, list).Start(ctx))
	}
	fmt.Println(futures.DelaySlice(combine, texts).Start(ctx).Result(ctx))
	// Output:
	// [0]
	// [0 1]
	// [0 1 2] <nil>
}

// Equal calls of a pure function share one result as long as somebody holds it.
func ExamplePure() {
	ctx := context.Background()
	a := futures.Delay1(inc, futures.Value(1)).Start(ctx, futures.Pure())
	b := futures.Delay1(inc, futures.Value(1)).Start(ctx, futures.Pure())
	fmt.Println(a == b)
	c := futures.Delay1(func(x int) int { return x + 1 }, futures.Value(1)).Start(ctx, futures.Pure())
	fmt.Println(c.Err() != nil)
	// Output:
	// true
	// true
}
