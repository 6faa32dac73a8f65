package fileio

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/internal/inflate"
)

// sample is testdata/sample.txt, which gzip(1), zstd(1) and bzip2(1) did not have to agree on with us.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/sample.txt")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file writes data to a new file and returns its name.
func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads a whole file, and checks what a Reader promises on the way.
func readAll(t testing.TB, path string) ([]byte, error) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		checkFileError(t, err, path)
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if r.Offset() != int64(len(data)) {
		t.Errorf("Offset() = %d after %d bytes", r.Offset(), len(data))
	}
	if err != nil {
		checkFileError(t, err, path)
		return data, err
	}
	if r.Consumed() != r.Size() {
		t.Errorf("Consumed() = %d of %d at the end", r.Consumed(), r.Size())
	}
	return data, nil
}

func checkFileError(t testing.TB, err error, path string) {
	t.Helper()
	fe, ok := errors.AsType[*FileError](err)
	if !ok {
		t.Fatalf("%v is a %T, not a *FileError", err, err)
	}
	if fe.Path != path || !strings.Contains(err.Error(), path) {
		t.Errorf("error %q with path %q does not name %s", err, fe.Path, path)
	}
}

func TestOpenFormats(t *testing.T) {
	want := sample(t)
	gz := gzipped(t, want)
	zst, err := os.ReadFile("testdata/sample.txt.zst")
	if err != nil {
		t.Fatal(err)
	}
	bz2, err := os.ReadFile("testdata/sample.txt.bz2")
	if err != nil {
		t.Fatal(err)
	}
	twice := bytes.Repeat(want, 2)
	cases := []struct {
		name, file string
		data, want []byte
		codec      string
	}{
		{"plain", "a.txt", want, want, ""},
		{"plain called gz", "a.gz", want, want, ""},
		{"gzip", "a.gz", gz, want, "gzip"},
		{"gzip called txt", "a.txt", gz, want, "gzip"},
		{"two gzip members", "a.gz", bytes.Repeat(gz, 2), twice, "gzip"},
		{"empty gzip member between", "a.gz", slicesConcat(gz, gzipped(t, nil), gz), twice, "gzip"},
		{"empty gzip", "a.gz", gzipped(t, nil), nil, "gzip"},
		{"gzip and zero padding", "a.gz", append(bytes.Clone(gz), make([]byte, 700_000)...), want, "gzip"},
		{"zstd", "a.zst", zst, want, "zstd"},
		{"two zstd frames", "a.zst", bytes.Repeat(zst, 2), twice, "zstd"},
		{"zstd behind a skippable frame", "a.zst", append([]byte("\x5f\x2a\x4d\x18\x02\x00\x00\x00hi"), zst...), want, "zstd"},
		{"bzip2", "a.bz2", bz2, want, "bzip2"},
		{"two bzip2 streams", "a.bz2", bytes.Repeat(bz2, 2), twice, "bzip2"},
		{"empty", "a.txt", nil, nil, ""},
		{"one byte", "a.txt", []byte("B"), []byte("B"), ""},
		{"half a magic without the name", "a.txt", []byte("\x1f"), []byte("\x1f"), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := file(t, c.file, c.data)
			got, err := readAll(t, path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, c.want) {
				t.Errorf("got %d bytes, want %d", len(got), len(c.want))
			}
			r, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if r.Compression() != c.codec || r.Name() != path || r.Size() != int64(len(c.data)) {
				t.Errorf("Compression %q, Name %q, Size %d", r.Compression(), r.Name(), r.Size())
			}
		})
	}
}

