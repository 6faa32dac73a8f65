package fileio

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/gomagpie/magpie/internal/patient"
)

// inputBytes is the buffer between the file and the decompressor. It is smaller than the reads of Lines, so that these go
// to a file that is not compressed without another copy.
const inputBytes = 64 << 10

// inputs recycles the buffers: a thousand small files cost less than making one for each.
var inputs = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, inputBytes) }}

// Reader reads the decompressed bytes of one file. It is not safe for concurrent use.
type Reader struct {
	ctx    context.Context
	path   string
	file   *os.File
	size   int64
	raw    *bufio.Reader
	data   io.ReadCloser // the decompressor; nil if the file is not compressed
	codec  string
	reads  patient.Reads
	count  int64 // bytes read from the file into raw
	offset int64
	err    error // sticky
}

// Open opens a file for reading what it holds, decompressed; "-" is standard input, which can be opened once. Errors
// are [*FileError], those of Read too. The caller closes the Reader.
func Open(path string) (*Reader, error) { return OpenContext(context.Background(), path) }

// OpenContext is Open with a context: when it ends, the next read of a block fails with its cause.
func OpenContext(ctx context.Context, path string) (*Reader, error) {
	r := &Reader{ctx: ctx, path: path, size: -1}
	if err := r.open(); err != nil {
		if r.file != nil {
			r.Close()
		}
		return nil, openError(path, err)
	}
	return r, nil
}

func (r *Reader) open() (err error) {
	if r.file, err = openFile(r.ctx, r.path); err != nil {
		return err
	}
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return errDirectory
	}
	if info.Mode().IsRegular() {
		r.size = info.Size()
	}
	r.reads.Pipe = r.size < 0
	r.raw = inputs.Get().(*bufio.Reader)
	r.raw.Reset(rawFile{r})
	head, err := r.raw.Peek(magicBytes)
	if err != nil && err != io.EOF {
		return err
	}
	c, err := detect(r.path, head)
	if c == nil || err != nil {
		return err
	}
	r.codec = c.name
	r.data, err = c.open(r.raw)
	return err
}

// errStdinTwice is the cause of a second use of standard input.
var errStdinTwice = errors.New("standard input can be read only once")

// stdinTaken is the standard input that was opened. It is the file, not a flag, because a program may set os.Stdin.
var stdinTaken atomic.Pointer[os.File]

func openFile(ctx context.Context, path string) (file *os.File, err error) {
	if path != Stdin {
		info, e := os.Stat(path)
		opens := patient.Reads{Pipe: e == nil && info.Mode()&os.ModeNamedPipe != 0} // until somebody writes to it
		_, err = opens.Do(ctx, func() (int, error) {
			file, err = os.Open(path)
			return 0, err
		})
		return file, err
	}
	if stdin := os.Stdin; stdinTaken.Swap(stdin) == stdin {
		return nil, errStdinTwice
	}
	return os.Stdin, nil
}

// rawFile is the file under a Reader's buffer: it counts what is read, and polls the context before every block.
type rawFile struct{ r *Reader }

func (f rawFile) Read(p []byte) (int, error) {
	r := f.r
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	n, err := r.reads.Do(r.ctx, func() (int, error) { return r.file.Read(p) })
	r.count += int64(n)
	if err == io.EOF {
		return n, io.EOF // bare, as decompressors compare it
	}
	return n, err
}

// Read implements io.Reader. io.EOF means that the file was whole; any other error is a *FileError and stays.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if err := context.Cause(r.ctx); err != nil { // also here: a kilobyte of input may be a gigabyte of data
		r.err = r.fail(err)
		return 0, r.err
	}
	var n int
	var err error
	if r.data != nil {
		n, err = r.data.Read(p)
	} else {
		n, err = r.raw.Read(p)
	}
	r.offset += int64(n)
	if err == io.EOF {
		r.err = io.EOF
	} else if err != nil {
		r.err = r.fail(err)
	}
	return n, r.err
}

// fail makes a FileError of what went wrong while reading at the present place.
func (r *Reader) fail(err error) *FileError {
	e := openError(r.path, err)
	e.Op, e.Offset = "read", r.offset
	if r.data != nil {
		e.Compressed = r.Consumed()
	}
	return e
}

// Name returns the name given to Open.
func (r *Reader) Name() string { return r.path }

// Compression returns "gzip", "zstd", "bzip2", or "" for a file that is not compressed.
func (r *Reader) Compression() string { return r.codec }

// Offset returns the number of decompressed bytes read so far.
func (r *Reader) Offset() int64 { return r.offset }

// Size returns the size of the file in bytes, compressed as it is; -1 for a pipe, a terminal or a device.
func (r *Reader) Size() int64 { return r.size }

// Consumed returns how many bytes of the file have been used so far. It grows to Size, and shows progress.
func (r *Reader) Consumed() int64 {
	if r.raw == nil {
		return r.count
	}
	return r.count - int64(r.raw.Buffered())
}

// Close closes the file. Standard input stays open. Reading afterwards fails with os.ErrClosed; a second Close does too.
func (r *Reader) Close() error {
	var err error
	if r.data != nil {
		err = r.data.Close()
	}
	if r.path != Stdin {
		err = errors.Join(err, r.file.Close())
	}
	if r.raw != nil {
		r.err = r.fail(os.ErrClosed)
		r.count = r.Consumed()
		r.raw.Reset(nil)
		inputs.Put(r.raw)
		r.raw, r.data = nil, nil
	}
	return err
}
