package benchmarks

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/jsonio"
)

// BenchmarkAliceMean is the first job of the README: typed, by path, and as one would write it by hand with the
// standard library, on one goroutine and on one a file.
func BenchmarkAliceMean(b *testing.B) {
	pattern, size := accountFiles(b, 8)
	ctx := context.Background()
	run := func(name string, mean func() (float64, error)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				if _, err := mean(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("typed", func() (float64, error) {
		alice := jsonio.Lines[account](pattern).Filter(func(a account) bool { return a.Name == "Alice" })
		transactions := alice.FlatMap(func(a account) []transaction { return a.Transactions })
		return bag.Mean(transactions.Map(func(t transaction) float64 { return t.Amount })).Compute(ctx)
	})
	run("path", func() (float64, error) {
		amounts := jsonio.Select(pattern, jsonio.Query{
			Path: "transactions.amount", Where: []jsonio.Cond{{Path: "name", Value: "Alice"}},
		})
		return bag.Mean(amounts).Compute(ctx)
	})
	files, err := filepath.Glob(pattern)
	if err != nil {
		b.Fatal(err)
	}
	run("baseline/loop", func() (float64, error) {
		var total moment
		for _, name := range files {
			m, err := handWritten(name)
			if err != nil {
				return 0, err
			}
			total.sum, total.n = total.sum+m.sum, total.n+m.n
		}
		return total.sum / total.n, nil
	})
	run("baseline/goroutines", func() (float64, error) {
		moments, failures := make([]moment, len(files)), make([]error, len(files))
		var group sync.WaitGroup
		for i, name := range files {
			group.Go(func() { moments[i], failures[i] = handWritten(name) })
		}
		group.Wait()
		var total moment
		for _, m := range moments {
			total.sum, total.n = total.sum+m.sum, total.n+m.n
		}
		return total.sum / total.n, errors.Join(failures...)
	})
}

type moment struct{ sum, n float64 }

// handWritten is the job for one file with the standard library.
func handWritten(name string) (m moment, err error) {
	f, err := os.Open(name)
	if err != nil {
		return m, err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return m, err
	}
	for d := json.NewDecoder(z); ; {
		var a account
		if err := d.Decode(&a); err == io.EOF {
			return m, nil
		} else if err != nil {
			return m, err
		}
		if a.Name == "Alice" {
			for _, t := range a.Transactions {
				m.sum, m.n = m.sum+t.Amount, m.n+1
			}
		}
	}
}
