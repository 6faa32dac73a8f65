// Package option is how the options of package futures reach the engine, which keeps them with its own.
package option

// Futures is what options of package futures say.
type Futures struct {
	Identity any // which calls are the same, for package futures alone; the engine does not look at it
	Limits   []Limit
}

// Limit is a limit on the tasks of a name that run at once.
type Limit struct {
	Name string
	N    int
}

// New returns an option of package sched's, which calls set. Package sched sets it.
var New func(set func(*Futures)) any
