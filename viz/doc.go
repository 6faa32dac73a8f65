// Package viz shows computations: their graphs as pictures, and how far they are as a bar on a terminal.
//
// It works on anything that can be computed, arrays, bags, delayed values and futures, and computes nothing itself.
//
//	x := array.Ones[float64]([]int{4000}, array.Chunks(1000))
//	err := viz.SVG(os.Stdout, x.Mean())
package viz
