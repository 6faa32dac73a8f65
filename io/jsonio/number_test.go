package jsonio

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestParseFloat compares with strconv, bit for bit, with and without bytes to read behind the number.
func TestParseFloat(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	numbers := []string{"0", "-0", "0.0", "-0.0", "1e999", "-1e999", "1e-999", "123456789012345", "1234567890123456", "0.1", "0.000001", "0.0000000000000001", "9007199254740993", "2.2250738585072011e-308"}
	for range 20_000 {
		digits := strconv.FormatUint(rng.Uint64()>>rng.IntN(64), 10)
		switch rng.IntN(4) {
		case 0:
			cut := rng.IntN(len(digits))
			digits = strconv.FormatUint(rng.Uint64()>>rng.IntN(64), 10) + "." + digits[cut:]
		case 1:
			digits += "e" + strconv.Itoa(rng.IntN(700)-350)
		}
		if rng.IntN(2) == 0 {
			digits = "-" + digits
		}
		numbers = append(numbers, digits)
	}
	for _, n := range numbers {
		want, wantErr := strconv.ParseFloat(n, 64)
		for _, b := range [][]byte{[]byte(n)[:len(n):len(n)], []byte(n + "99999999")[:len(n)], []byte(n + "\xff\xff\xff\xff\xff\xff\xff\xff")[:len(n)]} {
			got, err := parseFloat(b)
			if (err != nil) != (wantErr != nil) || math.Float64bits(got) != math.Float64bits(want) {
				t.Fatalf("%s: %v, error %v; want %v, %v", n, got, err, want, wantErr)
			}
		}
	}
}
