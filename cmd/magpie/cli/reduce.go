package cli

import (
	"context"
	"fmt"
	"time"
)

// reduce runs one of the reductions over whatever kind of input there is, and writes its result.
func reduce(ctx context.Context, c *call, op string) error {
	begin := time.Now()
	in, err := c.inputs()
	if err != nil {
		return err
	}
	if err := c.fits(in); err != nil {
		return err
	}
	var result number
	if len(in.datasets) > 0 {
		result, err = reduceDatasets(ctx, c, op, in.datasets)
	} else {
		result, err = reduceRecords(ctx, c, op, in.records)
	}
	if err != nil {
		return err
	}
	c.bar.stop()
	if c.verbose {
		fmt.Fprintf(c.stderr, "magpie: %s of %d inputs in %.3f s\n", op, len(in.datasets)+len(in.records), time.Since(begin).Seconds())
	}
	return c.write(op, result)
}

// fits checks that the inputs are of one kind and that the options given concern it.
func (c *call) fits(in inputs) error {
	if len(in.datasets) > 0 && len(in.records) > 0 {
		return usagef("JSON and HDF5 files cannot be reduced together: %s and %s", in.records[0], in.datasets[0].path)
	}
	if len(in.datasets) > 0 {
		if c.field != "" || len(c.where) > 0 {
			return usagef("--field and --where are for JSON records; %s is HDF5, where FILE::DATASET names the values",
				in.datasets[0].path)
		}
		return nil
	}
	if c.chunk > 0 {
		return usagef("--chunk is for HDF5 datasets; %s is read as JSON records, a file at a time", in.records[0])
	}
	return nil
}

// write writes the result to standard output.
func (c *call) write(op string, n number) error {
	if c.output.value == "text" {
		_, err := fmt.Fprintln(c.stdout, n)
		return err
	}
	text, why := n.json()
	if why != nil && !c.quiet {
		fmt.Fprintf(c.stderr, "magpie: the result is %s; null is written: %v\n", n, why)
	}
	_, err := fmt.Fprintf(c.stdout, "{%q:%s}\n", op, text)
	return err
}
