package bag_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

// TestOnePass counts how often the source is walked when several reductions are computed together.
func TestOnePass(t *testing.T) {
	for _, m := range modes {
		var read, mapped atomic.Int64
		src := bag.FromSource(counting{&read})
		sq := src.Map(func(x int) int { mapped.Add(1); return x * x })
		odd := sq.Filter(func(x int) bool { return x%2 == 1 })
		r, err := sched.Compute(context.Background(), []sched.Lazy{
			bag.Sum(sq), src.Count(), bag.Max(odd), bag.Sum(odd.Map(func(x int) float64 { return float64(x) })), odd,
			src.Any(func(int) bool { return true }),
		}, m.opts...)
		if err != nil {
			t.Fatal(err)
		}
		if read.Load() != 300 || mapped.Load() != 300 {
			t.Errorf("%s: %d elements read and %d mapped, want 300 once", m.name, read.Load(), mapped.Load())
		}
		sum, odds, sumOdd := 0, 0, 0
		for x := range 300 {
			sum += x * x
			if x%2 == 1 {
				odds++
				sumOdd += x * x
			}
		}
		if r[0][0] != sum || r[1][0] != 300 || r[2][0] != 299*299 || r[3][0] != float64(sumOdd) || r[5][0] != true {
			t.Error(r)
		}
		n := 0
		for _, part := range r[4] {
			n += len(part.([]int))
		}
		if n != odds {
			t.Error(n, odds)
		}
	}
}

// TestOnePassStops checks that a pass ends when no consumer wants more, and not before.
func TestOnePassStops(t *testing.T) {
	from := func(k int) func(int) bool { return func(x int) bool { return x%100 >= k } }
	for _, m := range modes {
		var read atomic.Int64
		src := bag.FromSource(counting{&read})
		r, err := sched.Compute(context.Background(), []sched.Lazy{
			src.Any(from(9)), src.Any(from(2)), src.Any(from(0)), src.Map(itself).Any(from(4)),
		}, m.opts...)
		if err != nil || r[0][0] != true || r[1][0] != true || r[2][0] != true || r[3][0] != true {
			t.Fatal(r, err)
		}
		if read.Load() != 30 {
			t.Errorf("%s: %d elements read, want 10 of each partition", m.name, read.Load())
		}
	}
}

func itself(x int) int { return x }

// TestSharedGather uses one bag of frequencies in several ways, which must compute it once.
func TestSharedGather(t *testing.T) {
	for _, m := range modes {
		var mapped atomic.Int64
		f := bag.Frequencies(bag.Range(300, 7).Map(func(x int) int { mapped.Add(1); return x % 10 }))
		parts := f.MapPartitions(func(_ context.Context, s iter.Seq[bag.Pair[int, int]], yield func(int) bool) error {
			for p := range s {
				yield(p.Value)
			}
			return nil
		})
		r, err := sched.Compute(context.Background(), []sched.Lazy{
			f.Count(), bag.Sum(parts), f.Concat(f).Count(), f.Repartition(4).Count(), bag.Partitions(f).Count(), f,
		}, m.opts...)
		if err != nil || r[0][0] != 10 || r[1][0] != 300 || r[2][0] != 20 || r[3][0] != 10 || r[4][0] != 1 {
			t.Fatal(r, err)
		}
		if mapped.Load() != 300 {
			t.Errorf("%s: %d elements mapped, want 300 once", m.name, mapped.Load())
		}
	}
}

// TestNested computes bags inside the functions of other bags.
func TestNested(t *testing.T) {
	for _, m := range modes {
		sums := bag.Range(40, 8).MapPartitions(func(ctx context.Context, s iter.Seq[int], yield func(int) bool) error {
			for x := range s {
				v, err := bag.Sum(bag.Range(x+1, 3)).Compute(ctx)
				if err != nil {
					return err
				}
				for y, err := range bag.Of(v, v).All(ctx) {
					if err != nil {
						return err
					}
					yield(y)
				}
			}
			return nil
		})
		value(t, bag.Sum(sums), m.opts, 2*40*41*39/6)
	}
}

// counting is 300 integers in 3 partitions, counted as they are read.
type counting struct{ n *atomic.Int64 }

func (counting) NumPartitions() int { return 3 }
func (counting) Label(p int) string { return fmt.Sprintf("file%d.gz", p) }
func (c counting) Each(ctx context.Context, p int, yield func(int) bool) error {
	for i := range 100 {
		c.n.Add(1)
		if !yield(p*100 + i) {
			return nil
		}
	}
	return context.Cause(ctx)
}

var errRecord = errors.New("bad record")

