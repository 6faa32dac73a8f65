package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// record is a line as its readers see it.
type record struct {
	ID           int
	Name         string
	Transactions []struct {
		ID     int `json:"transaction-id"`
		Amount int
	}
}

func records(t *testing.T, people *population, file, transactions int) []record {
	t.Helper()
	var b bytes.Buffer
	if err := people.writeAccounts(context.Background(), &b, 7, file, transactions); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for d := json.NewDecoder(z); d.More(); {
		var r record
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestAccounts(t *testing.T) {
	const accounts, transactions = 60, 5000
	people := newPopulation(7, accounts)
	names := map[int]string{}
	for file := range 3 {
		seen := make([]bool, transactions)
		previous := -1
		for _, r := range records(t, people, file, transactions) {
			if r.ID <= previous || r.ID >= accounts {
				t.Fatalf("file %d: account %d after %d", file, r.ID, previous)
			}
			previous = r.ID
			if name, known := names[r.ID]; known && name != r.Name {
				t.Errorf("account %d is %s's and %s's", r.ID, name, r.Name)
			}
			names[r.ID] = r.Name
			if len(r.Transactions) == 0 {
				t.Errorf("account %d has a line and no transactions", r.ID)
			}
			for _, x := range r.Transactions {
				if seen[x.ID] {
					t.Fatalf("transaction %d comes twice", x.ID)
				}
				seen[x.ID] = true
			}
		}
		for id, ok := range seen {
			if !ok {
				t.Fatalf("file %d: transaction %d is missing", file, id)
			}
		}
	}
}

// TestNames checks that everybody has an account, even among few and whatever the seed.
func TestNames(t *testing.T) {
	for seed := range uint64(50) {
		owners := map[string]bool{}
		for _, a := range newPopulation(seed, len(names)).accounts {
			owners[a.name] = true
		}
		if len(owners) != len(names) {
			t.Errorf("seed %d: %d owners", seed, len(owners))
		}
	}
}

// TestAppendLine compares with what Python's json.dumps makes of the same account.
func TestAppendLine(t *testing.T) {
	p := &population{accounts: []account{{name: "Alice"}}}
	got := string(p.appendLine(nil, 0, []transaction{{3, -17}, {12, 400}}))
	want := `{"id": 0, "name": "Alice", "transactions": [{"transaction-id": 3, "amount": -17}, {"transaction-id": 12, "amount": 400}]}` + "\n"
	if got != want {
		t.Errorf("got %s", got)
	}
}
