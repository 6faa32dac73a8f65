package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/futures"
	"github.com/gomagpie/magpie/sched"
)

func orders(t *testing.T, files, rows int) (Frame, string) {
	t.Helper()
	dir := t.TempDir()
	if err := generate(dir, files, rows); err != nil {
		t.Fatal(err)
	}
	f, err := ReadCSV(filepath.Join(dir, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

func TestCountAndSum(t *testing.T) {
	f, _ := orders(t, 4, 77)
	var count, all, pears int
	for i := range 4 * 77 {
		count++
		if i%10 == 9 {
			continue
		}
		all += i % 100
		if i%3 == 1 {
			pears += i % 100
		}
	}
	for _, how := range []sched.Option{sched.Sync(), sched.Workers(1), sched.Workers(8)} {
		n, a, p, err := futures.Compute3(context.Background(),
			f.Count(), f.Sum("price"), f.Where("item", "pear").Sum("price"), how)
		if err != nil || n != count || a != float64(all) || p != float64(pears) {
			t.Errorf("count %d, sums %v and %v, %v; want %d, %d and %d", n, a, p, err, count, all, pears)
		}
	}
}

// TestOneReading counts the tasks: a file is read once for both reductions.
func TestOneReading(t *testing.T) {
	f, _ := orders(t, 5, 1)
	text := sched.Explain(f.Count(), f.Sum("price"))
	if reads := strings.Count(text, "readTable"); !strings.Contains(text, "17 tasks") || reads == 0 {
		t.Errorf("want 5 readings, 5 counts, 5 sums and 2 totals, got\n%s", text)
	}
}

func TestMistakes(t *testing.T) {
	ctx := context.Background()
	f, dir := orders(t, 3, 4)
	if _, err := f.Sum("weight").Compute(ctx); err == nil || !strings.Contains(err.Error(), "no column weight") {
		t.Errorf("a column that is not there: %v", err)
	}
	if _, err := f.Sum("item").Compute(ctx); err == nil || !strings.Contains(err.Error(), `"apple"`) {
		t.Errorf("the sum of words: %v", err)
	}
	if _, err := ReadCSV(filepath.Join(dir, "*.tsv")); err == nil {
		t.Error("no file is no error")
	}
	if err := os.Remove(filepath.Join(dir, "orders-01.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Count().Compute(ctx); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that has gone: %v", err)
	}
}
