package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/sched"
	"github.com/gomagpie/magpie/viz"
)

func TestMean(t *testing.T) {
	ctx := context.Background()
	pattern, want, err := generate(t.TempDir(), 5, 100)
	if err != nil {
		t.Fatal(err)
	}
	mean := start(ctx, pattern, "Alice")
	var bar bytes.Buffer
	stop := viz.Bar(&bar, mean)
	got, err := mean.Result(ctx)
	stop()
	if err != nil || got != want {
		t.Errorf("mean %v, %v, want %v", got, err, want)
	}
	if !strings.Contains(bar.String(), "100%") {
		t.Errorf("the bar ended as %q", bar.String())
	}
	if mean.Status() != sched.Finished {
		t.Errorf("status %v", mean.Status())
	}
}

func TestNobody(t *testing.T) {
	ctx := context.Background()
	pattern, _, err := generate(t.TempDir(), 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	if mean, err := start(ctx, pattern, "Zoe").Result(ctx); !errors.Is(err, bag.ErrEmpty) {
		t.Errorf("the mean of nothing is %v, %v, want ErrEmpty", mean, err)
	}
	var failed *sched.TaskError
	if _, err := start(ctx, pattern+".bz2", "Alice").Result(ctx); err == nil || errors.As(err, &failed) {
		t.Errorf("without files: %v, want an error from before any task", err)
	}
}

func TestPrinted(t *testing.T) {
	pattern, want, err := generate(t.TempDir(), 5, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(context.Background(), &out, []string{pattern}); err != nil {
		t.Fatal(err)
	}
	first, last, _ := strings.Cut(out.String(), "\n")
	if !strings.HasPrefix(first, "free to do other things; the mean is ") || last != fmt.Sprintf("mean: %v\n", want) {
		t.Errorf("printed %q, want the mean %v", out.String(), want)
	}
}
