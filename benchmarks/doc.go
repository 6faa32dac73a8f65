// Package benchmarks measures magpie from outside, through its public packages alone, and beside the plain loops and
// hand-written goroutines that it competes with: every claim has its baseline in the same run.
//
//	make bench
//	benchmarks/dask.sh     # the same jobs with Dask, in turn
package benchmarks
