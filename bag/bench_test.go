package bag_test

import (
	"context"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
)

type account struct {
	name         string
	transactions []transaction
}

type transaction struct {
	id     int
	amount float64
}

// ledger is 14 million transactions: 14,000 accounts of 1000, the same thousand in each.
func ledger() []account {
	txs := make([]transaction, 1000)
	for i := range txs {
		txs[i] = transaction{i, float64(i) / 7}
	}
	accounts := make([]account, 14_000)
	for i := range accounts {
		accounts[i] = account{"Alice", txs}
	}
	return accounts
}

const leaves = 14_000_000

// BenchmarkMean is the headline query in memory: filter, flatten, map, mean. ns/leaf of its parts are to be compared
// with those of the plain loop.
func BenchmarkMean(b *testing.B) {
	accounts := ledger()
	report := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/leaves, "ns/leaf")
	}
	b.Run("loop", func(b *testing.B) {
		for b.Loop() {
			sum, n := 0.0, 0
			for _, a := range accounts {
				if a.name != "Alice" {
					continue
				}
				for _, t := range a.transactions {
					sum += t.amount
					n++
				}
			}
			if sum/float64(n) < 1 {
				b.Fatal(sum)
			}
		}
		report(b)
	})
	in := bag.FromSlice(accounts, 20).Filter(func(a account) bool { return a.name == "Alice" })
	txs := in.FlatMap(func(a account) []transaction { return a.transactions })
	amounts := txs.Map(func(t transaction) float64 { return t.amount })
	for name, opt := range map[string]sched.Option{"sync": sched.Sync(), "2": sched.Workers(2)} {
		b.Run("mean/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := bag.Mean(amounts).Compute(context.Background(), opt); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
	}
	b.Run("var/sync", func(b *testing.B) {
		for b.Loop() {
			if _, err := bag.Var(amounts).Compute(context.Background(), sched.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("sum of int/sync", func(b *testing.B) {
		ids := txs.Map(func(t transaction) int { return t.id })
		for b.Loop() {
			if _, err := bag.Sum(ids).Compute(context.Background(), sched.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("count/sync", func(b *testing.B) {
		for b.Loop() {
			if _, err := txs.Count().Compute(context.Background(), sched.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("mean and var in one pass/sync", func(b *testing.B) {
		for b.Loop() {
			values := []sched.Lazy{bag.Mean(amounts), bag.Var(amounts)}
			if _, err := sched.Compute(context.Background(), values, sched.Sync()); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
}

// BenchmarkTask is the cost of a partition that holds one element.
func BenchmarkTask(b *testing.B) {
	small := bag.Range(1000, 1000).Map(func(x int) int { return x + 1 })
	for b.Loop() {
		if _, err := bag.Sum(small).Compute(context.Background(), sched.Sync()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/partition")
}
