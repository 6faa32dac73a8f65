package viz_test

import "errors"

func one() int         { return 1 }
func inc(x int) int    { return x + 1 }
func dec(x int) int    { return x - 1 }
func add(x, y int) int { return x + y }
func sum(xs []int) (total int) {
	for _, x := range xs {
		total += x
	}
	return total
}

func half(x int) (int, error) {
	if x%2 != 0 {
		return 0, errBad
	}
	return x / 2, nil
}

var errBad = errors.New("bad weather")
