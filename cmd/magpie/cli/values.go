package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// choice is an option with few allowed values.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "word" }

func (c *choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		return fmt.Errorf("must be one of %s", strings.Join(c.allowed, ", "))
	}
	c.value = text
	return nil
}

// bytesValue is an option that is a number of bytes. 0 means not given.
type bytesValue int64

func (b *bytesValue) Type() string { return "size" }

func (b *bytesValue) String() string {
	if *b == 0 {
		return ""
	}
	return formatBytes(int64(*b))
}

func (b *bytesValue) Set(text string) error {
	n, err := parseBytes(text)
	if err == nil {
		*b = bytesValue(n)
	}
	return err
}

// units are the suffixes of sizes: those of 1000 and those of 1024. A bare K is 1024, as ls and du read it.
var units = []struct {
	suffix string
	bytes  float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40},
	{"b", 1}, {"", 1},
}

// parseBytes reads 4GB, 512MiB, 1.5g or 4096.
func parseBytes(text string) (int64, error) {
	lower := strings.ToLower(strings.TrimSpace(text))
	for _, u := range units {
		number, ok := strings.CutSuffix(lower, u.suffix)
		if !ok {
			continue
		}
		x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || math.IsNaN(x) || x <= 0 || x*u.bytes >= math.MaxInt64 {
			break
		}
		return int64(x * u.bytes), nil
	}
	return 0, fmt.Errorf("%q is not a size: write it as 4GB, 512MiB or 4096", text)
}

// formatBytes writes a size for people, with three digits.
func formatBytes(n int64) string {
	x, unit := float64(n), ""
	for _, unit = range []string{"B", "KB", "MB", "GB", "TB", "PB", "EB"} {
		if math.Abs(x) < 999.5 {
			break
		}
		x /= 1000
	}
	if unit == "B" {
		return strconv.FormatInt(n, 10) + " B"
	}
	return strconv.FormatFloat(x, 'g', 3, 64) + " " + unit
}

// formatCount writes 100000000 as 100,000,000.
func formatCount(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