func TestStageErrors(t *testing.T) {
	src := bag.FromSource(counting{new(atomic.Int64)})
	bad := src.TryMap(func(x int) (int, error) { // line 139
		if x >= 150 {
			return 0, fmt.Errorf("element %d: %w", x, errRecord)
		}
		return x, nil
	})
	chains := map[string]*bag.Bag[int]{
		"plain":  bad,
		"mapped": bad.Filter(func(int) bool { return true }).Map(func(x int) int { return x }),
		"concat": bag.Range(10, 1).Concat(bad),
		"fewer":  bad.Repartition(2),
		"partitions": bad.MapPartitions(func(_ context.Context, s iter.Seq[int], yield func(int) bool) error {
			n := 0
			for x := range s {
				yield(x)
				n++
			}
			if n < 100 {
				return errors.New("an error that follows from the first")
			}
			return nil
		}),
		"more": bad.Repartition(7),
	}
	for name, b := range chains {
		for _, m := range modes {
			_, err := bag.Mean(b).Compute(context.Background(), m.opts...)
			var te *sched.TaskError
			if !errors.Is(err, errRecord) || !errors.As(err, &te) || te.Op != "map" {
				t.Fatalf("%s: %v", name, err)
			}
			for _, part := range []string{"map at pass_test.go:139", "element 150", "(file1.gz)"} {
				if name == "fewer" && part == "(file1.gz)" {
					part = "partition 1"
				}
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%s/%s: %q does not name %q", name, m.name, err, part)
				}
			}
			if err := te.Rerun(context.Background()); !errors.Is(err, errRecord) {
				t.Errorf("%s: rerun: %v", name, err)
			}
		}
	}
}

func TestStagePanics(t *testing.T) {
	src := bag.FromSource(counting{new(atomic.Int64)})
	bomb := func(x int) int {
		if x == 250 {
			panic("boom")
		}
		return x
	}
	one := func(x int) []int { return []int{bomb(x)} }
	id := func(x int) int { return x }
	stages := map[string]*bag.Bag[int]{
		"map":     src.Map(id).Map(bomb).Map(id),
		"filter":  src.Filter(func(x int) bool { return bomb(x) >= 0 }).Map(id),
		"flatmap": src.FlatMap(one).Map(id),
		"remove":  bag.Range(5, 1).Concat(src.Remove(func(x int) bool { return bomb(x) < 0 }).Map(id)),
	}
	for name, b := range stages {
		for _, m := range modes[1:] {
			_, err := bag.Sum(b).Compute(context.Background(), m.opts...)
			var pe *sched.PanicError
			if !errors.As(err, &pe) || pe.Value != "boom" {
				t.Fatalf("%s: %v", name, err)
			}
			if text := err.Error(); !strings.HasPrefix(text, name+" at pass_test.go:") || !strings.Contains(text, "(file2.gz): panic: boom") {
				t.Errorf("%s: %v", name, err)
			}
			if !strings.Contains(string(pe.Stack), "TestStagePanics") {
				t.Errorf("the stack does not show the user's function:\n%s", pe.Stack)
			}
		}
		func() {
			defer func() {
				if p := recover(); p != "boom" {
					t.Errorf("%s: sync mode recovered: %v", name, p)
				}
			}()
			_, err := bag.Sum(b).Compute(context.Background(), sched.Sync())
			t.Errorf("%s: %v", name, err)
		}()
	}
}

// TestRootPanics has functions panic that are no stage's: no stage may be blamed.
func TestRootPanics(t *testing.T) {
	src := bag.FromSource(counting{new(atomic.Int64)}).Filter(func(x int) bool { return x%100 < 50 })
	for _, at := range []int{0, 20, 50} {
		b := src.MapPartitions(func(_ context.Context, s iter.Seq[int], yield func(int) bool) error {
			n := 0
			for x := range s {
				if n == at {
					panic("boom")
				}
				yield(x)
				n++
			}
			panic("boom")
		})
		_, err := bag.Sum(b.Map(itself)).Compute(context.Background())
		if err == nil || !strings.HasPrefix(err.Error(), "map partitions at pass_test.go:") ||
			!strings.HasSuffix(err.Error(), "partition 0 (file0.gz): panic: boom") {
			t.Errorf("%d: %v", at, err)
		}
	}
}

func TestSourceError(t *testing.T) {
	b := bag.FromSource(broken{})
	for _, m := range modes {
		_, err := b.Count().Compute(context.Background(), m.opts...)
		if !errors.Is(err, errRecord) || !strings.Contains(err.Error(), "read at pass_test.go:") ||
			!strings.Contains(err.Error(), "partition 1 (broken.gz)") {
			t.Fatal(err)
		}
	}
}

type broken struct{}

func (broken) NumPartitions() int { return 2 }
func (broken) Label(int) string   { return "broken.gz" }
func (broken) Each(_ context.Context, p int, yield func(int) bool) error {
	yield(1)
	if p == 1 {
		return errRecord
	}
	return nil
}

// TestCancel cancels from within the computation; it must end although each partition alone would take hours.
func TestCancel(t *testing.T) {
	stop := errors.New("stop")
	endless := func(int) iter.Seq[int] {
		return func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
			}
		}
	}
	for _, m := range modes {
		for name, b := range map[string]*bag.Bag[int]{
			"range":   bag.Range(math.MaxInt/16, 3),
			"flatmap": bag.Range(3, 3).FlatMapSeq(endless),
			"filter":  bag.Range(math.MaxInt/16, 3).Filter(func(x int) bool { return x == 5 }),
		} {
			ctx, cancel := context.WithCancelCause(context.Background())
			var n atomic.Int64
			b := b
			if name != "filter" {
				b = b.Map(func(x int) int {
					if n.Add(1) == 100 {
						cancel(stop)
					}
					return x
				})
			} else {
				b = b.Map(func(x int) int { cancel(stop); return x })
			}
			if _, err := bag.Sum(b).Compute(ctx, m.opts...); !errors.Is(err, stop) {
				t.Errorf("%s/%s: %v", name, m.name, err)
			}
		}
	}
}
