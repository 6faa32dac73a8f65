package cli

import (
	"github.com/spf13/pflag"

	"github.com/gomagpie/magpie/sched"
)

// settings are the values of all options of all commands.
type settings struct {
	field     string
	where     []string
	chunk     int
	workers   int
	memory    bytesValue
	sync      bool
	onError   choice
	output    choice
	progress  choice
	quiet     bool
	verbose   bool
	small     bool
	size      bytesValue
	seed      uint64
	wantsHelp bool
}

func (s *settings) defaults() {
	s.onError = choice{value: "fail", allowed: []string{"fail", "skip"}}
	s.output = choice{value: "text", allowed: []string{"text", "json"}}
	s.progress = choice{value: "auto", allowed: []string{"auto", "always", "never"}}
}

// group adds options that several commands have in common.
type group func(flags *pflag.FlagSet, s *settings)

func selectFlags(flags *pflag.FlagSet, s *settings) {
	flags.StringVarP(&s.field, "field", "f", "", "the values: a path into each JSON record, as `a.b.c`; arrays on it are flattened")
	flags.StringArrayVar(&s.where, "where", nil, "only records where `KEY=VALUE` (or KEY!=VALUE) holds; may be repeated")
	flags.Var(&s.onError, "on-error", "at a bad JSON record: `fail`, or skip it and say how many there were")
}

func arrayFlags(flags *pflag.FlagSet, s *settings) {
	flags.IntVar(&s.chunk, "chunk", 0, "elements of an HDF5 dataset read at a time (default: by their size)")
}

func engineFlags(flags *pflag.FlagSet, s *settings) {
	flags.IntVarP(&s.workers, "workers", "j", 0, "work on `N` chunks or files at once (default: the CPUs there are)")
	flags.Var(&s.memory, "memory", "hold at most `SIZE` of results, as 4GiB (default: no limit)")
	flags.BoolVar(&s.sync, "sync", false, "work on one thing after the other; the result is the same")
}

func outputFlags(flags *pflag.FlagSet, s *settings) {
	flags.VarP(&s.output, "output", "o", "write the result as `text` or json")
	plainFlags(flags, s)
}

func plainFlags(flags *pflag.FlagSet, s *settings) {
	flags.Var(&s.progress, "progress", "show a progress bar: `auto` (on a terminal), always, never")
	flags.BoolVarP(&s.quiet, "quiet", "q", false, "write nothing but the result and errors")
	flags.BoolVarP(&s.verbose, "verbose", "v", false, "say what was done and how long it took")
}

func demoFlags(flags *pflag.FlagSet, s *settings) {
	flags.BoolVar(&s.small, "small", false, "a few MB, to try things out")
	flags.Var(&s.size, "size", "`SIZE` of random.hdf5, as 4GB; the number of account files grows with it")
	flags.Uint64Var(&s.seed, "seed", 1, "where the random numbers begin")
	flags.IntVarP(&s.workers, "workers", "j", 0, "write `N` files or blocks at once (default: the CPUs there are)")
}

// check finds what pflag cannot.
func (s *settings) check() error {
	switch {
	case s.workers < 0:
		return usagef("--workers %d: at least 1 is needed", s.workers)
	case s.chunk < 0:
		return usagef("--chunk %d: at least 1 is needed", s.chunk)
	case s.quiet && s.verbose:
		return usagef("--quiet and --verbose exclude each other")
	case s.small && s.size > 0:
		return usagef("--small and --size exclude each other")
	}
	return nil
}

// engine returns the options of a computation.
func (c *call) engine() []sched.Option {
	opts := []sched.Option{sched.Observe(c.bar)}
	if c.workers > 0 {
		opts = append(opts, sched.Workers(c.workers))
	}
	if c.memory > 0 {
		opts = append(opts, sched.MemoryLimit(int64(c.memory)))
	}
	if c.sync {
		opts = append(opts, sched.Sync())
	}
	return opts
}
