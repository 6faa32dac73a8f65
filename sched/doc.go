// Package sched runs task graphs on all cores of one machine.
//
// Collections and delayed values lower themselves into a [Plan], which packs into an immutable [Graph]; an [Engine]
// runs graphs and single dynamically submitted tasks ([Future]) on one set of workers that steal from each other. The
// engine knows no element types: a result is an any, one for a whole chunk or partition, never one for an element.
//
// Users of array, bag and futures need from this package the options of a call ([Workers], [MemoryLimit], [Sync], …),
// [Engine] to own workers of their own, [TaskError] to learn what failed, and [Explain] to see a graph, which package viz draws.
// The states and protocols of the engine, and why no wake-up is lost, are in README.md beside this file.
package sched
