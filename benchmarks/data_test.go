package benchmarks

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// account is what the benchmarks' JSON files hold, in the shape of Dask's tutorial.
type account struct {
	ID           int           `json:"id"`
	Name         string        `json:"name"`
	Transactions []transaction `json:"transactions"`
}

type transaction struct {
	ID     int     `json:"transaction-id"`
	Amount float64 `json:"amount"`
}

// accountFiles writes n gzipped files of some 4 MB of JSON each, once a run, and returns their pattern and the bytes
// of JSON in them.
func accountFiles(b *testing.B, n int) (pattern string, size int64) {
	b.Helper()
	dir := b.TempDir()
	for i := range n {
		text := accountLines(uint64(i))
		size += int64(len(text))
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write(text)
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("accounts.%02d.json.gz", i)), z.Bytes(), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return filepath.Join(dir, "accounts.*.json.gz"), size
}

func accountLines(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	names := []string{"Alice", "Bob", "Charlie", "Dan", "Edith", "Frank", "George", "Hannah", "Ingrid", "Jerry"}
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	for id := range 500 {
		a := account{ID: id, Name: names[r.IntN(len(names))]}
		for range r.IntN(400) {
			a.Transactions = append(a.Transactions, transaction{r.IntN(100_000), float64(r.IntN(5000))})
		}
		if err := lines.Encode(a); err != nil {
			panic(err)
		}
	}
	return text.Bytes()
}

const elements = 32 << 20 // 128 MB of float32

// values is the array that the benchmarks sum.
var values = sync.OnceValue(func() []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, elements)
	for i := range x {
		x[i] = float32(r.ExpFloat64())
	}
	return x
})
