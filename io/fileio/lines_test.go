package fileio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// record is a line as Lines should give it.
type record struct {
	text   string
	line   int64
	offset int64
}

// splitNaive is the obvious way to cut text into lines.
func splitNaive(text string) []record {
	offset := int64(0)
	if rest, ok := strings.CutPrefix(text, "\ufeff"); ok {
		text, offset = rest, 3
	}
	var out []record
	for i, part := range strings.SplitAfter(text, "\n") {
		if part == "" {
			break
		}
		line := strings.TrimSuffix(part, "\n")
		out = append(out, record{strings.TrimSuffix(line, "\r"), int64(i + 1), offset})
		offset += int64(len(part))
	}
	return out
}

// readLines collects all lines, and checks the bytes promised behind each.
func readLines(t testing.TB, l *Lines) ([]record, error) {
	t.Helper()
	var out []record
	for {
		line, err := l.Next()
		if err != nil {
			return out, err
		}
		if cap(line)-len(line) < LinePad {
			t.Fatalf("line %d has %d bytes behind it", l.Line(), cap(line)-len(line))
		}
		out = append(out, record{string(line), l.Line(), l.Offset()})
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", 3*lineBlock)
	for _, text := range []string{
		"", "\n", "a", "a\n", "a\nb", "a\r\nb\r\n", "a\rb\r", "\n\n\na\n\n", "\ufeff", "\ufeffa\n", "\ufeff\n\ufeffb", "\xef\xbb", "\xef\xbbx\n",
		long, "a\n" + long + "\nb\n", long + "\r\n" + long,
		strings.Repeat("some line\n", lineBlock/5),
	} {
		want := splitNaive(text)
		for name, in := range map[string]io.Reader{
			"whole": strings.NewReader(text), "bytes": iotest.OneByteReader(strings.NewReader(text)), "halves": iotest.HalfReader(strings.NewReader(text)),
			"data with EOF": iotest.DataErrReader(strings.NewReader(text)),
		} {
			got, err := readLines(t, NewLines(in, 0))
			if err != io.EOF || !slices.Equal(got, want) {
				t.Errorf("%s, %.20q: %d lines, error %v; want %d", name, text, len(got), err, len(want))
			}
		}
	}
}

func TestLinesStreamError(t *testing.T) {
	bad := errors.New("bad disk")
	in := io.MultiReader(strings.NewReader("a\nb\nhalf"), iotest.ErrReader(bad))
	got, err := readLines(t, NewLines(in, 0))
	if err != bad || len(got) != 2 {
		t.Errorf("lines %v, error %v: want a, b, and neither half nor EOF", got, err)
	}
}

func TestLinesTooLong(t *testing.T) {
	for _, max := range []int{10, 1000, lineBlock, lineBlock + 1, 2*lineBlock - 1, 3 * lineBlock} {
		exact, over := strings.Repeat("e", max), strings.Repeat("o", max+1)
		huge := strings.Repeat("h", 4*max+lineBlock)
		for _, end := range []string{"", "\n"} {
			text := "a\n" + over + "\n" + exact + "\n" + huge + "\nb\n" + over + end
			l := NewLines(iotest.HalfReader(strings.NewReader(text)), max)
			var got []string
			for {
				line, err := l.Next()
				if err == io.EOF {
					break
				}
				if errors.Is(err, ErrLineTooLong) {
					got = append(got, fmt.Sprintf("%d@%d %c… too long", l.Line(), l.Offset(), line[0]))
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%d@%d %c %d", l.Line(), l.Offset(), line[0], len(line)))
			}
			n := int64(max)
			want := []string{
				"1@0 a 1", "2@2 o… too long", fmt.Sprintf("3@%d e %d", n+4, max), fmt.Sprintf("4@%d h… too long", 2*n+5),
				fmt.Sprintf("5@%d b 1", 6*n+lineBlock+6), fmt.Sprintf("6@%d o… too long", 6*n+lineBlock+8),
			}
			if !slices.Equal(got, want) {
				t.Errorf("max %d:\ngot  %q\nwant %q", max, got, want)
			}
			if room := len(l.buf) - LinePad; room > max+lineBlock && room > lineBlock {
				t.Errorf("max %d: a buffer of %d bytes", max, room)
			}
		}
	}
}

// chunked gives its data in reads of the sizes given, over and over.
type chunked struct {
	data  []byte
	sizes []byte
	i     int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := 1
	if len(c.sizes) > 0 {
		n = int(c.sizes[c.i%len(c.sizes)]) + 1
		c.i++
	}
	n = copy(p, c.data[:min(n, len(c.data))])
	c.data = c.data[n:]
	return n, nil
}

// FuzzLines checks that the lines do not depend on how the stream comes.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\r\n\nbb\nccc"), []byte{0, 3})
	f.Add([]byte("\xef\xbb\xbfa\n"), []byte{1})
	f.Fuzz(func(t *testing.T, data, sizes []byte) {
		got, err := readLines(t, NewLines(&chunked{data: data, sizes: sizes}, 0))
		if want := splitNaive(string(data)); err != io.EOF || !slices.Equal(got, want) {
			t.Fatalf("got  %v, error %v\nwant %v", got, err, want)
		}
	})
}

// FuzzOpen checks that no file makes Open or Read panic, and that what they give is bounded by errors of the right kind.
func FuzzOpen(f *testing.F) {
	for _, name := range []string{"testdata/sample.txt.zst", "testdata/sample.txt.bz2"} {
		r, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r)
	}
	f.Add(gzipped(f, sample(f)))
	f.Add(bytes.Repeat(gzipped(f, []byte("x")), 2))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := file(t, "a.gz", data)
		r, err := Open(path)
		if err == nil {
			_, err = io.Copy(io.Discard, io.LimitReader(r, 1<<24))
			r.Close()
		}
		if err != nil {
			checkFileError(t, err, path)
		}
	})
}
