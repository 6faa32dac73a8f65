package bag_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

// spills counts what goes to disk.
type spills struct {
	dir   string
	mu    sync.Mutex
	n     int
	bytes int64
}

func (s *spills) Observe(events []sched.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		if e.Kind == sched.Spilled {
			s.n++
			s.bytes += e.Bytes
		}
	}
}

// small returns an engine with little memory, and what it spills. When the test ends, nothing may be left on disk.
func small(t *testing.T, workers int, limit int64) (*sched.Engine, *spills) {
	t.Helper()
	dir := t.TempDir()
	s := &spills{dir: dir}
	e := sched.New(sched.Workers(workers), sched.MemoryLimit(limit), sched.SpillDir(dir), sched.Observe(s))
	t.Cleanup(func() {
		e.Close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Error("left on disk:", left, err)
		}
	})
	return e, s
}

// files returns how many results are on disk.
func (s *spills) files() int {
	list, err := filepath.Glob(filepath.Join(s.dir, "*", "*.s2"))
	if err != nil {
		panic(err)
	}
	return len(list)
}

// noFiles waits until no result is on disk: they go when a computation has ended, a moment after those who wait for it
// have been told.
func (s *spills) noFiles(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); s.files() > 0; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal(s.files(), "results are left on disk")
		}
	}
}

// passbook is an element with everything in it that can be written.
type passbook struct {
	ID     int
	name   string
	Tags   []string
	when   time.Time
	Limits map[string]float64
}

func passbookOf(i int) passbook {
	a := passbook{ID: i, name: fmt.Sprint("account ", i), when: time.Unix(int64(i), 0).UTC()}
	for k := range i % 5 {
		a.Tags = append(a.Tags, strings.Repeat("tag", k))
	}
	if i%3 == 0 {
		a.Limits = map[string]float64{"day": float64(i), "": -1}
	}
	return a
}

// A persisted bag beyond the limit waits on disk, and comes back as it was as often as it is used.
func TestPersistBeyondMemory(t *testing.T) {
	for _, workers := range []int{1, 2, 8} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			testPersistBeyond(t, workers, 256<<10, bag.Range(100_000, 50))
			testPersistBeyond(t, workers, 256<<10, bag.Range(50_000, 50).Map(func(i int) string { return fmt.Sprint("item ", i) }))
			accounts := bag.Range(10_000, 50).Map(passbookOf)
			testPersistBeyond(t, workers, 512<<10, accounts)
			testPersistBeyond(t, workers, 128<<10, bag.Partitions(accounts.Map(func(a passbook) []string { return a.Tags })))
		})
	}
}

func testPersistBeyond[T any](t *testing.T, workers int, limit int64, b *bag.Bag[T]) {
	t.Helper()
	ctx := context.Background()
	want, err := b.Compute(ctx, sched.Sync())
	if err != nil {
		t.Fatal(err)
	}
	e, s := small(t, workers, limit)
	p := b.Persist(ctx, sched.On(e))
	if err := p.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if s.bytes < limit || p.Bytes() > limit {
		t.Errorf("%T: %d bytes went to disk, %d are held, limit %d", want, s.bytes, p.Bytes(), limit)
	}
	for range 2 {
		i := 0
		if err := eachElement(ctx, p, func(x T) {
			if i >= len(want) || !reflect.DeepEqual(x, want[i]) {
				t.Fatalf("%d: %v", i, x)
			}
			i++
		}); err != nil || i != len(want) {
			t.Fatal(i, err)
		}
	}
	if n, err := p.Count().Compute(ctx, sched.On(e)); err != nil || n != len(want) {
		t.Error(n, err)
	}
	if s.files() == 0 {
		t.Error("nothing on disk while the bag is held")
	}
	p.Release()
	s.noFiles(t)
}

// eachElement hands over the elements, a partition in memory at a time.
func eachElement[T any](ctx context.Context, b *bag.Bag[T], f func(T)) error {
	for x, err := range b.All(ctx) {
		if err != nil {
			return err
		}
		f(x)
	}
	return nil
}

// What cannot be written is counted, stays in memory and gives the same.
func TestPersistOfPointers(t *testing.T) {
	ctx := context.Background()
	e, s := small(t, 2, 1<<20)
	p := bag.Range(1000, 10).Map(func(i int) *passbook { a := passbookOf(i); return &a }).Persist(ctx, sched.On(e))
	if err := p.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if s.n != 0 || p.Bytes() < 1000*(8+96) {
		t.Error(s.n, "spilled,", p.Bytes(), "bytes")
	}
	got, err := bag.Sum(p.Map(func(a *passbook) int { return a.ID })).Compute(ctx, sched.On(e))
	if err != nil || got != 499500 {
		t.Error(got, err)
	}
}

// A failure, and a cancellation, leave nothing on disk.
func TestSpillAfterFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	e, s := small(t, 2, 64<<10)
	fails := bag.Range(100_000, 50).TryMap(func(i int) (int, error) {
		if i == 99_999 {
			return 0, errRecord
		}
		return i, nil
	}).Persist(ctx, sched.On(e))
	if err := fails.Wait(ctx); !errors.Is(err, errRecord) || s.n == 0 {
		t.Fatal(err, s.n)
	}
	s.noFiles(t)
	stopped := bag.Range(100_000, 50).Map(func(i int) int {
		if i == 99_000 {
			cancel()
		}
		return i
	}).Persist(ctx, sched.On(e))
	if err := stopped.Wait(context.Background()); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	s.noFiles(t)
}

