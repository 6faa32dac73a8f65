package jsonio

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/io/fileio"
)

// accounts returns JSON lines in the shape of the Dask tutorial: an account with about 200 transactions a line.
func accounts(lines int) string {
	rng := rand.New(rand.NewPCG(5, 6))
	names := []string{"Alice", "Bob", "Charlie", "Dan", "Edith", "Frank"}
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, `{"id": %d, "name": %q, "transactions": [`, i, names[rng.IntN(len(names))])
		for j := range 150 + rng.IntN(100) {
			if j > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, `{"transaction-id": %d, "amount": %d}`, rng.IntN(10_000_000), rng.IntN(3000)-200)
		}
		b.WriteString("]}\n")
	}
	return b.String()
}

// BenchmarkSelect takes the amounts of one name, the rest being checked, in bytes of JSON a second on one core; its
// baseline is what encoding/json needs to check the same lines, and the others say where the time goes.
func BenchmarkSelect(b *testing.B) {
	text := accounts(2000)
	path := write(b, filepath.Join(b.TempDir(), "a.json"), text)
	gz := write(b, filepath.Join(b.TempDir(), "a.json.gz"), text)
	amounts := Query{Path: "transactions.amount"}
	alice := Query{Path: "transactions.amount", Where: []Cond{{Path: "name", Value: "Alice"}}}
	for _, c := range []struct {
		name string
		path string
		q    Query
	}{{"all", path, amounts}, {"alice", path, alice}, {"records", path, Query{}}, {"alice-gzip", gz, alice}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			compiled, err := compile(c.q)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s := &source[int]{[]string{c.path}, settle(nil), func() extract[int] {
					w := &walker{query: compiled}
					return func(record []byte, yield func(int) bool) (bool, error) {
						ok, err := w.find(record)
						if ok && !compiled.whole {
							for _, s := range w.found {
								if v, err := compiled.float(w.record[s.start:s.end]); err != nil || !yield(int(v)) {
									return false, err
								}
							}
						}
						return true, err
					}
				}}
				if err := s.Each(b.Context(), 0, func(int) bool { return true }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("baseline-encoding-json-valid", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			lines := fileio.NewLines(strings.NewReader(text), 0)
			for {
				line, err := lines.Next()
				if err != nil {
					break
				}
				if !json.Valid(line) {
					b.Fatal("invalid")
				}
			}
		}
	})
}

// BenchmarkLines decodes every record into a struct.
func BenchmarkLines(b *testing.B) {
	type record struct {
		ID           int
		Name         string
		Transactions []struct{ Amount float64 }
	}
	text := accounts(500)
	path := write(b, filepath.Join(b.TempDir(), "a.json"), text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s := &source[record]{[]string{path}, settle(nil), decodeAll[record]}
		if err := s.Each(b.Context(), 0, func(record) bool { return true }); err != nil {
			b.Fatal(err)
		}
	}
}
