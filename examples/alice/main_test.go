package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/gomagpie/magpie/sched"
)

// write makes a gzipped file of the lines in dir.
func write(t *testing.T, dir, name, lines string) {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(lines))
	if err := errors.Join(err, z.Close(), os.WriteFile(filepath.Join(dir, name), packed.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	sum, count := 0, 0
	for file := range 7 {
		lines := ""
		for i := range 50 {
			lines += fmt.Sprintf(`{"id": %d, "name": "Bob", "transactions": [{"transaction-id": 1, "amount": 100000}]}`, i) + "\n"
			lines += fmt.Sprintf(`{"id": %d, "name": "Alice", "transactions": [{"amount": %d}, {"amount": -3}]}`, i, file*i) + "\n"
			sum, count = sum+file*i-3, count+2
		}
		lines += `{"name": "Alice", "transactions": []}` + "\n"
		write(t, dir, fmt.Sprintf("accounts.%d.json.gz", file), lines)
	}
	var out bytes.Buffer
	if err := run(context.Background(), &out, filepath.Join(dir, "accounts.*.json.gz")); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(fmt.Sprintf(`^mean: %v \(\d+\.\d{3} s\)\n$`, regexp.QuoteMeta(fmt.Sprint(float64(sum)/float64(count)))))
	if !want.Match(out.Bytes()) {
		t.Errorf("printed %q, want a match of %s", &out, want)
	}
}

func TestMistakes(t *testing.T) {
	dir := t.TempDir()
	if err := run(context.Background(), new(bytes.Buffer), filepath.Join(dir, "none.json.gz")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	write(t, dir, "a.json.gz", "{\"name\": \"Alice\"}\n{\"name\": 5}\n")
	var out bytes.Buffer
	err := run(context.Background(), &out, filepath.Join(dir, "a.json.gz"))
	if _, ok := errors.AsType[*sched.TaskError](err); !ok || out.Len() != 0 {
		t.Errorf("a bad record: %v, printed %q", err, &out)
	}
}
