package main

// The numbers are those of a loop over the same rows: row i costs i mod 100, every tenth price is missing.
func Example() {
	main()
	// Output: 10 files, 100000 rows, price in all 4410000, of apples 1469997
}
