package main

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
)

// City has the minutes that it takes to cross each place.
type City [side][side]float64

// Zone is a square of places; Row and Column are those of its first.
type Zone struct{ Row, Column, Side int }

// id numbers the places of the city.
func id(row, column int) int64 { return int64(row*side + column) }

// randomCity takes 1 to 10 minutes to cross each place.
func randomCity(seed uint64) City {
	random := rand.New(rand.NewPCG(seed, 0))
	var city City
	for r := range city {
		for c := range city[r] {
			city[r][c] = 1 + 9*random.Float64()
		}
	}
	return city
}

// zones divides the city.
func zones(zoneSide int) []Zone {
	var all []Zone
	for r := 0; r < side; r += zoneSide {
		for c := 0; c < side; c += zoneSide {
			all = append(all, Zone{r, c, zoneSide})
		}
	}
	return all
}

// roads joins each place of a zone with its neighbours in the zone. The way from the middle of one to that of the next is
// half of both crossings.
func roads(city City, z Zone) *simple.WeightedUndirectedGraph {
	g := simple.NewWeightedUndirectedGraph(0, 0)
	join := func(r1, c1, r2, c2 int) {
		g.SetWeightedEdge(simple.WeightedEdge{
			F: simple.Node(id(r1, c1)), T: simple.Node(id(r2, c2)), W: (city[r1][c1] + city[r2][c2]) / 2,
		})
	}
	for r := z.Row; r < z.Row+z.Side; r++ {
		for c := z.Column; c < z.Column+z.Side; c++ {
			if c > z.Column {
				join(r, c-1, r, c)
			}
			if r > z.Row {
				join(r-1, c, r, c)
			}
		}
	}
	return g
}

// respond samples calls: the ambulance of the zone is at one random place of it, the emergency at another.
func respond(paths path.AllShortest, z Zone, seed uint64) []float64 {
	random := rand.New(rand.NewPCG(seed, 1))
	place := func(i int) int64 { return id(z.Row+i/z.Side, z.Column+i%z.Side) }
	minutes := make([]float64, calls)
	for i := range minutes {
		ambulance := random.IntN(z.Side * z.Side)
		emergency := random.IntN(z.Side*z.Side - 1)
		if emergency >= ambulance { // any place but that of the ambulance
			emergency++
		}
		minutes[i] = paths.Weight(place(ambulance), place(emergency))
	}
	return minutes
}
