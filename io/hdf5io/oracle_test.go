package hdf5io

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"testing"

	"github.com/gomagpie/magpie/array"
)

// expected is one dataset's answers as h5py and NumPy gave them, in testdata/expected.json.
type expected struct {
	File    string
	Dataset string
	Shape   []int
	Dtype   string
	Sum     json.Number
	Mean    float64
	Min     float64
	Max     float64
	Std     float64
	Error   string
}

func readExpected(t *testing.T) []expected {
	t.Helper()
	raw, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []expected
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// checkValues compares values with NumPy's answers: an integer sum exactly, floats to the rounding of a sum.
func checkValues[T array.Number](t *testing.T, e expected, x []T) {
	t.Helper()
	if len(x) == 0 || e.Sum == "" {
		return
	}
	sum, lo, hi := new(big.Float).SetPrec(2000), float64(x[0]), float64(x[0])
	scale := 0.0
	for _, v := range x {
		sum.Add(sum, exactly(v))
		lo, hi = min(lo, float64(v)), max(hi, float64(v))
		scale += math.Abs(float64(v))
	}
	want, _, err := big.ParseFloat(e.Sum.String(), 10, 2000, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	n := float64(len(x))
	diff, _ := new(big.Float).Sub(sum, want).Float64()
	integer := T(1)/T(2) == 0
	if integer && diff != 0 || math.Abs(diff) > 1e-6*scale {
		t.Errorf("sum %v, want %v", sum, want)
	}
	if lo != e.Min || hi != e.Max {
		t.Errorf("min %v max %v, want %v and %v", lo, hi, e.Min, e.Max)
	}
	total, _ := sum.Float64()
	mean := total / n
	square := 0.0
	for _, v := range x {
		square += (float64(v) - mean) * (float64(v) - mean)
	}
	std := math.Sqrt(square / n)
	if math.Abs(mean-e.Mean) > 1e-6*scale/n || math.Abs(std-e.Std) > 1e-5*(1+math.Abs(std)) {
		t.Errorf("mean %v std %v, want %v and %v", mean, std, e.Mean, e.Std)
	}
}

func exactly[T array.Number](v T) *big.Float {
	if T(1)/T(2) != 0 {
		return new(big.Float).SetFloat64(float64(v))
	}
	if v < 0 {
		return new(big.Float).SetInt64(int64(v))
	}
	return new(big.Float).SetUint64(uint64(v))
}
