//go:build !libhdf5

package lint

// tags are those of this build: what it has compiled need not be compiled again.
var tags []string
