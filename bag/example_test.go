package bag_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log"
	"strings"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

type Account struct {
	Name         string
	Transactions []Transaction
}

type Transaction struct{ Amount float64 }

var accounts = bag.Of(
	Account{"Alice", []Transaction{{10}, {20}}},
	Account{"Bob", []Transaction{{1000}}},
	Account{"Alice", []Transaction{{60}}},
)

var ctx = context.Background()

// Alice's mean: nothing is read until Compute.
func Example() {
	alice := accounts.Filter(func(a Account) bool { return a.Name == "Alice" })
	txs := alice.FlatMap(func(a Account) []Transaction { return a.Transactions })
	mean, err := bag.Mean(txs.Map(func(t Transaction) float64 { return t.Amount })).Compute(ctx)
	fmt.Println(mean, err)
	// Output: 30 <nil>
}

// Reductions computed together share one pass over their source.
func Example_onePass() {
	b := bag.Range(1_000_000, 20)
	r, err := sched.Compute(ctx, []sched.Lazy{bag.Sum(b), bag.Max(b), b.Count()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r[0][0], r[1][0], r[2][0])
	// Output: 499999500000 999999 1000000
}

func ExampleBag_Map() {
	lengths := bag.Of("a", "bird", "steals").Map(func(s string) int { return len(s) })
	fmt.Println(lengths.Compute(ctx))
	// Output: [1 4 6] <nil>
}

func ExampleBag_TryMap() {
	bad := errors.New("no vowel")
	_, err := bag.Of("magpie", "crwth").TryMap(func(s string) (int, error) {
		if i := strings.IndexAny(s, "aeiou"); i >= 0 {
			return i, nil
		}
		return 0, bad
	}).Compute(ctx)
	var te *sched.TaskError
	fmt.Println(errors.Is(err, bad), errors.As(err, &te))
	// Output: true true
}

func ExampleBag_FlatMap() {
	words := bag.Of("one for sorrow", "two for joy").FlatMap(strings.Fields)
	fmt.Println(words.Compute(ctx))
	// Output: [one for sorrow two for joy] <nil>
}

func ExampleBag_FlatMapSeq() {
	words := bag.Of("one for sorrow", "two for joy").FlatMapSeq(strings.FieldsSeq)
	fmt.Println(words.Count().Compute(ctx))
	// Output: 6 <nil>
}

func ExampleBag_Filter() {
	fmt.Println(bag.Range(10, 3).Filter(func(x int) bool { return x%3 == 0 }).Compute(ctx))
	// Output: [0 3 6 9] <nil>
}

func ExampleBag_All() {
	for x, err := range bag.Range(1_000_000_000, 100).All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		if x == 3 {
			break // the reading stops here
		}
		fmt.Println(x)
	}
	// Output:
	// 0
	// 1
	// 2
}

func ExampleBag_Take() {
	fmt.Println(bag.Range(1_000_000_000, 100).Take(ctx, 3))
	// Output: [0 1 2] <nil>
}

func ExampleBag_Persist() {
	squares := bag.Range(1000, 4).Map(func(x int) int { return x * x }).Persist(ctx)
	if err := squares.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	defer squares.Release()
	fmt.Println(bag.Sum(squares).Compute(ctx)) // from memory
	fmt.Println(bag.Max(squares).Compute(ctx))
	// Output:
	// 332833500 <nil>
	// 998001 <nil>
}

func ExampleBag_Repartition() {
	fmt.Println(bag.Range(100, 3).Repartition(10).NumPartitions())
	// Output: 10
}

func ExampleBag_MapPartitions() {
	// The longest word of each partition.
	longest := bag.FromSlice([]string{"a", "magpie", "is", "a", "bird"}, 2).MapPartitions(
		func(_ context.Context, part iter.Seq[string], yield func(string) bool) error {
			best := ""
			for s := range part {
				if len(s) > len(best) {
					best = s
				}
			}
			yield(best)
			return nil
		})
	fmt.Println(longest.Compute(ctx))
	// Output: [magpie bird] <nil>
}

func ExampleBag_Fold() {
	text := bag.Of("steals", "a", "magpie").Fold(func() int { return 0 },
		func(n int, s string) int { return n + len(s) },
		func(a, b int) int { return a + b })
	fmt.Println(text.Compute(ctx))
	// Output: 13 <nil>
}

func ExampleBag_Reduce() {
	last := bag.Range(10, 3).Reduce(func(_, y int) int { return y })
	fmt.Println(last.Compute(ctx))
	// Output: 9 <nil>
}

func ExampleSum() {
	_, err := bag.Sum(bag.Of[int8](100, 100)).Compute(ctx)
	fmt.Println(errors.Is(err, bag.ErrOverflow))
	// Output: true
}

func ExampleVar() {
	fmt.Println(bag.Var(bag.Of(1e9, 1e9+1, 1e9+2)).Compute(ctx))
	// Output: 0.6666666666666666 <nil>
}

func ExampleFrequencies() {
	words := bag.Of("to be or", "not to be").FlatMap(strings.Fields)
	counts := bag.Frequencies(words)
	fmt.Println(counts.Compute(ctx))
	fmt.Println(counts.TopKBy(1, func(p bag.Pair[string, int]) int { return p.Value }).Compute(ctx))
	// Output:
	// [to: 2 be: 2 or: 1 not: 1] <nil>
	// [to: 2] <nil>
}

func ExampleBag_FoldBy() {
	totals := accounts.FoldBy(func(a Account) string { return a.Name }, func() float64 { return 0 },
		func(sum float64, a Account) float64 {
			for _, t := range a.Transactions {
				sum += t.Amount
			}
			return sum
		},
		func(a, b float64) float64 { return a + b })
	fmt.Println(totals.Compute(ctx))
	// Output: [Alice: 90 Bob: 1000] <nil>
}

func ExampleGroupBy() {
	fmt.Println(bag.GroupBy(bag.Range(7, 2), func(x int) int { return x % 3 }).Compute(ctx))
	// Output: [0: [0 3 6] 1: [1 4] 2: [2 5]] <nil>
}

func ExampleDistinct() {
	fmt.Println(bag.Distinct(bag.Of(3, 1, 3, 2, 1)).Compute(ctx))
	// Output: [3 1 2] <nil>
}

func ExampleTopK() {
	fmt.Println(bag.TopK(bag.Of(3, 1, 4, 1, 5, 9, 2, 6), 3).Compute(ctx))
	// Output: [9 6 5] <nil>
}
