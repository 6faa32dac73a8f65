// Package hdf5io reads numeric HDF5 datasets as lazy chunked arrays, and writes them in blocks.
//
// A dataset becomes an [array.Array]; nothing but its description is read until something is computed:
//
//	f, err := hdf5io.Open("data/random.hdf5")
//	defer f.Close()
//	x, err := hdf5io.Dataset[float32](f, "/x", array.Chunks(1_000_000))
//	sum, err := x.Sum().Item(ctx)
//
// # Building with HDF5
//
// The file's metadata is understood by libhdf5, through gonum.org/v1/hdf5. That needs a C compiler and the
// library, so it is opt-in:
//
//	sudo apt-get install -y gcc libhdf5-dev
//	go build -tags libhdf5 ./...
//
// Without the tag the package still builds, and [Open] and [Create] return an error that says this and wraps
// [ErrNoHDF5].
//
// # How bytes are read
//
// libhdf5 holds one lock for everything, decompression included, so a program that reads through it does not
// get faster with more cores. It is therefore asked only for what it alone knows. Contiguous data are read by
// the worker itself from the file at the offset libhdf5 names, without any lock. Of chunked data libhdf5 copies
// the stored bytes, and the worker undoes the filters (deflate, shuffle, fletcher32, lzf) outside the lock.
// Everything else — other filters, virtual and external storage, unusual number formats — is read by libhdf5
// itself, one region at a time.
//
// Byte order, number format and range never pass silently: what is stored is converted to the machine's order,
// and to the requested type only where no value can change; anything else is an error at [Dataset].
package hdf5io
