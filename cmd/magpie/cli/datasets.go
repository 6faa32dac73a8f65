package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomagpie/magpie/array"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/io/hdf5io"
)

// part is what one dataset adds to a result.
type part struct {
	count    int
	value    number  // of sum, min and max
	mean     float64 // of mean and std
	variance float64 // of std
}

// reduceDatasets reduces all datasets in one computation and merges their parts in the order of the operands.
func reduceDatasets(ctx context.Context, c *call, op string, datasets []location) (number, error) {
	var parts []*futures.Delayed[part]
	for _, l := range datasets {
		f, err := hdf5io.Open(l.path)
		if err != nil {
			return number{}, err
		}
		defer f.Close()
		info, err := findDataset(f, l)
		if err != nil {
			return number{}, err
		}
		if slices.Contains(info.Shape, 0) && op != "sum" && op != "count" {
			continue // it adds nothing to the others
		}
		p, err := datasetPart(c, op, f, info)
		if err != nil {
			return number{}, err
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return number{}, fmt.Errorf("%s has no elements, and so no %s", datasets[0], op)
	}
	all, err := futures.All[part](parts...).Compute(ctx, c.engine()...)
	if errors.Is(err, array.ErrOverflow) {
		return number{}, fmt.Errorf("the sum of the integers in %s does not fit in 64 bits", names(datasets))
	}
	if err != nil {
		return number{}, err
	}
	return merge(op, all)
}

// names lists the datasets for an error, within a bound.
func names(datasets []location) string {
	if len(datasets) > 1 {
		return fmt.Sprintf("one of %s and %d others", datasets[0], len(datasets)-1)
	}
	return datasets[0].String()
}

// datasetPart returns the delayed part of a dataset. Integers are read as 64-bit ones, so that their sums fit.
func datasetPart(c *call, op string, f *hdf5io.File, info hdf5io.Info) (*futures.Delayed[part], error) {
	switch info.Kind {
	case hdf5io.Float16, hdf5io.Float32:
		if op == "sum" {
			return partOf(c, op, f, info, float) // a sum has more digits than its terms
		}
		return partOf(c, op, f, info, shortFloat)
	case hdf5io.Float64:
		return partOf(c, op, f, info, float)
	case hdf5io.Uint64:
		return partOf(c, op, f, info, unsigned)
	default:
		return partOf(c, op, f, info, integer)
	}
}

func partOf[T array.Number](c *call, op string, f *hdf5io.File, info hdf5io.Info, exact func(T) number) (*futures.Delayed[part], error) {
	x, err := hdf5io.Dataset[T](f, info.Name, c.chunks(info.Shape)...)
	if err != nil {
		return nil, err
	}
	n := x.Size()
	value := func(v T) part { return part{count: n, value: exact(v)} }
	mean := func(m float64) part { return part{count: n, mean: m} }
	moments := func(m, v float64) part { return part{count: n, mean: m, variance: v} }
	switch op {
	case "count":
		return futures.Delay0(func() part { return part{count: n} }), nil
	case "sum":
		return futures.Delay1(value, x.Sum().Delayed()), nil
	case "min":
		return futures.Delay1(value, x.Min().Delayed()), nil
	case "max":
		return futures.Delay1(value, x.Max().Delayed()), nil
	case "mean":
		return futures.Delay1(mean, x.Mean().Delayed()), nil
	default:
		return futures.Delay2(moments, x.Mean().Delayed(), x.Var().Delayed()), nil
	}
}

// chunks cuts a dataset along its first axis into chunks of about the number of elements asked for.
func (c *call) chunks(shape []int) []array.Option {
	if c.chunk == 0 || len(shape) == 0 {
		return nil
	}
	lengths := make([]int, len(shape))
	row := 1
	for axis := 1; axis < len(shape); axis++ {
		lengths[axis] = -1
		row *= shape[axis]
	}
	lengths[0] = max(1, c.chunk/max(1, row))
	return []array.Option{array.Chunks(lengths...)}
}

// findDataset returns the named dataset, or the only one of numbers in the file.
func findDataset(f *hdf5io.File, l location) (hdf5io.Info, error) {
	if l.dataset != "" {
		info, err := f.Info(l.dataset)
		if err == nil {
			err = info.Err
		}
		return info, err
	}
	all, err := f.Datasets()
	if err != nil {
		return hdf5io.Info{}, err
	}
	var numeric []hdf5io.Info
	var names []string
	for _, info := range all {
		if info.Err == nil {
			numeric = append(numeric, info)
			names = append(names, info.Name)
		}
	}
	switch {
	case len(numeric) == 1:
		return numeric[0], nil
	case len(numeric) == 0:
		return hdf5io.Info{}, fmt.Errorf("%s has no dataset of numbers; magpie info %s lists what it has", l.path, l.path)
	case len(names) > 10:
		names = append(names[:10], fmt.Sprintf("%d more", len(numeric)-10))
	}
	return hdf5io.Info{}, usagef("%s has several datasets: say which, as in %s (there are %s)",
		l.path, location{l.path, names[0]}, strings.Join(names, ", "))
}

// merge combines the parts of several datasets: means are weighted by their counts, variances are merged as in Chan,
// Golub and LeVeque 1979.
func merge(op string, parts []part) (number, error) {
	total := parts[0]
	for _, p := range parts[1:] {
		switch op {
		case "sum":
			total.value = total.value.add(p.value)
		case "min":
			total.value = total.value.extreme(p.value, -1)
		case "max":
			total.value = total.value.extreme(p.value, +1)
		case "mean", "std":
			total = total.pool(p)
			continue
		}
		total.count += p.count
	}
	switch op {
	case "count":
		return integer(int64(total.count)), nil
	case "mean":
		return float(total.mean), nil
	case "std":
		return float(math.Sqrt(total.variance)), nil
	}
	return total.value, nil
}

// pool returns the moments of the values of both parts.
func (p part) pool(q part) part {
	n, m := float64(p.count), float64(q.count)
	if p.count+q.count == 0 {
		return p
	}
	between := q.mean - p.mean
	return part{
		count:    p.count + q.count,
		mean:     p.mean + between*m/(n+m),
		variance: (n*p.variance+m*q.variance)/(n+m) + between*between*n*m/(n+m)/(n+m),
	}
}
