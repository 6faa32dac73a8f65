package demo

import (
	"fmt"
	"math"
)

// Params says what to write.
type Params struct {
	Seed         uint64 // everything random follows from it
	Files        int    // account files
	Accounts     int    // accounts, the same in every file
	Transactions int    // transactions in a file
	Elements     int    // float32 elements of the array
}

// Default is the tutorial's accounts (50 files of 100,000 transactions by 500 accounts: some 210 MB of JSON) and an
// array of 100,000,000 elements (400 MB): a tenth of the tutorial's, which few want to write at the first try.
func Default() Params {
	return Params{Seed: 1, Files: 50, Accounts: 500, Transactions: 100_000, Elements: 100_000_000}
}

// Small is what continuous integration can write and read in a second. The last chunk of a million elements is
// deliberately a short one.
func Small() Params {
	return Params{Seed: 1, Files: 5, Accounts: 100, Transactions: 10_000, Elements: 2_500_000}
}

// Resize makes the array bytes large and the number of account files proportional.
func (p Params) Resize(bytes int64) Params {
	factor := float64(bytes/elementBytes) / float64(p.Elements)
	p.Files = max(1, int(math.Round(float64(p.Files)*factor)))
	p.Elements = int(bytes / elementBytes)
	return p
}

func (p Params) check() error {
	for _, c := range []struct {
		name  string
		value int
	}{
		{"files", p.Files}, {"accounts", p.Accounts}, {"transactions", p.Transactions}, {"elements", p.Elements},
	} {
		if c.value < 1 {
			return fmt.Errorf("demo: %d %s: at least 1 is needed", c.value, c.name)
		}
	}
	return nil
}
