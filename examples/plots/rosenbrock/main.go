// Command rosenbrock is the fourth tutorial: an asynchronous search for the minimum of Rosenbrock's function. Ten points
// are tried at a time; for each one that comes back another is sent out near the best so far, in a box that shrinks.
// The points visited are drawn over the contours of the function.
//
//	cd examples/plots && go run ./rosenbrock [rosenbrock.png]
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"github.com/gomagpie/magpie/futures"
)

// Point is a place in the plane.
type Point struct{ X, Y float64 }

// Visit is a point and the function's value there.
type Visit struct {
	Point
	Value float64
}

// Search says how to look for the minimum of F.
type Search struct {
	F      func(Point) float64
	Starts int     // points tried at a time
	Scale  float64 // half the width of the first box, which is around the origin
	Shrink float64 // by which the box shrinks from one point to the next
	Stop   float64 // the half width at which the search ends
	Seed   uint64
}

// rosenbrock's minimum is 0 at (1, 1), at the bottom of a long bent valley. As in Dask's tutorial its walls have the
// factor 2 for the usual 100: it is hard enough for a search that knows no slopes.
func rosenbrock(p Point) float64 {
	a, b := 1-p.X, p.Y-p.X*p.X
	return a*a + 2*b*b
}

// slowly makes f worth a task: a simulation may take minutes.
func slowly(f func(Point) float64, pause time.Duration) func(Point) float64 {
	return func(p Point) float64 {
		time.Sleep(pause)
		return f(p)
	}
}

func main() {
	log.SetFlags(0)
	picture := "rosenbrock.png"
	if len(os.Args) > 1 {
		picture = os.Args[1]
	}
	if err := show(context.Background(), os.Stdout, picture, 2*time.Millisecond); err != nil {
		log.Fatal(err)
	}
}

// show searches, with a function that takes its time, and says and draws where it has been.
func show(ctx context.Context, w io.Writer, picture string, delay time.Duration) error {
	begin := time.Now()
	search := Search{F: slowly(rosenbrock, delay), Starts: 10, Scale: 5, Shrink: 0.99, Stop: 1e-3, Seed: 1}
	visits, err := search.Run(ctx)
	if err != nil {
		return err
	}
	best := lowest(visits)
	fmt.Fprintf(w, "%d points in %.2f s: %.6f at (%.4f, %.4f)\n",
		len(visits), time.Since(begin).Seconds(), best.Value, best.X, best.Y)
	if err := drawTo(picture, visits); err != nil {
		return err
	}
	fmt.Fprintln(w, "drawn to", picture)
	return nil
}

// Run returns the visits in the order in which they ended. Those still under way when the box has become small enough
// are cancelled.
func (s Search) Run(ctx context.Context) ([]Visit, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	random := rand.New(rand.NewPCG(s.Seed, 0))
	var best Visit // at first the middle of the box
	best.Value = math.Inf(1)
	scale := s.Scale
	submit := func() *futures.Future[Visit] {
		near := Point{best.X + scale*(2*random.Float64()-1), best.Y + scale*(2*random.Float64()-1)}
		return futures.Delay1(s.visit, futures.Value(near)).Start(ctx)
	}

	running := futures.AsCompleted[Visit](ctx)
	for range s.Starts {
		running.Add(submit())
	}
	var visits []Visit
	for v, err := range running.All() {
		if err != nil {
			return nil, err
		}
		visits = append(visits, v)
		if v.Value < best.Value {
			best = v
		}
		if scale *= s.Shrink; scale < s.Stop {
			break
		}
		running.Add(submit())
	}
	return visits, nil
}

func (s Search) visit(p Point) Visit { return Visit{p, s.F(p)} }

// lowest returns the visit of the lowest value.
func lowest(visits []Visit) Visit {
	best := Visit{Value: math.Inf(1)}
	for _, v := range visits {
		if v.Value < best.Value {
			best = v
		}
	}
	return best
}
