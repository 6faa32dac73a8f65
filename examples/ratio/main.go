// Command ratio is the fifth tutorial: one of three divisions is by zero. It shows where the error surfaces, what it
// knows, how to run the failing call alone, how to compute everything on one goroutine, and how to list what failed.
// DEBUGGING.md beside it goes on with a debugger.
//
//	go run ./examples/ratio
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

var (
	numerators   = []int{5, 25, 30}
	denominators = []int{5, 0, 6}
)

// numerator and denominator stand for what reads and prepares the inputs.
func numerator(i int) int   { return numerators[i] }
func denominator(i int) int { return denominators[i] }

// ratio panics on a zero divisor, as integer division does in Go.
func ratio(a, b int) int {
	quotient := a / b
	return quotient
}

func sum(xs []int) int {
	total := 0
	for _, x := range xs {
		total += x
	}
	return total
}

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 { // "sync" or "again"
		log.Fatal(debug(context.Background(), os.Args[1]))
	}
	for _, step := range []struct {
		title string
		do    func(context.Context, io.Writer) error
	}{
		{"Futures: the error surfaces where a result is asked for", gather},
		{"Which task it was, with which inputs, and once more here", rerun},
		{"Everything on this goroutine", inSync},
		{"The failed tasks of an engine", list},
	} {
		fmt.Printf("== %s\n", step.title)
		if err := step.do(context.Background(), os.Stdout); err != nil {
			log.Fatal(err)
		}
		fmt.Println()
	}
}

// running starts the divisions in the background, and their sum behind them.
func running(ctx context.Context, opts ...sched.Option) (ratios []*futures.Future[int], total *futures.Future[int]) {
	for i := range numerators {
		a, b := futures.Value(numerators[i]), futures.Value(denominators[i])
		ratios = append(ratios, futures.Delay2(ratio, a, b).Start(ctx, opts...))
	}
	return ratios, futures.DelaySlice(sum, ratios).Start(ctx, opts...)
}

// lazily describes the same, inputs and all.
func lazily() *futures.Delayed[int] {
	var ratios []*futures.Delayed[int]
	for i := range numerators {
		a := futures.Delay1(numerator, futures.Value(i))
		b := futures.Delay1(denominator, futures.Value(i))
		ratios = append(ratios, futures.Delay2(ratio, a, b))
	}
	return futures.DelaySlice(sum, ratios)
}

// gather asks for all results, for those that there are, and for the sum, which never ran.
func gather(ctx context.Context, w io.Writer) error {
	ratios, total := running(ctx)
	_, err := futures.Gather(ctx, ratios)
	fmt.Fprintln(w, "all:", err)
	good, err := futures.GatherOK(ctx, ratios)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "those that worked:", good)
	_, err = total.Result(ctx)
	fmt.Fprintln(w, "their sum:", err)
	fmt.Fprintf(w, "ratio: %v, sum: %v\n", ratios[1].Status(), total.Status())
	return nil
}

// rerun finds the task in which the failure began and runs it again, with what it needs and nothing else. A panic is
// not recovered then, so that a debugger stops where it is; here it is recovered to go on.
func rerun(ctx context.Context, w io.Writer) error {
	_, err := lazily().Start(ctx).Result(ctx)
	var failed *sched.TaskError
	if !errors.As(err, &failed) {
		return fmt.Errorf("expected a failed task, got: %v", err)
	}
	fmt.Fprintf(w, "%s, built at %v: %v\n", failed.Key, failed.Site, failed.Err)
	for _, input := range failed.Inputs {
		fmt.Fprintf(w, "    %s = %s\n", input.Key, input.Value)
	}

	defer func() { fmt.Fprintln(w, "again, with 0: panic:", recover()) }()
	denominators[1] = 5
	fmt.Fprintln(w, "again, with 5 instead:", failed.Rerun(ctx))
	denominators[1] = 0
	return failed.Rerun(ctx)
}

// inSync computes in the order of building, on this goroutine: its panics are those of a plain loop.
func inSync(ctx context.Context, w io.Writer) error {
	defer func() { fmt.Fprintln(w, "panic in this goroutine:", recover()) }()
	_, err := lazily().Compute(ctx, sched.Sync())
	return err
}

// list shows the failures that an engine remembers: where they began, not all that depended on them.
func list(ctx context.Context, w io.Writer) error {
	engine := sched.New()
	defer engine.Close()
	_, total := running(ctx, sched.On(engine))
	<-total.Done()
	for _, task := range engine.Tasks() {
		var failed *sched.TaskError
		if task.Root == "" && errors.As(task.Err, &failed) {
			fmt.Fprintf(w, "%s, submitted at %v: %v\n", task.Key, task.Site, failed.Err)
			for _, input := range failed.Inputs { // plain values have no key
				fmt.Fprintf(w, "    %s\n", input.Value)
			}
		}
	}
	return nil
}
