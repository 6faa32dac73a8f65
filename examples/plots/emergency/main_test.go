package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// distances are the shortest ways from one place to all others of a zone, by relaxation until nothing changes.
func distances(city City, z Zone, row, column int) City {
	var d City
	for r := range d {
		for c := range d[r] {
			d[r][c] = math.Inf(1)
		}
	}
	d[row][column] = 0
	inside := func(r, c int) bool {
		return r >= z.Row && r < z.Row+z.Side && c >= z.Column && c < z.Column+z.Side
	}
	for changed := true; changed; {
		changed = false
		for r := range d {
			for c := range d[r] {
				for _, step := range [][2]int{{0, 1}, {1, 0}, {0, -1}, {-1, 0}} {
					r2, c2 := r+step[0], c+step[1]
					if !inside(r, c) || !inside(r2, c2) {
						continue
					}
					if way := d[r][c] + (city[r][c]+city[r2][c2])/2; way < d[r2][c2] {
						d[r2][c2], changed = way, true
					}
				}
			}
		}
	}
	return d
}

func TestShortest(t *testing.T) {
	city := randomCity(3)
	for _, zone := range []Zone{{0, 0, 4}, {12, 8, 4}, {8, 8, 8}, {0, 0, 16}} {
		paths := shortest(roads(city, zone))
		from := [2]int{zone.Row + zone.Side/2, zone.Column + 1}
		want := distances(city, zone, from[0], from[1])
		for r := range want {
			for c := range want[r] {
				got := paths.Weight(id(from[0], from[1]), id(r, c))
				if got != want[r][c] && math.Abs(got-want[r][c]) > 1e-9 {
					t.Errorf("%v: from %v to (%d, %d) %v minutes, want %v", zone, from, r, c, got, want[r][c])
				}
			}
		}
	}
}

// TestRun lives in a city where every place takes three minutes: all ways between two places that go straight towards
// the goal are equally long, and the mean is three times that of the steps between two different random places. Along
// an edge of s places two random ones are (s² - 1) / 3s steps apart; s² of s⁴ pairs are of equal places.
func TestRun(t *testing.T) {
	var city City
	for r := range city {
		for c := range city[r] {
			city[r][c] = 3
		}
	}
	schemes, err := run(context.Background(), city)
	if err != nil {
		t.Fatal(err)
	}
	again, err := run(context.Background(), city)
	if err != nil {
		t.Fatal(err)
	}
	for i, zones := range []int{16, 4, 1} {
		got := schemes[i]
		s := float64(got.Side)
		if got.Zones != zones || got.Zones*got.Side*got.Side != side*side || len(got.Minutes) != zones*calls {
			t.Fatalf("%d zones of %d places squared with %d calls", got.Zones, got.Side, len(got.Minutes))
		}
		if !slices.Equal(got.Minutes, again[i].Minutes) {
			t.Error("another run gave other times")
		}
		var sum float64
		for _, m := range got.Minutes {
			sum += m
			if m <= 0 || m > 3*2*(s-1) || math.Mod(m, 3) != 0 {
				t.Fatalf("%v minutes in a zone of %v by %v places", m, s, s)
			}
		}
		want := 3 * 2 * (s*s - 1) / (3 * s) * s * s / (s*s - 1)
		mean := sum / float64(len(got.Minutes))
		if deviation := want / math.Sqrt(float64(len(got.Minutes))); math.Abs(mean-want) > 3*deviation {
			t.Errorf("%v: mean %v, want about %v", got, mean, want)
		}
	}
}

func TestRandomCity(t *testing.T) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range randomCity(1) {
		low, high = min(low, slices.Min(row[:])), max(high, slices.Max(row[:]))
	}
	if low < 1 || low > 1.5 || high > 10 || high < 9.5 {
		t.Errorf("crossings take %v to %v minutes, want 1 to 10", low, high)
	}
}

func TestShares(t *testing.T) {
	if got := shares([]float64{0, 4.9, 5, 12}); !slices.Equal(got, []float64{50, 25, 25}) {
		t.Errorf("%v, want 50, 25 and 25 percent", got)
	}
}

func TestDrawTo(t *testing.T) {
	schemes, err := run(context.Background(), randomCity(1))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "emergency.png")
	if err := drawTo(path, schemes); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if img, err := png.Decode(f); err != nil || img.Bounds().Dx() < 600 || img.Bounds().Dy() < 600 {
		t.Errorf("not a picture of at least 600 by 600: %v", err)
	}
}

func TestPrinted(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "emergency.png")
	var out bytes.Buffer
	if err := show(context.Background(), &out, picture); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	before := 0.0
	for i, zones := range []string{"16 zones of 4 × 4 places", "4 zones of 8 × 8 places", "one zone"} {
		var mean float64
		rest, ok := strings.CutPrefix(lines[i], zones+": a call waits ")
		if _, err := fmt.Sscanf(rest, "%f minutes in the mean", &mean); !ok || err != nil || mean <= before {
			t.Errorf("printed %q, want %s and more than %v minutes", lines[i], zones, before)
		}
		before = mean
	}
	if len(lines) != 5 || lines[3] != "drawn to "+picture {
		t.Errorf("printed %q", out.String())
	}
}
