package fileio

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// errTrailing is the cause of an input with bytes behind its last gzip member that are neither a member nor zeros.
var errTrailing = errors.New("gzip: trailing garbage")

// gzipReader gives the bytes of all members of a gzip file. The members are walked here and not by the inflater, so
// that what may stand behind a member is decided in one place.
type gzipReader struct {
	in *bufio.Reader
	z  *gzip.Reader
}

func openGzip(r *bufio.Reader) (io.ReadCloser, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, noEOF(err)
	}
	z.Multistream(false)
	return &gzipReader{r, z}, nil
}

// Read implements io.Reader. io.EOF comes only after the checksum of the last member was right.
func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		if err := g.nextMember(); n > 0 || err != nil {
			return n, err
		}
	}
}

// nextMember starts the next member. It returns io.EOF if there is none.
func (g *gzipReader) nextMember() error {
	head, err := g.in.Peek(2)
	switch {
	case err != nil && err != io.EOF:
		return err
	case len(head) == 0:
		return io.EOF
	case head[0] == 0:
		return skipPadding(g.in)
	case head[0] == 0x1f && len(head) == 1:
		return io.ErrUnexpectedEOF
	case head[0] != 0x1f || head[1] != 0x8b:
		return fmt.Errorf("%w %q", errTrailing, head)
	}
	if err := g.z.Reset(g.in); err != nil {
		return noEOF(err)
	}
	g.z.Multistream(false) // Reset turns it on again
	return nil
}

// skipPadding reads zero bytes to the end, and returns io.EOF there.
func skipPadding(r *bufio.Reader) error {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return fmt.Errorf("%w behind zero bytes", errTrailing)
		}
	}
}

// Close implements io.Closer.
func (g *gzipReader) Close() error { return g.z.Close() }

// noEOF makes the end of the input inside a header what it is.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
