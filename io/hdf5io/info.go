package hdf5io

import (
	"errors"
	"slices"
)

// Info describes a dataset without reading its values.
type Info struct {
	Name    string   // absolute, such as "/group/x"
	Shape   []int    // empty for a scalar; nil for a null dataspace
	Kind    Kind     // Unsupported for what is not a number
	Type    string   // the stored type in words: "int32", "big-endian int32", "variable-length string"
	Layout  string   // "contiguous", "chunked", "compact" or "virtual"
	Chunks  []int    // the storage chunks' shape, nil unless chunked
	Filters []string // in the order they were applied, such as "shuffle", "deflate"
	Storage int64    // bytes the values take in the file
	Err     error    // why Dataset would refuse it; nil for one that can be read
}

// Datasets describes every dataset in the file, in the order of their names.
//
// All groups are walked, each object once however many names it has; soft and external links are not followed
// (Info and Dataset do follow them). What cannot be read is listed too, with its Err set. Cost: about 30 µs a
// dataset.
func (f *File) Datasets() ([]Info, error) {
	names, err := f.store.names()
	if err != nil {
		return nil, f.fail("", err)
	}
	out := make([]Info, 0, len(names))
	for _, name := range names {
		info, err := f.Info(name)
		if err != nil {
			if errors.Is(err, ErrClosed) {
				return nil, err
			}
			info = Info{Name: name, Type: "unknown", Err: err}
		}
		out = append(out, info)
	}
	return out, nil
}

// Info describes one dataset. The leading slash of the name may be left out.
//
// Errors: ErrNoDataset, with the names there are; ErrIsGroup; ErrClosed. A dataset that exists and cannot be
// read is no error here: the result's Err says why.
func (f *File) Info(name string) (Info, error) {
	name = absolute(name)
	m, err := f.look(name)
	if err != nil {
		return Info{}, f.fail(name, err)
	}
	defer f.store.release(m)
	info := m.info()
	info.Err = f.fail(name, f.admit(m))
	m.discard(f.bytes)
	return info, nil
}

// Type returns the kind of a dataset's elements, for programs that choose the Go type at run time:
//
//	switch k, err := f.Type("/x"); k {
//	case hdf5io.Float32:
//		x, err := hdf5io.Dataset[float32](f, "/x")
//
// Errors: those of Dataset that have nothing to do with the type asked for.
func (f *File) Type(name string) (Kind, error) {
	info, err := f.Info(name)
	if err == nil {
		err = info.Err
	}
	if err != nil {
		return Unsupported, err
	}
	return info.Kind, nil
}

func (m *meta) info() Info {
	i := Info{
		Name: m.name, Shape: slices.Clone(m.shape), Kind: m.kind, Type: m.typeName(), Layout: m.layout.String(),
		Chunks: slices.Clone(m.chunk), Storage: m.storage,
	}
	if m.null {
		i.Shape = nil
	}
	for _, f := range m.filters {
		i.Filters = append(i.Filters, f.name)
	}
	return i
}

func (m *meta) typeName() string {
	switch {
	case m.kind == Unsupported:
		return m.stored
	case !m.plain:
		return m.stored + ", read as " + m.kind.String()
	case m.big && m.kind.Size() > 1:
		return "big-endian " + m.kind.String()
	}
	return m.kind.String()
}
