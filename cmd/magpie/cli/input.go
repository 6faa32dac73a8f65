package cli

import (
	"bytes"
	"io"
	"os"
	"strings"

	"github.com/gomagpie/magpie/internal/term"
	"github.com/gomagpie/magpie/io/fileio"
)

// datasetMark stands between the name of an HDF5 file and that of a dataset in it.
const datasetMark = "::"

// location is a dataset of a file. Without a name it is the only one that the file has.
type location struct{ path, dataset string }

func (l location) String() string {
	if l.dataset == "" {
		return l.path
	}
	return l.path + datasetMark + l.dataset
}

// inputs are what the operands name. Reductions take one kind at a time.
type inputs struct {
	records  []string   // files of JSON records
	datasets []location // of HDF5 files
}

// inputs expands the operands. Without any, it is standard input, unless somebody would have to type it.
func (c *call) inputs() (inputs, error) {
	if len(c.args) == 0 {
		if term.IsTerminal(c.stdin) {
			return inputs{}, usagef("nothing to read: name a file, or pipe JSON lines in")
		}
		return inputs{records: []string{fileio.Stdin}}, nil
	}
	var in inputs
	for _, operand := range c.args {
		pattern, dataset, marked := cutLast(operand, datasetMark)
		if marked && (dataset == "" || pattern == "") {
			return inputs{}, usagef("%s: FILE::DATASET is needed, as in data/random.hdf5::/x", operand)
		}
		paths, err := fileio.Glob(pattern)
		if err != nil {
			return inputs{}, err
		}
		for _, path := range paths {
			if marked || isHDF5(path) {
				in.datasets = append(in.datasets, location{path, dataset})
			} else {
				in.records = append(in.records, path)
			}
		}
	}
	return in, nil
}

func cutLast(s, mark string) (before, after string, found bool) {
	if i := strings.LastIndex(s, mark); i >= 0 {
		return s[:i], s[i+len(mark):], true
	}
	return s, "", false
}

// isHDF5 looks for the format's signature at the places that its specification allows: 0, 512, 1024, 2048 and so on.
// A file that cannot be read is not one; what is wrong with it will be said when it is opened.
func isHDF5(path string) bool {
	if path == fileio.Stdin {
		return false
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	signature := []byte("\x89HDF\r\n\x1a\n")
	found := make([]byte, len(signature))
	for at := int64(0); at < info.Size(); at = max(512, 2*at) {
		if _, err := f.ReadAt(found, at); err == io.EOF {
			return false
		}
		if bytes.Equal(found, signature) {
			return true
		}
	}
	return false
}