// Several consumers share each pass; every one gets its own part of what went to disk, also one whose part cannot be
// written.
func TestSharedPassBeyondMemory(t *testing.T) {
	ctx := context.Background()
	for _, workers := range []int{1, 2, 8} {
		e, s := small(t, workers, 600<<10)
		names := bag.Range(40_000, 40).Map(func(i int) string { return fmt.Sprintf("name %06d", i) })
		groups := bag.GroupBy(names, func(s string) byte { return s[len(s)-1] })
		distinct := bag.Distinct(names)
		pointers := names.FoldBy(func(s string) byte { return s[len(s)-1] }, func() *int { return new(int) },
			func(n *int, _ string) *int { *n++; return n }, func(a, b *int) *int { *a += *b; return a })
		v, err := futures.All[int](groups.Count(), distinct.Count(),
			bag.Sum(pointers.Map(func(p bag.Pair[byte, *int]) int { return *p.Value }))).Compute(ctx, sched.On(e))
		if err != nil || v[0] != 10 || v[1] != 40_000 || v[2] != 40_000 {
			t.Error(workers, v, err)
		}
		if s.n == 0 {
			t.Error(workers, "nothing was spilled")
		}
	}
}

// Random pipelines give with little memory what they give with plenty, or are refused.
func TestPipelinesBeyondMemory(t *testing.T) {
	ctx := context.Background()
	var total int64
	refused, seeds := 0, uint64(16)
	for seed := range seeds {
		want, err := render(ctx, randomPipeline(rand.New(rand.NewPCG(seed, 1)), nil), sched.Sync())
		if err != nil {
			t.Fatal(seed, err)
		}
		for _, workers := range []int{1, 8} {
			e, s := small(t, workers, 400<<10)
			got, err := render(ctx, randomPipeline(rand.New(rand.NewPCG(seed, 1)), e), sched.On(e))
			var me *sched.MemoryError
			if errors.As(err, &me) && me.Need > me.Limit { // one partition that is too large
				refused++
				continue
			}
			if err != nil || got != want {
				at := 0
				for at < min(len(got), len(want)) && got[at] == want[at] {
					at++
				}
				t.Errorf("seed %d, %d workers: %v; %d bytes, want %d, and not the same from %d on", seed, workers, err, len(got), len(want), at)
			}
			total += s.bytes
		}
	}
	if total == 0 || refused > int(seeds)/2 {
		t.Error(total, "bytes were spilled,", refused, "computations refused")
	}
}

func render(ctx context.Context, b *bag.Bag[string], opts ...sched.Option) (string, error) {
	all, err := b.Fold(func() []string { return nil }, func(a []string, s string) []string { return append(a, s) },
		func(a, b []string) []string { return append(a, b...) }).Compute(ctx, opts...)
	return strings.Join(all, "\n"), err
}

// randomPipeline returns a bag made of up to six random steps. e is where persisted steps are held; nil: nowhere.
func randomPipeline(r *rand.Rand, e *sched.Engine) *bag.Bag[string] {
	b := bag.Range(20_000+r.IntN(10_000), 30+r.IntN(30)).Map(func(i int) string { return fmt.Sprintf("%d/%x", i%9973, i*i) })
	length := func(s string) int { return len(s) }
	for range 1 + r.IntN(6) {
		switch r.IntN(10) {
		case 0:
			b = b.Filter(func(s string) bool { return len(s)%4 != 0 })
		case 1:
			b = b.FlatMap(func(s string) []string { return strings.SplitN(s, "1", 2) })
		case 2:
			b = b.Repartition(15 + r.IntN(60))
		case 3:
			b = bag.GroupBy(b, length).Map(func(p bag.Pair[int, []string]) string { return strings.Join(p.Value, "")[:p.Key] })
			b = b.Concat(bag.Range(2000, 8).Map(func(i int) string { return fmt.Sprint("more ", i) }))
		case 4:
			b = bag.Distinct(b)
		case 5:
			b = b.DistinctBy(func(s string) string { return s[:len(s)/2] }).Repartition(5)
		case 6:
			b = bag.Zip(b, b).Map(func(p bag.Pair[string, string]) string { return p.Key + p.Value[:len(p.Value)/3] })
		case 7:
			b = bag.Partitions(b).FlatMap(func(part []string) []string { return part[len(part)/3:] })
		case 8:
			b = b.MapPartitions(func(_ context.Context, part iter.Seq[string], yield func(string) bool) error {
				n := 0
				for s := range part {
					if n += len(s); !yield(s) {
						break
					}
				}
				yield(fmt.Sprint(n))
				return nil
			})
		case 9:
			if e != nil {
				b = b.Persist(context.Background(), sched.On(e)) // under way while what needs it begins
			}
		}
	}
	return b
}

// sized is a source that says how large its partitions are.
type sized struct {
	lumps
	bytes int64
}

func (s sized) Bytes(int) int64 { return s.bytes }

// What a source says is planned with: more than the limit is refused, but not behind a filter, which may leave little.
func TestSizer(t *testing.T) {
	ctx := context.Background()
	e, _ := small(t, 1, 2<<20)
	b := bag.FromSource(sized{make(lumps, 100), 3 << 20})
	var me *sched.MemoryError
	if err := b.Persist(ctx, sched.On(e)).Wait(ctx); !errors.As(err, &me) || me.Need < 3<<20 {
		t.Error(err)
	}
	few := b.Filter(func(int) bool { return true }).Persist(ctx, sched.On(e))
	if err := few.Wait(ctx); err != nil || few.Bytes() < 800 {
		t.Error(err, few.Bytes())
	}
	if n, err := bag.Sum(b).Compute(ctx, sched.On(e)); n != 0 || err != nil {
		t.Error(n, err)
	}
}