func slicesConcat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestTruncated(t *testing.T) {
	for _, name := range []string{"a.gz", "b.zst", "c.bz2"} {
		t.Run(name, func(t *testing.T) {
			var whole []byte
			switch name {
			case "a.gz":
				whole = gzipped(t, sample(t))
			default:
				var err error
				if whole, err = os.ReadFile("testdata/sample.txt" + filepath.Ext(name)); err != nil {
					t.Fatal(err)
				}
			}
			path := file(t, name, nil)
			for _, members := range []int{1, 2} {
				// The cut between two members leaves a whole file, which nothing can tell from a shorter one.
				for cut := (members-1)*len(whole) + members - 1; cut < members*len(whole); cut++ {
					if err := os.WriteFile(path, bytes.Repeat(whole, members)[:cut], 0o600); err != nil {
						t.Fatal(err)
					}
					if _, err := readAll(t, path); !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Errorf("%d members cut at %d: error %v", members, cut, err)
					}
				}
			}
		})
	}
}

func TestBitFlips(t *testing.T) {
	want := sample(t)
	gz := gzipped(t, want)
	path := file(t, "a.gz", nil)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		bad := bytes.Clone(gz)
		bit := rng.IntN(8 * len(bad))
		bad[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readAll(t, path)
		// Without an error the flip was in what no checksum covers: header time, system, or the magic, where the file is
		// no longer gzip and passes as it is.
		if err == nil && !bytes.Equal(got, want) && bit >= 16 {
			t.Fatalf("bit %d flipped: wrong data without an error", bit)
		}
	}
}

func TestTrailingGarbage(t *testing.T) {
	gz := gzipped(t, sample(t))
	for _, garbage := range []string{"x", "\x1fx", "\x00x", "\x00\x1f\x8b", "garbage behind", strings.Repeat("\x00", 300_000) + "x"} {
		path := file(t, "a.gz", append(bytes.Clone(gz), garbage...))
		if _, err := readAll(t, path); !errors.Is(err, inflate.ErrTrailing) {
			t.Errorf("%.20q behind a member: error %v", garbage, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := readAll(t, filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := readAll(t, dir); !errors.Is(err, errDirectory) {
		t.Errorf("directory: %v", err)
	}
	xz := file(t, "a.xz", []byte("\xfd7zXZ\x00\x00\x04"))
	if _, err := readAll(t, xz); !errors.Is(err, ErrUnsupported) {
		t.Errorf("xz: %v", err)
	}
}

func TestErrorText(t *testing.T) {
	gz := gzipped(t, sample(t))
	path := file(t, "a.gz", gz[:len(gz)-4])
	_, err := readAll(t, path)
	want := "fileio: read " + path + ": at byte 871 (compressed "
	if len(sample(t)) != 871 || err == nil || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "): unexpected EOF") {
		t.Errorf("error %q, want prefix %q", err, want)
	}
	re := &RecordError{Format: "jsonio", Path: "-", Record: 3, Offset: 40, Err: errors.New("bad"), Snippet: "{x"}
	if got, want := re.Error(), `jsonio: standard input: record 3 (offset 40): bad: near "{x"`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestContext(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	// 8 MB of zeros are 8 KB of gzip: the file is read in one block, and only Read itself can notice.
	r, err := OpenContext(ctx, file(t, "a.gz", gzipped(t, make([]byte, 8<<20))))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Read(make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	cancel(cause)
	if _, err := r.Read(make([]byte, 1000)); !errors.Is(err, cause) {
		t.Errorf("error %v after cancelling", err)
	}
	if _, err := OpenContext(ctx, file(t, "b", []byte("b"))); !errors.Is(err, cause) {
		t.Errorf("opened under a cancelled context: %v", err)
	}
}

func TestClosed(t *testing.T) {
	r, err := Open(file(t, "a.gz", gzipped(t, sample(t))))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("read after Close: %v", err)
	}
}

func TestStdin(t *testing.T) {
	old := os.Stdin
	defer func() { os.Stdin = old }()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdin = r
	go func() {
		w.Write(gzipped(t, sample(t)))
		w.Close()
	}()
	in, err := Open(Stdin)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(in)
	if err != nil || !bytes.Equal(got, sample(t)) || in.Size() != -1 {
		t.Errorf("%d bytes, error %v, Size %d", len(got), err, in.Size())
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(Stdin); !errors.Is(err, errStdinTwice) {
		t.Errorf("second Open: %v", err)
	}
}
