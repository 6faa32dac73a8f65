package fileio

// NaturalCompare orders names as people count: accounts.2 before accounts.10. Runs of decimal digits compare by value,
// of any length; equal values by length, so that 7 comes before 07; '/' comes before every other byte, so that a folder
// stays together; all other bytes compare as they are. It returns -1, 0 or 1, and 0 for equal names only.
func NaturalCompare(a, b string) int {
	tie := 0 // decided by the first number that is equal in value and not in digits
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		if isDigit(a[i]) && isDigit(b[j]) {
			x, y := digits(a[i:]), digits(b[j:])
			i, j = i+len(x), j+len(y)
			c := compareNumbers(x, y)
			if c != 0 {
				return c
			}
			if tie == 0 {
				tie = compareInts(len(x), len(y))
			}
			continue
		}
		if a[i] != b[j] {
			return compareInts(rank(a[i]), rank(b[j]))
		}
		i, j = i+1, j+1
	}
	if c := compareInts(len(a)-i, len(b)-j); c != 0 {
		return c
	}
	return tie
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// digits returns the digits that s starts with.
func digits(s string) string {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n]
}

// compareNumbers compares two runs of digits by value. The runs may be longer than any integer type: after the leading
// zeros the longer one is greater.
func compareNumbers(x, y string) int {
	for len(x) > 0 && x[0] == '0' {
		x = x[1:]
	}
	for len(y) > 0 && y[0] == '0' {
		y = y[1:]
	}
	if c := compareInts(len(x), len(y)); c != 0 {
		return c
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func compareInts(x, y int) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func rank(c byte) int {
	if c == '/' {
		return -1
	}
	return int(c)
}
