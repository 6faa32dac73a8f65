// Command emergency is the ninth tutorial, the emergency-services lab: a city of 16 by 16 places is divided into zones,
// each with an ambulance of its own. How long does a call wait with 16 small zones, with 4, and with none?
//
//	cd examples/plots && go run ./emergency [emergency.png]
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/stat"

	"github.com/gomagpie/magpie/futures"
)

const (
	side  = 16 // places along an edge of the city
	calls = 100
)

// Scheme is a division of the city into square zones, and the response times in all of them.
type Scheme struct {
	Zones, Side int
	Minutes     []float64
}

func (s Scheme) String() string {
	zones := fmt.Sprintf("%d zones of %d × %d places", s.Zones, s.Side, s.Side)
	if s.Zones == 1 {
		zones = "one zone"
	}
	return fmt.Sprintf("%s: a call waits %.1f minutes in the mean", zones, stat.Mean(s.Minutes, nil))
}

func main() {
	log.SetFlags(0)
	picture := "emergency.png"
	if len(os.Args) > 1 {
		picture = os.Args[1]
	}
	if err := show(context.Background(), os.Stdout, picture); err != nil {
		log.Fatal(err)
	}
}

// show compares the schemes in a city of random transit times, in words and in a picture.
func show(ctx context.Context, w io.Writer, picture string) error {
	schemes, err := run(ctx, randomCity(1))
	if err != nil {
		return err
	}
	for _, s := range schemes {
		fmt.Fprintln(w, s)
	}
	if err := drawTo(picture, schemes); err != nil {
		return err
	}
	fmt.Fprintln(w, "drawn to", picture)
	return nil
}

// run samples the response times of three schemes. Everything is submitted before anything is waited for.
func run(ctx context.Context, city City) ([]Scheme, error) {
	sides := []int{4, 8, 16}
	var running [][]*futures.Future[[]float64]
	for _, zoneSide := range sides {
		running = append(running, submit(ctx, city, zoneSide))
	}
	var schemes []Scheme
	for i, zones := range running {
		times, err := futures.Gather(ctx, zones)
		if err != nil {
			return nil, err
		}
		s := Scheme{Zones: len(zones), Side: sides[i]}
		for _, t := range times {
			s.Minutes = append(s.Minutes, t...)
		}
		schemes = append(schemes, s)
	}
	return schemes, nil
}

// submit returns the response times of each zone: roads, shortest paths and calls are tasks of their own, the input one
// of the other.
func submit(ctx context.Context, city City, zoneSide int) []*futures.Future[[]float64] {
	var times []*futures.Future[[]float64]
	for i, zone := range zones(zoneSide) {
		roads := futures.Delay2(roads, futures.Value(city), futures.Value(zone)).Start(ctx)
		paths := futures.Delay1(shortest, roads).Start(ctx)
		seed := uint64(100*zoneSide + i)
		times = append(times, futures.Delay3(respond, paths, futures.Value(zone), futures.Value(seed)).Start(ctx))
	}
	return times
}

// shortest finds the shortest paths between all places of a zone.
func shortest(roads *simple.WeightedUndirectedGraph) path.AllShortest {
	return path.DijkstraAllPaths(roads)
}
