package jsonio_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/jsonio"
)

// example writes two files and returns the pattern that matches them.
func example(first, second string) string {
	dir, err := os.MkdirTemp("", "jsonio")
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range map[string]string{"accounts.2.json": first, "accounts.10.json": second} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	return filepath.Join(dir, "accounts.*.json")
}

func remove(pattern string) { os.RemoveAll(filepath.Dir(pattern)) }

// The mean of Alice's transactions, each record decoded into a struct.
func ExampleLines() {
	pattern := example(
		`{"name": "Alice", "transactions": [{"amount": 10}, {"amount": 20}]}`+"\n"+`{"name": "Bob", "transactions": [{"amount": 500}]}`,
		`{"name": "Alice", "transactions": [{"amount": 60}]}`)
	defer remove(pattern)

	type transaction struct {
		Amount float64 `json:"amount"`
	}
	type account struct {
		Name         string        `json:"name"`
		Transactions []transaction `json:"transactions"`
	}
	accounts := jsonio.Lines[account](pattern)
	alice := accounts.Filter(func(a account) bool { return a.Name == "Alice" })
	txs := alice.FlatMap(func(a account) []transaction { return a.Transactions })
	amounts := txs.Map(func(t transaction) float64 { return t.Amount })
	mean, err := bag.Mean(amounts).Compute(context.Background())
	fmt.Println(mean, err)
	// Output:
	// 30 <nil>
}

// The same without a type: records are searched and never built.
func ExampleSelect() {
	pattern := example(
		`{"name": "Alice", "transactions": [{"amount": 10}, {"amount": 20}]}`+"\n"+`{"name": "Bob", "transactions": [{"amount": 500}]}`,
		`{"name": "Alice", "transactions": [{"amount": 60}]}`)
	defer remove(pattern)

	where, err := jsonio.ParseCond("name=Alice")
	if err != nil {
		log.Fatal(err)
	}
	amounts := jsonio.Select(pattern, jsonio.Query{Path: "transactions.amount", Where: []jsonio.Cond{where}})
	mean, err := bag.Mean(amounts).Compute(context.Background())
	fmt.Println(mean, err)
	// Output:
	// 30 <nil>
}

// A bad record says where it is.
func ExampleRecordError() {
	pattern := example(`{"v": 1}`+"\n"+`{"v": 2}`+"\n", `{"v": 3}`+"\n"+`{"v": 4`+"\n")
	defer remove(pattern)

	_, err := bag.Sum(jsonio.Select(pattern, jsonio.Query{Path: "v"})).Compute(context.Background())
	if bad, ok := errors.AsType[*jsonio.RecordError](err); ok {
		fmt.Printf("%s, record %d, byte %d: %v: %s\n", filepath.Base(bad.Path), bad.Record, bad.Offset, bad.Err, bad.Snippet)
	}
	// Output:
	// accounts.10.json, record 2, byte 9: unexpected end of JSON input: {"v": 4
}

// Bad records can be left out, and counted.
func ExampleCountSkipped() {
	pattern := example(`{"v": 1}`+"\n"+`{"v": "two"}`+"\n", `{"v": 3}`+"\n"+`{"v": 4`+"\n")
	defer remove(pattern)

	skipped := jsonio.SkipCounter{Keep: 1}
	values := jsonio.Select(pattern, jsonio.Query{Path: "v"}, jsonio.OnError(jsonio.Skip), jsonio.CountSkipped(&skipped))
	sum, err := bag.Sum(values).Compute(context.Background())
	fmt.Println(sum, err, skipped.Count())
	fmt.Println(skipped.Errors()[0].Err)
	// Output:
	// 4 <nil> 2
	// value at "v" is not a number: "two"
}
