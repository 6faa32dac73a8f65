package fileio

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// codec is a compression: how to know it, and how to undo it.
type codec struct {
	name   string
	ext    string   // the usual end of the names of such files
	magics []string // an input that starts with one of these is so compressed
	open   func(*bufio.Reader) (io.ReadCloser, error)
	memory int64 // bytes that the decompressor takes, for files as they are usually made
}

// codecs is the one table of what can be decompressed. A decompressor reads its input from the start, magic included,
// gives every member and fails with io.ErrUnexpectedEOF if the input ends inside one.
var codecs = []codec{
	{"gzip", ".gz", []string{"\x1f\x8b"}, openGzip, 128 << 10},
	{"zstd", ".zst", zstdMagics(), openZstd, 8 << 20},
	{"bzip2", ".bz2", []string{"BZh"}, openBzip2, 4 << 20},
	{"xz", ".xz", []string{"\xfd7zXZ\x00"}, unsupported("xz"), 0},
}

// magicBytes is the length of the longest magic.
const magicBytes = 6

// detect returns the codec of an input that starts with head, or nil if it is not compressed. It fails if the input is
// shorter than a magic and its name says that it should be compressed: that is a truncated file.
func detect(path string, head []byte) (*codec, error) {
	for i := range codecs {
		c := &codecs[i]
		for _, magic := range c.magics {
			if bytes.HasPrefix(head, []byte(magic)) {
				return c, nil
			}
			if len(head) < len(magic) && strings.HasPrefix(magic, string(head)) && strings.HasSuffix(path, c.ext) {
				return nil, fmt.Errorf("not a whole %s file: %w", c.name, io.ErrUnexpectedEOF)
			}
		}
	}
	return nil, nil
}

// Buffers returns how many bytes it takes to read the lines of a file with [NewLines], if none is longer than 256 KiB: of
// buffers, and of the decompressor that its name tells of. The file is not looked at.
func Buffers(path string) int64 {
	n := int64(inputBytes + lineBlock)
	for i := range codecs {
		if strings.HasSuffix(path, codecs[i].ext) {
			n += codecs[i].memory
		}
	}
	return n
}

// zstdMagics returns the magic of a zstd frame and those of the 16 kinds of skippable frames (RFC 8878, 3.1.2), with
// which files of parallel compressors start.
func zstdMagics() []string {
	magics := []string{"\x28\xb5\x2f\xfd"}
	for i := range 16 {
		magics = append(magics, string([]byte{0x50 + byte(i), 0x2a, 0x4d, 0x18}))
	}
	return magics
}

// zstdWindowMax is how far back a zstd frame may refer, in bytes. It is the limit of zstd(1) without --long, and what
// keeps a hostile frame of a few bytes from asking for gigabytes.
const zstdWindowMax = 128 << 20

func openZstd(r *bufio.Reader) (io.ReadCloser, error) {
	// One decoder a file and no goroutines of its own: the files themselves are read in parallel.
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindowMax))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

func openBzip2(r *bufio.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }

// unsupported returns the opener of a compression that is known and cannot be undone. Without it such a file would be
// read as text, and the error would be about its first "line".
func unsupported(name string) func(*bufio.Reader) (io.ReadCloser, error) {
	return func(*bufio.Reader) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s %w: decompress it, and give the result or \"-\"", name, ErrUnsupported)
	}
}

// ErrUnsupported is the cause of the error of a file with a compression that is known and cannot be undone.
var ErrUnsupported = errors.New("compression is not supported")
