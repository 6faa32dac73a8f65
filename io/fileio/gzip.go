package fileio

import (
	"bufio"
	"io"
	"sync"

	"github.com/gomagpie/magpie/internal/inflate"
)

// gzipReaders keeps the buffers and tables of closed files, 350 KB each, for the next ones.
var gzipReaders = sync.Pool{New: func() any { return inflate.NewReader() }}

type gzipReader struct{ *inflate.Reader }

func openGzip(r *bufio.Reader) (io.ReadCloser, error) {
	z := gzipReaders.Get().(*inflate.Reader)
	if err := z.Reset(r); err != nil {
		gzipReaders.Put(z)
		return nil, noEOF(err)
	}
	return &gzipReader{z}, nil
}

// Close implements io.Closer.
func (g *gzipReader) Close() error {
	if g.Reader != nil {
		g.Forget()
		gzipReaders.Put(g.Reader)
		g.Reader = nil
	}
	return nil
}

// noEOF makes the end of the input inside a header what it is.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
