// Package sched measures what a task costs in the engine, whatever it computes: graphs of a million tasks that do
// nothing but hand a result on, futures, and the engine at rest and under load. What it competes with runs in the same
// process: a goroutine a task, and a pool of goroutines fed by a channel.
//
//	go test -run '^$' -bench . ./benchmarks/sched
//	benchmarks/sched/peers/peers.sh     # beside oneTBB, Taskflow and Dask, in turn
//
// Timed runs are short, and each begins after a garbage collection: ns/task is the median of them, min-ns/task the
// least, which a busy machine disturbs less.
package sched
