package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/gomagpie/magpie/io/fileio"
	"github.com/gomagpie/magpie/io/hdf5io"
)

// info is the command info: one line for each dataset, and one for each other file.
func info(ctx context.Context, c *call) error {
	in, err := c.inputs()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.stdout, 0, 8, 2, ' ', 0)
	for _, l := range in.datasets {
		if err := describeDatasets(table, l); err != nil {
			return err
		}
	}
	for _, path := range in.records {
		if err := describeRecords(ctx, table, path); err != nil {
			return err
		}
	}
	return table.Flush()
}

// describeDatasets writes name, type, shape, layout and size of the named dataset, or of all in the file.
func describeDatasets(w io.Writer, l location) error {
	f, err := hdf5io.Open(l.path)
	if err != nil {
		return err
	}
	defer f.Close()
	var all []hdf5io.Info
	if l.dataset == "" {
		all, err = f.Datasets()
	} else {
		all = make([]hdf5io.Info, 1)
		all[0], err = f.Info(l.dataset)
	}
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintf(w, "%s\tno datasets\n", l.path)
	}
	for _, d := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s", location{l.path, d.Name}, d.Type, tuple(d.Shape), layout(d), formatBytes(d.Storage))
		if d.Err != nil {
			why := d.Err
			if placed, ok := errors.AsType[*hdf5io.Error](why); ok {
				why = placed.Err // the place is on the line already
			}
			fmt.Fprintf(w, "\tcannot be read: %v", why)
		}
		fmt.Fprintln(w)
	}
	return nil
}

// layout says how a dataset is stored: "contiguous", "chunks (100, 100) shuffle deflate".
func layout(d hdf5io.Info) string {
	if len(d.Chunks) == 0 {
		return d.Layout
	}
	return strings.Join(append([]string{"chunks " + tuple(d.Chunks)}, d.Filters...), " ")
}

// tuple writes a shape as Python does.
func tuple(shape []int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(n))
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// describeRecords writes how a file is compressed, its size, and what its first record is made of.
func describeRecords(ctx context.Context, w io.Writer, path string) error {
	r, err := fileio.OpenContext(ctx, path)
	if err != nil {
		return err
	}
	defer r.Close()
	compression := r.Compression()
	if compression == "" {
		compression = "uncompressed"
	}
	size := "size unknown"
	if r.Size() >= 0 {
		size = formatBytes(r.Size())
	}
	line, err := fileio.NewLines(r, 0).Next()
	content := "empty"
	if err == nil {
		content = recordKeys(line)
	} else if err != io.EOF {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", path, compression, size, content)
	return err
}

// recordKeys lists the keys of a JSON object with the kinds of their values, or says what else the line is.
func recordKeys(line []byte) string {
	d := json.NewDecoder(bytes.NewReader(line))
	first, err := d.Token()
	if err != nil {
		return "not JSON lines"
	}
	if first != json.Delim('{') {
		return "JSON lines of " + kindOf(line)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return "not JSON lines"
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return "not JSON lines"
		}
		keys = append(keys, fmt.Sprintf("%s %s", key, kindOf(value)))
	}
	return "JSON lines of {" + strings.Join(keys, ", ") + "}"
}

// kindOf names the kind of a JSON value by its first byte.
func kindOf(value []byte) string {
	switch value = bytes.TrimLeft(value, " \t\r\n"); {
	case len(value) == 0:
		return "nothing"
	case value[0] == '{':
		return "object"
	case value[0] == '[':
		return "array"
	case value[0] == '"':
		return "string"
	case value[0] == 't' || value[0] == 'f':
		return "boolean"
	case value[0] == 'n':
		return "null"
	}
	return "number"
}
