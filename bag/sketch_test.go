package bag_test

import (
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// Explain shows a pipeline as it was written, and what is left of it when its stages are fused into one pass.
func TestExplain(t *testing.T) {
	even := bag.Range(100, 10).Filter(func(i int) bool { return i%2 == 0 })
	sum := bag.Sum(even)
	size := bag.GroupBy(even, func(i int) int { return i % 7 }).Map(func(p bag.Pair[int, []int]) int { return len(p.Value) }).Count()
	rate := futures.Delay2(func(s, n int) float64 { return float64(s) / float64(n) }, sum, size)
	want := `as written:
  TestExplain.func4 at sketch_test.go:17
    sum at sketch_test.go:15
      filter in 10 partitions, at sketch_test.go:14
        range in 10 partitions, at sketch_test.go:14
    count at sketch_test.go:16
      map in 1 partition, at sketch_test.go:16
        groupby in 1 partition, at sketch_test.go:16
          filter in 10 partitions, at sketch_test.go:14
            range in 10 partitions, at sketch_test.go:14
as run: 22 tasks, 31 edges, 10 roots`
	got, _, _ := strings.Cut(sched.Explain(rate), ", at least")
	if got, _, _ = strings.Cut(got, "\n  op"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSketch(t *testing.T) {
	a := bag.Of("x", "y", "z")
	b := bag.Zip(a, a).Concat(bag.Zip(a, a)).Repartition(2)
	want := `repartition in 2 partitions, at sketch_test.go:37
  concat in 6 partitions, at sketch_test.go:37
    zip in 3 partitions, at sketch_test.go:37
      of in 3 partitions, at sketch_test.go:36
      of in 3 partitions, at sketch_test.go:36 (as above)
    zip in 3 partitions, at sketch_test.go:37
      of in 3 partitions, at sketch_test.go:36 (as above)
      of in 3 partitions, at sketch_test.go:36 (as above)
`
	if got := b.Sketch(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := bag.Range(-1, 1).Sketch(); !strings.HasPrefix(got, "fail: bag: range at sketch_test.go:") {
		t.Error(got)
	}
}
