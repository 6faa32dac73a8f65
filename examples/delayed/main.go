// Command delayed is the first tutorial: three small functions, called lazily and then in the background.
//
//	go run ./examples/delayed
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func inc(x int) int    { return x + 1 }
func dec(x int) int    { return x - 1 }
func add(x, y int) int { return x + y }

// slowly makes a function take its time, as real work does.
func slowly(pause time.Duration, f func(int) int) func(int) int {
	return func(x int) int {
		time.Sleep(pause)
		return f(x)
	}
}

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	if err := lazily(ctx, os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := inBackground(ctx, os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := atOnce(ctx, os.Stdout, time.Second); err != nil {
		log.Fatal(err)
	}
}

// lazily describes the calls, looks at them, and only then computes.
func lazily(ctx context.Context, w io.Writer) error {
	x := futures.Delay1(inc, futures.Value(1))
	y := futures.Delay1(dec, futures.Value(2))
	total := futures.Delay2(add, x, y) // nothing has run yet

	fmt.Fprintln(w, total)
	fmt.Fprint(w, sched.Explain(total))
	sum, err := total.Compute(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "computed:", sum)
	return nil
}

// inBackground runs the same calls at once. A future is an input before it has finished: nobody waits in between.
func inBackground(ctx context.Context, w io.Writer) error {
	x := futures.Delay1(inc, futures.Value(1)).Start(ctx)
	y := futures.Delay1(dec, futures.Value(2)).Start(ctx)
	total := futures.Delay2(add, x, y).Start(ctx)

	sum, err := total.Result(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "submitted: %d, %v\n", sum, total.Status())
	return nil
}

// atOnce calls two slow functions at the same time: on two workers they take as long as one.
func atOnce(ctx context.Context, w io.Writer, pause time.Duration) error {
	begin := time.Now()
	x := futures.Delay1(slowly(pause, inc), futures.Value(1))
	y := futures.Delay1(slowly(pause, dec), futures.Value(2))
	sum, err := futures.Delay2(add, x, y).Compute(ctx, sched.Workers(2))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "two slow calls: %d after %v\n", sum, time.Since(begin).Round(pause))
	return nil
}
