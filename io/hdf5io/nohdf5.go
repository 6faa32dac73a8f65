//go:build !libhdf5 || !cgo

package hdf5io

// Without libhdf5 the package still compiles, so that programs that only sometimes meet HDF5 need no C at all.

func openStore(string, int64) (store, error) { return nil, ErrNoHDF5 }

func createSink(string) (sink, error) { return nil, ErrNoHDF5 }
