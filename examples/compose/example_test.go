package main

// The squares of 0 to 19, made in four lists.
func Example() {
	main()
	// Output: [0 1 4 9 16 25 36 49 64 81 100 121 144 169 196 225 256 289 324 361]
}
