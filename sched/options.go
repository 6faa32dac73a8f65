package sched

import (
	"context"
	"os"
	"runtime"

	"github.com/gomagpie/magpie/internal/option"
	"github.com/gomagpie/magpie/internal/site"
)

// Option configures an engine, one computation, or one future. One type serves [New] and every Compute, Start, Persist
// and Submit; later options win; an option that does not concern a call is ignored by it.
type Option func(*settings)

// settings is the sum of the options of a call.
type settings struct {
	engine   *Engine
	workers  int
	memory   int64
	sync     bool
	retries  int
	spillDir string
	observer Observer
	collect  bool // the caller takes all results at once
	public   bool // of an engine in sync mode: it was made by New, so that somebody may close it
	private  bool // an option was given that only an engine of its own can honour
	priority int
	name     string
	futures  option.Futures
}

// On runs the computation on e instead of the default engine.
func On(e *Engine) Option { return func(s *settings) { s.engine = e } }

// Workers sets how many tasks run at once. Default: the CPUs this process may use (GOMAXPROCS). n < 1 means the
// default. Given to a computation and not to New, it runs that computation on an engine of its own.
func Workers(n int) Option {
	return func(s *settings) {
		if n < 1 {
			n = runtime.GOMAXPROCS(0)
		}
		s.workers, s.private = n, true
	}
}

// MemoryLimit sets how many bytes may be held at once, by results and by what tasks report. Results that have a codec go
// to disk when memory is short, tasks wait, and what cannot fit ends with a [MemoryError]. Default: no limit. Zero or less
// means no limit. Given to a computation and not to New, it runs that computation on an engine of its own.
//
// The process grows by at most 1.3 times the limit and 64 MiB over what it held before, and over data of the user's own
// that comes meanwhile, with the garbage that functions leave: while work under a limit is under way, or what is held under
// it is read, the limit of Go's collector is lower (see [runtime/debug.SetMemoryLimit]), by what all engines with such work
// may hold, and afterwards what it was. A lower one that the user has set stays. Functions that do little but take large
// blocks may still be faster than the collector, on a machine that is busy with other work: then the process grows by more
// for a moment.
func MemoryLimit(bytes int64) Option {
	return func(s *settings) { s.memory, s.private = max(bytes, 0), true }
}

// SpillDir names the directory in which a private subfolder holds results that do not fit in memory. Default:
// the system's directory for temporary files.
func SpillDir(dir string) Option { return func(s *settings) { s.spillDir = dir } }

// Sync runs every task on the calling goroutine, one after the other in a fixed order, and does not recover panics: a
// debugger stops in the user's own frame. The results are the same. It overrides Workers and On. Given to New, it makes an
// engine that runs so all that it is given.
func Sync() Option { return func(s *settings) { s.sync = true } }

// Retries runs a task that failed up to n times more before its error counts. Panics are not retried.
func Retries(n int) Option { return func(s *settings) { s.retries = max(n, 0) } }

// Priority makes a future run before those of lower priority that wait for a worker, too, and a computation (Compute,
// Persist, Start of what has delayed inputs) before others of lower priority: as long as it has tasks that could begin,
// workers that come free begin those, and one that is at work on a lower one changes over after its task, or after 200 µs
// of short ones. There are three: above zero, zero (the default), and below zero. A computation started inside a task of
// another has the priority of that one unless it is given one above or below zero. Futures and computations have their turns beside each
// other; under a memory limit computations are let begin in the order in which they came.
func Priority(n int) Option { return func(s *settings) { s.priority = n } }

// Name sets the word that a future's key begins with. Default: the name of its function.
func Name(name string) Option { return func(s *settings) { s.name = name } }

func init() {
	option.New = func(set func(*option.Futures)) any { return Option(func(s *settings) { set(&s.futures) }) }
}

// SpecOf returns what the options say about a future, for one whose function is called name, submitted at the given
// place.
func SpecOf(name string, at site.Site, opts ...Option) Spec {
	s := settings{name: name}
	s.apply(opts)
	return Spec{Name: s.name, Site: at, Engine: s.engine, Priority: s.priority, Retries: s.retries, Sync: s.sync,
		Futures: s.futures}
}

// Observe sends the events of the computation, or of all computations of the engine, to o.
func Observe(o Observer) Option { return func(s *settings) { s.observer = o } }

// apply applies options; a nil one says nothing.
func (s *settings) apply(opts []Option) {
	for _, o := range opts {
		if o != nil {
			o(s)
		}
	}
}

func settingsOf(opts []Option) settings {
	var s settings
	s.apply(opts)
	if s.spillDir == "" {
		s.spillDir = os.TempDir()
	}
	return s
}

// memoryLimit returns the memory limit under which a computation with these options will run; 0: none.
func (s *settings) memoryLimit(ctx context.Context) int64 {
	e := s.engineFor(ctx)
	if e == nil {
		return s.memory
	}
	if e.memory == nil {
		return 0
	}
	return e.memory.limit
}
