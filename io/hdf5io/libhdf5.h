//go:build libhdf5 && cgo

#ifndef MAGPIE_LIBHDF5_H
#define MAGPIE_LIBHDF5_H
#include <stdint.h>
#include "hdf5.h"

// Every function here must be called with the gate held: they share one error buffer and rely on the calling
// goroutine staying on its OS thread, because libhdf5 keeps its error stack per thread. A negative result means
// failure, with the innermost cause in mh5_error().

#define MH5_RANK 32
#define MH5_FILTERS 32

enum { MH5_OTHER, MH5_COMPACT, MH5_CONTIGUOUS, MH5_CHUNKED };
enum { MH5_DATASET, MH5_GROUP, MH5_NOT_DATA, MH5_MISSING, MH5_DANGLING };

typedef struct {
	int rank, null_space;
	int kind; // as Kind in kind.go
	int plain, big;
	char stored[96];
	int layout, whole_edge;
	int nfilters;
	int filter[MH5_FILTERS], nparams[MH5_FILTERS], available[MH5_FILTERS];
	unsigned param[MH5_FILTERS];
	char filter_name[MH5_FILTERS][48];
	uint64_t dims[MH5_RANK], chunk[MH5_RANK];
	int64_t offset;
	uint64_t storage;
	unsigned char fill[8];
} mh5_info;

void mh5_begin(void);
const char *mh5_error(void);
int mh5_probe(hid_t file, const char *name);
int mh5_describe(hid_t file, hid_t dataset, mh5_info *out);
// mh5_names returns the names of all datasets, each ended by NUL, in malloc'd memory.
char *mh5_names(hid_t file, size_t *len);
// mh5_external gives the file and the offset in it of values that are in one external file, "" otherwise.
int mh5_external(hid_t dataset, char *name, size_t cap, int64_t *offset);
// mh5_raw_size gives a chunk's stored bytes, 0 if it was never written.
int mh5_raw_size(hid_t dataset, const uint64_t *origin, uint64_t *size);
int mh5_raw_read(hid_t dataset, const uint64_t *origin, void *dst, uint32_t *skipped);
int mh5_read(hid_t dataset, int kind, int rank, const uint64_t *start, const uint64_t *shape, void *dst);
hid_t mh5_create(hid_t file, const char *name, int kind, int rank, const uint64_t *shape, const uint64_t *chunk,
	int shuffle, int deflate, int fletcher);
int mh5_write(hid_t dataset, int kind, int rank, const uint64_t *start, const uint64_t *shape, const void *src);
int mh5_close_dataset(hid_t dataset);
int64_t mh5_open_ids(void);
#endif
