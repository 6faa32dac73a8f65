package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// command is one of magpie's commands. The table of commands is the one source of dispatch and help.
type command struct {
	name     string
	operands string
	summary  string
	text     string   // further paragraphs of the help
	examples []string // without the leading "magpie"
	flags    []group
	run      func(ctx context.Context, c *call) error
}

// commands returns all commands in the order of the help.
func commands() []*command {
	input := "Files may be globs. They hold JSON lines, compressed or not, or are HDF5, where FILE::DATASET names the\n" +
		"values. Without a file, or for -, standard input is read as JSON lines.\n"
	reduction := func(op, summary string, examples ...string) *command {
		return &command{
			name: op, operands: "[FILE[::DATASET]…]", summary: summary, text: input, examples: examples,
			flags: []group{selectFlags, arrayFlags, engineFlags, outputFlags},
			run:   func(ctx context.Context, c *call) error { return reduce(ctx, c, op) },
		}
	}
	return []*command{
		reduction("sum", "add the values up",
			"sum data/random.hdf5::/x", "sum -f transactions.amount 'data/accounts.*.json.gz'"),
		reduction("mean", "their arithmetic mean",
			"mean -f transactions.amount --where name=Alice 'data/accounts.*.json.gz'"),
		reduction("min", "the smallest", "min data/random.hdf5::/x"),
		reduction("max", "the largest", "max data/random.hdf5::/x"),
		reduction("std", "their standard deviation (of the whole population)", "std data/random.hdf5::/x"),
		reduction("count", "how many there are; without -f, how many records",
			"count --where name=Alice 'data/accounts.*.json.gz'"),
		{
			name: "info", operands: "FILE[::DATASET]…", summary: "what is in the files",
			text:     "For HDF5: name, element type, shape, layout and size of each dataset. Others: size and format.\n",
			examples: []string{"info data/random.hdf5", "info 'data/*'"},
			flags:    []group{plainFlags},
			run:      info,
		},
		{
			name: "demo", operands: "DIR", summary: "write the two data sets of the demonstration",
			text: "Writes DIR/accounts.*.json.gz (50 files, some 210 MB of JSON lines) and DIR/random.hdf5 (the float32\n" +
				"dataset /x of 100,000,000 elements, 400 MB). The same seed gives the same bytes. Files that are there\n" +
				"and complete are kept.\n",
			examples: []string{"demo data", "demo --small /tmp/data", "demo --size 4GB data"},
			flags:    []group{demoFlags, plainFlags},
			run:      writeDemo,
		},
	}
}

// findCommand returns the named command, or an error that guesses what was meant.
func findCommand(name string) (*command, error) {
	all := commands()
	var known []string
	for _, cmd := range all {
		if cmd.name == name {
			return cmd, nil
		}
		known = append(known, cmd.name)
	}
	if strings.HasPrefix(name, "-") {
		return nil, usagef("unknown option %s: options follow the command%s", name, didYouMean(name, []string{"--help", "--version"}))
	}
	if _, err := os.Stat(name); err == nil || strings.Contains(name, datasetMark) {
		return nil, usagef("%q is not a command but a file: say what to do with it, as in: magpie info %s", name, name)
	}
	return nil, usagef("unknown command %q%s", name, didYouMean(name, append(known, "help", "version")))
}

func (cmd *command) flagSet(s *settings) *pflag.FlagSet {
	flags := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	flags.SortFlags = false
	flags.SetOutput(io.Discard) // errors are reported once, by report
	flags.Usage = func() {}
	s.defaults()
	for _, add := range cmd.flags {
		add(flags, s)
	}
	flags.BoolVarP(&s.wantsHelp, "help", "h", false, "show this help")
	return flags
}

// flagError turns pflag's errors into ours.
func flagError(cmd *command, flags *pflag.FlagSet, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return &usageError{cmd.name, err.Error()}
	}
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return &usageError{cmd.name, fmt.Sprintf("unknown option -%s", name)}
	}
	var known []string
	flags.VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return &usageError{cmd.name, fmt.Sprintf("unknown option --%s%s", name, didYouMean("--"+name, known))}
}

// help writes the overview, or the help of one command.
func (c *call) help(args []string) error {
	if len(args) == 0 {
		writeOverview(c.stdout)
		return nil
	}
	cmd, err := findCommand(args[0])
	if err != nil {
		return err
	}
	cmd.writeHelp(c.stdout)
	return nil
}

func (cmd *command) writeHelp(w io.Writer) {
	fmt.Fprintf(w, "magpie %s: %s\n\nUsage: magpie %s [OPTIONS] %s\n\n%s\nExamples:\n",
		cmd.name, cmd.summary, cmd.name, cmd.operands, cmd.text)
	for _, e := range cmd.examples {
		fmt.Fprintf(w, "  magpie %s\n", e)
	}
	fmt.Fprintf(w, "\nOptions:\n%s", cmd.flagSet(new(settings)).FlagUsagesWrapped(110))
}

func writeOverview(w io.Writer) {
	fmt.Fprint(w, "magpie computes on data larger than memory, on all cores of one machine.\n\n"+
		"Usage: magpie COMMAND [OPTIONS] [FILE…]\n\nCommands:\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-7s %s\n", cmd.name, cmd.summary)
	}
	fmt.Fprint(w, "  help    the options of a command: magpie help mean\n  version the version\n\nExamples:\n"+
		"  magpie mean -f transactions.amount --where name=Alice 'data/accounts.*.json.gz'\n"+
		"  magpie sum data/random.hdf5::/x\n"+
		"  magpie demo data                # writes the files of these examples\n")
}
