// Package integration tests the packages together where none of them may import the other: collections as inputs of
// delayed values and futures, and computations of several kinds on one engine. It has no code but tests.
package integration
