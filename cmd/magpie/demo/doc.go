// Package demo writes the two data sets of magpie's demonstration: bank accounts as gzipped JSON lines, and one large
// array in an HDF5 file.
//
// They are those of Dask's tutorial, so that whoever has followed it meets known data. Every file, and every block of
// the array, has a random stream of its own, keyed by the seed and its number: the bytes depend on the parameters
// alone, not on the number of workers.
package demo
