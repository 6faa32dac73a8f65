package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var quick = Search{F: rosenbrock, Starts: 10, Scale: 5, Shrink: 0.99, Stop: 1e-3, Seed: 1}

// TestRun checks the minimum, which is known to be at (1, 1), and the number of visits, which follows from the shrinking.
// The order of the visits is not the same from run to run, and so neither are the points: several seeds stand for that.
func TestRun(t *testing.T) {
	want := int(math.Ceil(math.Log(quick.Stop/quick.Scale) / math.Log(quick.Shrink)))
	for seed := range uint64(10) {
		search := quick
		search.Seed = seed
		visits, err := search.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(visits) != want {
			t.Errorf("%d visits, want %d", len(visits), want)
		}
		for _, v := range visits {
			if v.Value != rosenbrock(v.Point) {
				t.Fatalf("%v has the value of another point", v)
			}
		}
		if best := lowest(visits); math.Hypot(best.X-1, best.Y-1) > 0.02 {
			t.Errorf("seed %d: %v, want the minimum at (1, 1)", seed, best)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := quick.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestRosenbrock(t *testing.T) {
	for p, want := range map[Point]float64{{1, 1}: 0, {0, 0}: 1, {-1, 1}: 4, {0, 1}: 3, {2, 4}: 1, {2, 3}: 3} {
		if got := rosenbrock(p); got != want {
			t.Errorf("f%v = %v, want %v", p, got, want)
		}
	}
}

func TestImprovements(t *testing.T) {
	path := improvements([]Visit{{Point{1, 2}, 5}, {Point{3, 4}, 6}, {Point{5, 6}, 4}, {Point{7, 8}, 4}})
	if len(path) != 2 || path[0].X != 1 || path[1].X != 5 {
		t.Errorf("%v, want the first and the third", path)
	}
}

func TestDrawTo(t *testing.T) {
	visits, err := quick.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rosenbrock.png")
	if err := drawTo(path, visits); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.Decode(f); err != nil || img.Bounds().Dx() < 1000 || img.Bounds().Dy() < 400 {
		t.Errorf("not a picture of at least 1000 by 400: %v", err)
	}
}

func TestPrinted(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "rosenbrock.png")
	var out bytes.Buffer
	if err := show(context.Background(), &out, picture, 0); err != nil {
		t.Fatal(err)
	}
	var points int
	var seconds, value, x, y float64
	first, last, _ := strings.Cut(out.String(), "\n")
	if _, err := fmt.Sscanf(first, "%d points in %f s: %f at (%f, %f)", &points, &seconds, &value, &x, &y); err != nil {
		t.Fatalf("printed %q: %v", first, err)
	}
	// 5 × 0.99ⁿ is below a thousandth for the first time with n = 848, and the minimum is at (1, 1).
	if points != 848 || value > 0.001 || math.Hypot(x-1, y-1) > 0.02 || last != "drawn to "+picture+"\n" {
		t.Errorf("printed %q", out.String())
	}
}
