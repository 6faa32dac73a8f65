package cli

import (
	"errors"
	"math"
	"math/big"
	"strconv"
)

// number is a result: an exact integer, or a float of 32 or 64 bits.
type number struct {
	integer *big.Int // nil for a float
	float   float64
	bits    int
}

func integer(i int64) number      { return number{integer: big.NewInt(i)} }
func unsigned(u uint64) number    { return number{integer: new(big.Int).SetUint64(u)} }
func float(x float64) number      { return number{float: x, bits: 64} }
func shortFloat(x float32) number { return number{float: float64(x), bits: 32} }

// String writes the number with as many digits as tell it from its neighbours, and an exponent only beyond 1e21 and
// below 1e-6, as JSON and JavaScript do.
func (n number) String() string {
	if n.integer != nil {
		return n.integer.String()
	}
	format := byte('f')
	if x := math.Abs(n.float); x != 0 && (x < 1e-6 || x >= 1e21) {
		format = 'e'
	}
	return strconv.FormatFloat(n.float, format, -1, n.bits)
}

// errNoJSONNumber is why NaN and infinities become null.
var errNoJSONNumber = errors.New("JSON has no such number")

// json writes the number for JSON, where NaN and infinities are null and an error says so.
func (n number) json() (string, error) {
	if n.integer == nil && (math.IsNaN(n.float) || math.IsInf(n.float, 0)) {
		return "null", errNoJSONNumber
	}
	return n.String(), nil
}

// value is the nearest float64.
func (n number) value() float64 {
	if n.integer == nil {
		return n.float
	}
	x, _ := new(big.Float).SetInt(n.integer).Float64()
	return x
}

// add returns the sum, exact for integers.
func (n number) add(m number) number {
	if n.integer != nil && m.integer != nil {
		return number{integer: new(big.Int).Add(n.integer, m.integer)}
	}
	return float(n.value() + m.value())
}

// extreme returns the lesser of n and m for sign -1, the greater for +1; NaN wins over both.
func (n number) extreme(m number, sign int) number {
	if math.IsNaN(n.value()) {
		return n
	}
	order := 0
	switch {
	case n.integer != nil && m.integer != nil:
		order = m.integer.Cmp(n.integer)
	case math.IsNaN(m.value()) || m.value() > n.value() == (sign > 0) && m.value() != n.value():
		return m
	}
	if order == sign {
		return m
	}
	return n
}
