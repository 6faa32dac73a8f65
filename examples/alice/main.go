// Command alice computes the mean of all transactions on accounts that belong to Alice, from gzipped JSON lines.
//
//	alice 'data/accounts.*.json.gz'
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/jsonio"
)

// Account is a line of the files, as far as it is of interest here.
type Account struct {
	Name         string        `json:"name"`
	Transactions []Transaction `json:"transactions"`
}

// Transaction is one movement of money.
type Transaction struct {
	Amount float64 `json:"amount"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: alice 'data/accounts.*.json.gz'")
	}
	if err := run(context.Background(), os.Stdout, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, pattern string) error {
	begin := time.Now()
	accounts := jsonio.Lines[Account](pattern)
	alice := accounts.Filter(func(a Account) bool { return a.Name == "Alice" })
	transactions := alice.FlatMap(func(a Account) []Transaction { return a.Transactions })
	amounts := transactions.Map(func(t Transaction) float64 { return t.Amount })
	mean, err := bag.Mean(amounts).Compute(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "mean: %v (%.3f s)\n", mean, time.Since(begin).Seconds())
	return nil
}
