//go:build libhdf5 && cgo

package cli

const withHDF5 = true
