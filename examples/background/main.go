// Command background is the second tutorial: the mean of Alice's transactions, computed behind a progress bar while the
// program goes on. Without an argument it writes small data first.
//
//	go run ./examples/background ['data/accounts.*.json.gz']
package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/io/jsonio"
	"github.com/gomagpie/magpie/viz"
)

// Account is a line of the files.
type Account struct {
	ID           int           `json:"id"`
	Name         string        `json:"name"`
	Transactions []Transaction `json:"transactions"`
}

// Transaction is one movement of money.
type Transaction struct {
	ID     int     `json:"transaction-id"`
	Amount float64 `json:"amount"`
}

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, args []string) error {
	var pattern string
	if len(args) > 0 {
		pattern = args[0]
	} else {
		dir, err := os.MkdirTemp("", "accounts")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if pattern, _, err = generate(dir, 20, 2000); err != nil {
			return err
		}
	}

	mean := start(ctx, pattern, "Alice") // returns at once
	stop := viz.Bar(os.Stderr, mean)
	defer stop()
	fmt.Fprintln(w, "free to do other things; the mean is", mean.Status())

	v, err := mean.Result(ctx)
	stop()
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "mean:", v)
	return nil
}

// start begins the mean over the transactions of all accounts of that name in the background. The pipeline is an input
// like any other: nothing here is peculiar to bags.
func start(ctx context.Context, pattern, name string) *futures.Future[float64] {
	accounts := jsonio.Lines[Account](pattern)
	theirs := accounts.Filter(func(a Account) bool { return a.Name == name })
	transactions := theirs.FlatMap(func(a Account) []Transaction { return a.Transactions })
	amounts := transactions.Map(func(t Transaction) float64 { return t.Amount })
	return bag.Mean(amounts).Start(ctx)
}

// generate writes files of accounts to dir. It returns their pattern and the mean of Alice's amounts: these are whole,
// so that their sum is exact in any order.
func generate(dir string, files, accounts int) (pattern string, mean float64, err error) {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"Alice", "Bob", "Charlie", "Dan", "Edith"}
	sum, count := 0.0, 0
	for i := range files {
		var lines []Account
		for id := range accounts {
			a := Account{ID: id, Name: names[random.IntN(len(names))]}
			for range random.IntN(5) {
				a.Transactions = append(a.Transactions, Transaction{len(a.Transactions), float64(random.IntN(1000))})
			}
			if a.Name == "Alice" {
				for _, t := range a.Transactions {
					sum += t.Amount
				}
				count += len(a.Transactions)
			}
			lines = append(lines, a)
		}
		if err := write(filepath.Join(dir, fmt.Sprintf("accounts.%02d.json.gz", i)), lines); err != nil {
			return "", 0, err
		}
	}
	return filepath.Join(dir, "accounts.*.json.gz"), sum / float64(count), nil
}

func write(path string, accounts []Account) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	packed := gzip.NewWriter(f)
	for enc := json.NewEncoder(packed); len(accounts) > 0; accounts = accounts[1:] {
		if err := enc.Encode(accounts[0]); err != nil {
			return err
		}
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return f.Close()
}
