//go:build libhdf5 && cgo

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libhdf5.h"

// Kinds, as numbered in kind.go.
enum { UNSUPPORTED, BOOL, I8, I16, I32, I64, U8, U16, U32, U64, F16, F32, F64 };

static char error[2048];

// The stack is walked from the innermost call outwards; the two innermost lines say what happened, the rest only
// who asked for it.
static herr_t walk(unsigned n, const H5E_error2_t *e, void *unused) {
	size_t len = strlen(error);
	if (n < 2 && len < sizeof error)
		snprintf(error + len, sizeof error - len, "%s%s", len ? "; " : "", e->desc ? e->desc : "unknown cause");
	return 0;
}

// fail keeps the error text at once: the next call into the library, even a close, clears the stack.
static int fail(void) {
	if (!error[0]) H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, walk, NULL);
	return -1;
}

// Printing is switched off for this thread: the library's default is thirty lines on stderr per error, and the
// setting is per thread, so once at start is not enough.
void mh5_begin(void) {
	error[0] = 0;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

const char *mh5_error(void) {
	fail();
	return error;
}

int mh5_probe(hid_t file, const char *name) {
	char *part = strdup(name);
	if (!part) return fail();
	// H5Lexists fails instead of saying no when an earlier element is missing, so every prefix is asked about.
	for (char *p = part; p; ) {
		p = *p ? strchr(p + 1, '/') : NULL;
		if (p) *p = 0;
		htri_t link = part[0] && strcmp(part, "/") ? H5Lexists(file, part, H5P_DEFAULT) : 1;
		if (link <= 0) { free(part); return MH5_MISSING; }
		if (H5Oexists_by_name(file, part[0] ? part : "/", H5P_DEFAULT) <= 0) { free(part); return MH5_DANGLING; }
		if (p) *p = '/';
	}
	free(part);
	hid_t o = H5Oopen(file, name, H5P_DEFAULT);
	if (o < 0) return fail();
	H5I_type_t t = H5Iget_type(o);
	H5Oclose(o);
	return t == H5I_DATASET ? MH5_DATASET : t == H5I_GROUP ? MH5_GROUP : MH5_NOT_DATA;
}

static hid_t native(int kind) {
	switch (kind) {
	case BOOL: case I8: return H5T_NATIVE_INT8;
	case I16: return H5T_NATIVE_INT16;
	case I32: return H5T_NATIVE_INT32;
	case I64: return H5T_NATIVE_INT64;
	case U8: return H5T_NATIVE_UINT8;
	case U16: return H5T_NATIVE_UINT16;
	case U32: return H5T_NATIVE_UINT32;
	case U64: return H5T_NATIVE_UINT64;
	case F32: return H5T_NATIVE_FLOAT;
	case F64: return H5T_NATIVE_DOUBLE;
	}
	return -1;
}

// memory_type returns a type to read kind into, to be closed by the caller. The library has no name for a half
// float; the file's own type in the machine's byte order is one.
static hid_t memory_type(hid_t dataset, int kind) {
	if (kind != F16) return H5Tcopy(native(kind));
	hid_t t = H5Dget_type(dataset);
	if (t < 0) return t;
	hid_t m = H5Tcopy(t);
	H5Tclose(t);
	if (m >= 0) H5Tset_order(m, H5Tget_order(H5T_NATIVE_INT));
	return m;
}

static void describe_integer(hid_t t, mh5_info *o) {
	hid_t std[][2] = {
		{H5T_STD_I8LE, H5T_STD_I8BE}, {H5T_STD_I16LE, H5T_STD_I16BE}, {H5T_STD_I32LE, H5T_STD_I32BE}, {H5T_STD_I64LE, H5T_STD_I64BE},
		{H5T_STD_U8LE, H5T_STD_U8BE}, {H5T_STD_U16LE, H5T_STD_U16BE}, {H5T_STD_U32LE, H5T_STD_U32BE}, {H5T_STD_U64LE, H5T_STD_U64BE}};
	for (int k = 0; k < 8; k++)
		for (int big = 0; big < 2; big++)
			if (H5Tequal(t, std[k][big]) > 0) { o->kind = I8 + k; o->plain = 1; o->big = big; return; }
	// Odd widths and paddings, such as 3-byte integers: the library converts them to the next wider kind.
	size_t size = H5Tget_size(t);
	if (size > 8) return;
	int k = size <= 1 ? 0 : size <= 2 ? 1 : size <= 4 ? 2 : 3;
	o->kind = (H5Tget_sign(t) == H5T_SGN_NONE ? U8 : I8) + k;
}

static void describe_float(hid_t t, mh5_info *o) {
	hid_t std[][2] = {{H5T_IEEE_F32LE, H5T_IEEE_F32BE}, {H5T_IEEE_F64LE, H5T_IEEE_F64BE}};
	for (int k = 0; k < 2; k++)
		for (int big = 0; big < 2; big++)
			if (H5Tequal(t, std[k][big]) > 0) { o->kind = F32 + k; o->plain = 1; o->big = big; return; }
	size_t spos, epos, esize, mpos, msize;
	if (H5Tget_fields(t, &spos, &epos, &esize, &mpos, &msize) < 0) return;
	H5T_order_t order = H5Tget_order(t);
	if (H5Tget_size(t) == 2 && spos == 15 && epos == 10 && esize == 5 && mpos == 0 && msize == 10 && H5Tget_ebias(t) == 15
		&& H5Tget_norm(t) == H5T_NORM_IMPLIED && (order == H5T_ORDER_LE || order == H5T_ORDER_BE)) {
		o->kind = F16; o->plain = 1; o->big = order == H5T_ORDER_BE;
	} else if (esize <= 8 && msize <= 23) o->kind = F32;
	else if (esize <= 11 && msize <= 52) o->kind = F64;
}

static int is_bool(hid_t t) {
	if (H5Tget_nmembers(t) != 2 || H5Tget_size(t) != 1) return 0;
	char value = 0;
	return H5Tenum_valueof(t, "FALSE", &value) >= 0 && value == 0 && H5Tenum_valueof(t, "TRUE", &value) >= 0 && value == 1;
}

static void describe_type(hid_t t, mh5_info *o) {
	static const char *names[] = {"integer", "float", "time", "string", "bitfield", "opaque", "compound", "reference",
		"enum", "variable-length sequence", "array"};
	H5T_class_t c = H5Tget_class(t);
	size_t size = H5Tget_size(t);
	const char *name = c >= 0 && c < (int)(sizeof names / sizeof *names) ? names[c] : "unknown class";
	if (c == H5T_STRING && H5Tis_variable_str(t) > 0) snprintf(o->stored, sizeof o->stored, "variable-length string");
	else snprintf(o->stored, sizeof o->stored, "%s of %zu bytes", name, size);
	if (c == H5T_INTEGER) describe_integer(t, o);
	else if (c == H5T_FLOAT) describe_float(t, o);
	else if (c == H5T_ENUM) {
		hid_t base = H5Tget_super(t);
		if (base < 0) return;
		describe_integer(base, o);
		H5Tclose(base);
		if (o->kind == I8 && is_bool(t)) o->kind = BOOL;
	}
}

static int describe_space(hid_t d, mh5_info *o) {
	hid_t s = H5Dget_space(d);
	if (s < 0) return fail();
	o->null_space = H5Sget_simple_extent_type(s) == H5S_NULL;
	hsize_t dims[MH5_RANK];
	int rank = o->null_space ? 0 : H5Sget_simple_extent_dims(s, dims, NULL);
	if (rank < 0) { fail(); H5Sclose(s); return -1; }
	o->rank = rank;
	for (int i = 0; i < rank; i++) o->dims[i] = dims[i];
	H5Sclose(s);
	return 0;
}

static int describe_filters(hid_t plist, mh5_info *o) {
	o->nfilters = H5Pget_nfilters(plist);
	if (o->nfilters < 0) return fail();
	if (o->nfilters > MH5_FILTERS) { snprintf(error, sizeof error, "%d filters", o->nfilters); return -1; }
	for (int i = 0; i < o->nfilters; i++) {
		unsigned flags, values[1] = {0}, config;
		size_t n = 1;
		o->filter[i] = H5Pget_filter2(plist, i, &flags, &n, values, sizeof o->filter_name[i], o->filter_name[i], &config);
		if (o->filter[i] < 0) return fail();
		o->filter_name[i][sizeof o->filter_name[i] - 1] = 0;
		o->nparams[i] = n > 0;
		o->param[i] = values[0];
		o->available[i] = H5Zfilter_avail(o->filter[i]) > 0;
	}
	return 0;
}

static int describe_fill(hid_t plist, mh5_info *o) {
	H5D_fill_value_t status;
	if (H5Pfill_value_defined(plist, &status) < 0) return fail();
	// An undefined fill value means "whatever is in memory" to the library; zero is the only sane reading.
	// Half floats have no library type to ask for, so their bits are had as a float in Go's place below.
	if (status != H5D_FILL_VALUE_USER_DEFINED || o->kind == UNSUPPORTED || o->kind == F16) return 0;
	if (H5Pget_fill_value(plist, native(o->kind), o->fill) < 0) return fail();
	return 0;
}

static int fill_half(hid_t d, hid_t plist, mh5_info *o) {
	H5D_fill_value_t status;
	if (o->kind != F16 || H5Pfill_value_defined(plist, &status) < 0 || status != H5D_FILL_VALUE_USER_DEFINED) return 0;
	hid_t m = memory_type(d, F16);
	if (m < 0) return fail();
	int rc = H5Pget_fill_value(plist, m, o->fill) < 0 ? fail() : 0;
	H5Tclose(m);
	return rc;
}

static int fileno_of(hid_t o, unsigned long *n) {
#if H5_VERSION_GE(1, 12, 0)
	H5O_info2_t info;
	int rc = H5Oget_info3(o, &info, H5O_INFO_BASIC);
#else
	H5O_info_t info;
	int rc = H5Oget_info2(o, &info, H5O_INFO_BASIC);
#endif
	*n = rc < 0 ? 0 : info.fileno;
	return rc;
}

// same_file reports whether the dataset lives in file itself; an external link leads to another one, and offsets
// in that one mean nothing here.
static int same_file(hid_t file, hid_t d) {
	unsigned long a, b;
	return fileno_of(file, &a) >= 0 && fileno_of(d, &b) >= 0 && a == b;
}

static int describe_layout(hid_t file, hid_t d, hid_t plist, mh5_info *o) {
	o->offset = -1;
	o->whole_edge = 1;
	switch (H5Pget_layout(plist)) {
	case H5D_COMPACT: o->layout = MH5_COMPACT; break;
	case H5D_CONTIGUOUS: {
		o->layout = MH5_CONTIGUOUS;
		haddr_t at = H5Pget_external_count(plist) == 0 && same_file(file, d) ? H5Dget_offset(d) : HADDR_UNDEF;
		if (at != HADDR_UNDEF && at <= INT64_MAX) o->offset = (int64_t)at;
		break;
	}
	case H5D_CHUNKED: {
		hsize_t chunk[MH5_RANK];
		unsigned opts = 0;
		int rank = H5Pget_chunk(plist, MH5_RANK, chunk);
		if (rank != o->rank) { snprintf(error, sizeof error, "chunks of rank %d in a dataset of rank %d", rank, o->rank); return -1; }
		for (int i = 0; i < rank; i++) o->chunk[i] = chunk[i];
		if (H5Pget_chunk_opts(plist, &opts) < 0) return fail();
		o->whole_edge = !(opts & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
		o->layout = MH5_CHUNKED;
		break;
	}
	default: o->layout = MH5_OTHER;
	}
	return describe_filters(plist, o);
}

int mh5_describe(hid_t file, hid_t d, mh5_info *o) {
	memset(o, 0, sizeof *o);
	if (describe_space(d, o) < 0) return -1;
	hid_t t = H5Dget_type(d);
	if (t < 0) return fail();
	describe_type(t, o);
	H5Tclose(t);
	hid_t plist = H5Dget_create_plist(d);
	if (plist < 0) return fail();
	int rc = describe_layout(file, d, plist, o);
	if (rc >= 0) rc = describe_fill(plist, o);
	if (rc >= 0) rc = fill_half(d, plist, o);
	H5Pclose(plist);
	o->storage = H5Dget_storage_size(d);
	return rc;
}

typedef struct { char *at; size_t len, cap; int failed; } names;

static herr_t add_name(names *s, const char *name) {
	size_t n = strlen(name) + 1;
	if (s->len + n > s->cap) {
		size_t cap = 2 * (s->len + n) + 1024;
		char *at = realloc(s->at, cap);
		if (!at) { s->failed = 1; return -1; }
		s->at = at; s->cap = cap;
	}
	memcpy(s->at + s->len, name, n);
	s->len += n;
	return 0;
}

#if H5_VERSION_GE(1, 12, 0)
static herr_t visit(hid_t o, const char *name, const H5O_info2_t *info, void *p) {
	return info->type == H5O_TYPE_DATASET ? add_name(p, name) : 0;
}
#else
static herr_t visit(hid_t o, const char *name, const H5O_info_t *info, void *p) {
	return info->type == H5O_TYPE_DATASET ? add_name(p, name) : 0;
}
#endif

char *mh5_names(hid_t file, size_t *len) {
	names s = {malloc(1), 0, 1, 0};
#if H5_VERSION_GE(1, 12, 0)
	herr_t rc = H5Ovisit3(file, H5_INDEX_NAME, H5_ITER_INC, visit, &s, H5O_INFO_BASIC);
#else
	herr_t rc = H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit, &s, H5O_INFO_BASIC);
#endif
	if (rc < 0 || s.failed) { fail(); free(s.at); return NULL; }
	*len = s.len;
	return s.at;
}

int mh5_external(hid_t d, char *name, size_t cap, int64_t *at) {
	name[0] = 0;
	*at = 0;
	hid_t plist = H5Dget_create_plist(d);
	if (plist < 0) return fail();
	int rc = 0;
	if (H5Pget_layout(plist) == H5D_CONTIGUOUS && H5Pget_external_count(plist) == 1) {
		off_t offset = 0;
		hsize_t size;
		rc = H5Pget_external(plist, 0, cap - 1, name, &offset, &size) < 0 ? fail() : 0;
		name[cap - 1] = 0;
		*at = offset;
	}
	H5Pclose(plist);
	return rc;
}

int mh5_raw_size(hid_t d, const uint64_t *origin, uint64_t *size) {
	hsize_t n = 0;
	*size = 0;
	if (H5Dget_chunk_storage_size(d, (const hsize_t *)origin, &n) < 0) {
		// Before 1.10.9 the library calls a chunk that was never written an error.
		fail();
		if (!strstr(error, "not allocated")) return -1;
		error[0] = 0;
		n = 0;
	}
	*size = n;
	return 0;
}

int mh5_raw_read(hid_t d, const uint64_t *origin, void *dst, uint32_t *skipped) {
#if H5_VERSION_GE(2, 0, 0)
	return H5Dread_chunk1(d, H5P_DEFAULT, (const hsize_t *)origin, skipped, dst) < 0 ? fail() : 0;
#else
	return H5Dread_chunk(d, H5P_DEFAULT, (const hsize_t *)origin, skipped, dst) < 0 ? fail() : 0;
#endif
}

// slab opens the file's and the memory's dataspace for one region. Rank 0 selects the single element.
static int slab(hid_t d, int rank, const uint64_t *start, const uint64_t *shape, hid_t *file, hid_t *memory) {
	*memory = -1;
	*file = H5Dget_space(d);
	if (*file < 0) return fail();
	*memory = rank ? H5Screate_simple(rank, (const hsize_t *)shape, NULL) : H5Screate(H5S_SCALAR);
	if (*memory < 0) return fail();
	if (rank && H5Sselect_hyperslab(*file, H5S_SELECT_SET, (const hsize_t *)start, NULL, (const hsize_t *)shape, NULL) < 0) return fail();
	return 0;
}

int mh5_read(hid_t d, int kind, int rank, const uint64_t *start, const uint64_t *shape, void *dst) {
	hid_t file, memory, type = memory_type(d, kind);
	if (type < 0) return fail();
	int rc = slab(d, rank, start, shape, &file, &memory);
	if (rc >= 0 && H5Dread(d, type, memory, file, H5P_DEFAULT, dst) < 0) rc = fail();
	if (memory >= 0) H5Sclose(memory);
	if (file >= 0) H5Sclose(file);
	H5Tclose(type);
	return rc;
}

int mh5_write(hid_t d, int kind, int rank, const uint64_t *start, const uint64_t *shape, const void *src) {
	hid_t file, memory;
	int rc = slab(d, rank, start, shape, &file, &memory);
	if (rc >= 0 && H5Dwrite(d, native(kind), memory, file, H5P_DEFAULT, src) < 0) rc = fail();
	if (memory >= 0) H5Sclose(memory);
	if (file >= 0) H5Sclose(file);
	return rc;
}

hid_t mh5_create(hid_t file, const char *name, int kind, int rank, const uint64_t *shape, const uint64_t *chunk,
	int shuffle, int deflate, int fletcher) {
	hid_t d = -1, space = rank ? H5Screate_simple(rank, (const hsize_t *)shape, NULL) : H5Screate(H5S_SCALAR);
	hid_t links = H5Pcreate(H5P_LINK_CREATE), plist = H5Pcreate(H5P_DATASET_CREATE);
	int ok = space >= 0 && links >= 0 && plist >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0;
	// No times in the file: the same data are the same bytes.
	ok = ok && H5Pset_obj_track_times(plist, 0) >= 0;
	// No fill before the data come: every element is written, so filling would write the file twice.
	ok = ok && H5Pset_fill_time(plist, H5D_FILL_TIME_NEVER) >= 0;
	if (ok && chunk) {
		ok = H5Pset_chunk(plist, rank, (const hsize_t *)chunk) >= 0;
		if (ok && shuffle) ok = H5Pset_shuffle(plist) >= 0;
		if (ok && deflate >= 0) ok = H5Pset_deflate(plist, (unsigned)deflate) >= 0;
		if (ok && fletcher) ok = H5Pset_fletcher32(plist) >= 0;
	}
	if (ok) d = H5Dcreate2(file, name, native(kind), space, links, plist, H5P_DEFAULT);
	if (d < 0) fail();
	if (plist >= 0) H5Pclose(plist);
	if (links >= 0) H5Pclose(links);
	if (space >= 0) H5Sclose(space);
	return d;
}

int mh5_close_dataset(hid_t d) { return H5Dclose(d) < 0 ? fail() : 0; }

int64_t mh5_open_ids(void) { return (int64_t)H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL); }
