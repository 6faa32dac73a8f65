package cli

import (
	"math"
	"testing"
)

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{
		"4096": 4096, "1b": 1, "4GB": 4e9, "4GiB": 4 << 30, "1.5k": 1536, "512 MiB": 512 << 20, "2T": 2 << 40, " 7 kb ": 7000,
	} {
		if got, err := parseBytes(text); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "GB", "-1", "0", "nan", "1e30", "4 giga", "1,5GB", "infKB"} {
		if got, err := parseBytes(text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func TestFormatBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1 KB", 1234: "1.23 KB", 999_499: "999 KB", 999_600: "1 MB", 400_000_000: "400 MB",
		math.MaxInt64: "9.22 EB",
	} {
		if got := formatBytes(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestFormatCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 12: "12", 123: "123", 1234: "1,234", -123: "-123", -1234567: "-1,234,567"} {
		if got := formatCount(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		n    number
		want string
	}{
		{integer(-7), "-7"}, {unsigned(math.MaxUint64), "18446744073709551615"}, {float(3), "3"}, {float(1e20), "100000000000000000000"},
		{float(1e21), "1e+21"}, {float(1e-6), "0.000001"}, {float(1.5e-7), "1.5e-07"}, {float(0), "0"}, {shortFloat(0.1), "0.1"},
		{float(float64(float32(0.1))), "0.10000000149011612"}, {float(math.NaN()), "NaN"}, {float(math.Inf(-1)), "-Inf"},
	} {
		if got := c.n.String(); got != c.want {
			t.Errorf("%v: %q, want %q", c.n, got, c.want)
		}
	}
}

func TestExtreme(t *testing.T) {
	nan := float(math.NaN())
	for _, c := range []struct {
		a, b        number
		least, most string
	}{
		{integer(3), integer(5), "3", "5"}, {integer(5), integer(3), "3", "5"}, {float(-1), integer(3), "-1", "3"},
		{unsigned(math.MaxUint64), unsigned(math.MaxUint64 - 1), "18446744073709551614", "18446744073709551615"},
		{float(2), float(2), "2", "2"}, {nan, float(1), "NaN", "NaN"}, {float(1), nan, "NaN", "NaN"}, {nan, nan, "NaN", "NaN"},
	} {
		if got := c.a.extreme(c.b, -1).String(); got != c.least {
			t.Errorf("min of %v and %v: %s", c.a, c.b, got)
		}
		if got := c.a.extreme(c.b, +1).String(); got != c.most {
			t.Errorf("max of %v and %v: %s", c.a, c.b, got)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"sum", "mean", "min", "max", "std", "count", "info", "demo"}
	for word, want := range map[string]string{
		"maen": "; did you mean mean?", "cout": "; did you mean count?", "inof": "; did you mean info?", "sums": "; did you mean sum?",
		"frobnicate": "", "x": "",
	} {
		if got := didYouMean(word, known); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"ab", "ba", 1}, {"kitten", "sitting", 3}} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("%s, %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
