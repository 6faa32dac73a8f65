package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/io/jsonio"
)

// reduceRecords reduces the values that the options select from JSON records.
func reduceRecords(ctx context.Context, c *call, op string, files []string) (number, error) {
	query, err := c.query()
	if err != nil {
		return number{}, err
	}
	skipped := &jsonio.SkipCounter{Keep: 1}
	opts := []jsonio.Option{jsonio.CountSkipped(skipped)}
	if c.onError.value == "skip" {
		opts = append(opts, jsonio.OnError(jsonio.Skip))
	}
	result, err := c.reduceValues(ctx, op, files, query, opts)
	if err != nil {
		return number{}, c.advise(err)
	}
	if n := skipped.Count(); n > 0 && !c.quiet {
		c.bar.stop()
		fmt.Fprintf(c.stderr, "magpie: %s bad records were skipped, first: %v\n", formatCount(n), skipped.Errors()[0])
	}
	return result, nil
}

// reduceValues computes one reduction. Numbers are float64, as everywhere in JSON.
func (c *call) reduceValues(ctx context.Context, op string, files []string, q jsonio.Query, opts []jsonio.Option) (number, error) {
	if op == "count" {
		n, err := jsonio.MatchesFiles(files, q, opts...).Count().Compute(ctx, c.engine()...)
		return integer(int64(n)), err
	}
	values := jsonio.SelectFiles(files, q, opts...)
	var result *futures.Delayed[float64]
	switch op {
	case "sum":
		result = bag.Sum(values)
	case "mean":
		result = bag.Mean(values)
	case "min":
		result = bag.Min(values)
	case "max":
		result = bag.Max(values)
	default:
		result = bag.Std(values)
	}
	x, err := result.Compute(ctx, c.engine()...)
	return float(x), err
}

// query is what --field and --where ask for.
func (c *call) query() (jsonio.Query, error) {
	q := jsonio.Query{Path: c.field}
	for _, text := range c.where {
		cond, err := jsonio.ParseCond(text)
		if err != nil {
			return q, usagef("--where %s: KEY=VALUE or KEY!=VALUE is needed, as in --where name=Alice", text)
		}
		q.Where = append(q.Where, cond)
	}
	return q, nil
}

// advise adds to the errors that have a likely cause in the command line what to do.
func (c *call) advise(err error) error {
	if errors.Is(err, bag.ErrEmpty) {
		what := "no values"
		if c.field != "" {
			what += " at " + c.field
		}
		if len(c.where) > 0 {
			what += " where " + strings.Join(c.where, " and ")
		}
		return fmt.Errorf("%s: magpie info FILE shows the fields there are", what)
	}
	_, notNumber := errors.AsType[*jsonio.ValueError](err)
	if record, ok := errors.AsType[*jsonio.RecordError](err); ok && notNumber && c.field == "" {
		return fmt.Errorf("%s: record %d is not a number: name the values in it with -f, as in -f transactions.amount (magpie info %s shows the fields)",
			record.Path, record.Record, record.Path)
	}
	return err
}
