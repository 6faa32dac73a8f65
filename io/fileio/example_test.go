package fileio_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/gomagpie/magpie/io/fileio"
)

// Names come in the order people count in, and compression is found by looking.
func Example() {
	dir, err := os.MkdirTemp("", "fileio")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"log.10", "log.9", "log.11.gz"} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			log.Fatal(err)
		}
		var w io.WriteCloser = f
		if filepath.Ext(name) == ".gz" {
			w = gzip.NewWriter(f)
		}
		fmt.Fprintf(w, "this is %s\n", name)
		w.Close()
		f.Close()
	}

	names, err := fileio.Glob(filepath.Join(dir, "log.*"))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		r, err := fileio.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		line, err := fileio.NewLines(r, 0).Next()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %q\n", line, r.Compression())
		r.Close()
	}
	// Output:
	// this is log.9 ""
	// this is log.10 ""
	// this is log.11.gz "gzip"
}

// A file that was cut short never looks like a shorter one.
func ExampleFileError() {
	dir, err := os.MkdirTemp("", "fileio")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	f, err := os.Create(filepath.Join(dir, "a.gz"))
	if err != nil {
		log.Fatal(err)
	}
	w := gzip.NewWriter(f)
	w.Write(make([]byte, 1000))
	w.Flush() // no Close: the checksum is missing
	f.Close()

	r, err := fileio.Open(f.Name())
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	_, err = io.ReadAll(r)
	if fe, ok := errors.AsType[*fileio.FileError](err); ok {
		fmt.Println(filepath.Base(fe.Path), "at byte", fe.Offset, errors.Is(err, io.ErrUnexpectedEOF))
	}
	// Output:
	// a.gz at byte 1000 true
}
