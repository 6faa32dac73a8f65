package inflate

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// text is n bytes of some kind: noise, few values, runs, words, or JSON.
func text(rng *rand.Rand, kind, n int) []byte {
	b := make([]byte, 0, n+100)
	for len(b) < n {
		switch kind {
		case 0:
			b = append(b, byte(rng.Uint32()))
		case 1:
			b = append(b, byte(rng.IntN(3)))
		case 2:
			b = append(b, bytes.Repeat([]byte{byte(rng.IntN(4))}, rng.IntN(2000))...)
		case 3:
			b = append(b, strings.Repeat(string(rune('a'+rng.IntN(20))), 1+rng.IntN(3))...)
			if back := rng.IntN(40_000) + 1; back <= len(b) && rng.IntN(3) == 0 {
				b = append(b, b[len(b)-back:min(len(b), len(b)-back+rng.IntN(400))]...)
			}
		default:
			b = fmt.Appendf(b, `{"id":%d,"name":"%s","amount":%.2f}`+"\n", rng.IntN(1e6), []string{"Alice", "Bob", "Zoë"}[rng.IntN(3)], rng.NormFloat64())
		}
	}
	return b[:n]
}

func deflated(t testing.TB, level int, p []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for len(p) > 0 {
		n := min(len(p), 1+len(p)/2)
		w.Write(p[:n])
		if p = p[n:]; n%5 == 0 {
			w.Flush()
		}
	}
	w.Close()
	return b.Bytes()
}

// stdlib is what compress/flate makes of a stream: the data, how many bytes of the input it used, and its error.
func stdlib(src []byte, most int) (out []byte, used int, err error) {
	in := bytes.NewReader(src) // an io.ByteReader: nothing is read ahead
	out, err = io.ReadAll(io.LimitReader(flate.NewReader(in), int64(most)+1))
	return out, len(src) - in.Len(), err
}

func TestRaw(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
		for kind := range 5 {
			for _, n := range []int{0, 1, 2, 7, 300, 5000, 40_000} {
				want := text(rng, kind, n)
				src := append(deflated(t, level, want), "what follows"...)
				got := make([]byte, n)
				k, used, err := Raw(got, src)
				if err != nil || k != n || used != len(src)-12 || !bytes.Equal(got, want) {
					t.Fatalf("level %d, kind %d, %d bytes: %d, %d of %d, %v", level, kind, n, k, used, len(src)-12, err)
				}
				if n > 0 {
					if _, _, err := Raw(got[:n-1], src); err != ErrTooLong {
						t.Fatalf("one byte short: %v", err)
					}
				}
			}
		}
	}
}

// Everything cut short, and everything with a bit changed, is refused or decoded as compress/flate decodes it.
func TestRawDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for kind := range 5 {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 6, 9} {
			src := deflated(t, level, text(rng, kind, 3000))
			for range 40 {
				bad := bytes.Clone(src)
				bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
				same(t, bad)
				same(t, src[:rng.IntN(len(src))])
			}
		}
	}
}

// same compares with compress/flate: the same streams are accepted, and give the same.
func same(t *testing.T, src []byte) {
	t.Helper()
	const most = 1 << 18
	want, wantUsed, wantErr := stdlib(src, most)
	if len(want) > most {
		return
	}
	got := make([]byte, most)
	n, used, err := Raw(got, src)
	if (err == nil) != (wantErr == nil) || err == nil && (!bytes.Equal(got[:n], want) || used != wantUsed) {
		t.Fatalf("%x: %d bytes, %d used, %v; compress/flate has %d, %d, %v", src, n, used, err, len(want), wantUsed, wantErr)
	}
}

func FuzzRaw(f *testing.F) {
	rng := rand.New(rand.NewPCG(3, 1))
	for kind := range 5 {
		for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, 1, 9} {
			f.Add(deflated(f, level, text(rng, kind, 700)))
		}
	}
	f.Add([]byte{3, 0}) // fixed codes, and the end
	f.Fuzz(same)
}

// oddReader gives what it has in pieces of random length.
type oddReader struct {
	r   io.Reader
	rng *rand.Rand
}

func (o oddReader) Read(p []byte) (int, error) { return o.r.Read(p[:min(len(p), 1+o.rng.IntN(3000))]) }

func gzipped(level int, p []byte, set func(h *gzip.Header)) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, level)
	if set != nil {
		set(&w.Header)
	}
	w.Write(p)
	w.Close()
	return b.Bytes()
}

// Members of all sizes, however the input comes, and with the memory of the streams before.
func TestReader(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	z := NewReader()
	for i := range 12 {
		var want, src []byte
		for range 1 + rng.IntN(4) {
			p := text(rng, rng.IntN(5), []int{0, 1, 300, 40_000, 288<<10 - 1, 400_000}[rng.IntN(6)])
			want = append(want, p...)
			src = append(src, gzipped(rng.IntN(12)-2, p, func(h *gzip.Header) {
				if i%2 == 0 {
					h.Name, h.Comment, h.Extra = "a name", "a comment", make([]byte, 70_000)[:rng.IntN(65_000)]
				}
			})...)
		}
		var r io.Reader = bytes.NewReader(src)
		switch i % 4 {
		case 1:
			r = oddReader{r, rng}
		case 2:
			r = iotest.DataErrReader(r)
		case 3:
			if len(src) < 100_000 {
				r = iotest.OneByteReader(r)
			}
		}
		if err := z.Reset(r); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d: %d bytes, want %d: %v", i, len(got), len(want), err)
		}
		if n, err := z.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Fatal(n, err)
		}
	}
}

// Every stream cut short is an error after what could be decoded, which is right; every bit that is changed is an error,
// but in what gzip does not check: flags, time, names.
func TestReaderDamaged(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	want := text(rng, 4, 1500)
	src := gzipped(6, want, nil)
	read := func(src []byte) ([]byte, error) {
		z := NewReader()
		if err := z.Reset(bytes.NewReader(src)); err != nil {
			return nil, err
		}
		return io.ReadAll(z)
	}
	for n := range len(src) {
		got, err := read(src[:n])
		if err == nil || n > 0 && !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(want, got) {
			t.Fatalf("%d of %d bytes: %v", n, len(src), err)
		}
	}
	for bit := range 8 * len(src) {
		if at := bit / 8; at > 3 && at < 10 { // time, how it was compressed, system
			continue
		}
		bad := bytes.Clone(src)
		bad[bit/8] ^= 1 << (bit % 8)
		if got, err := read(bad); err == nil && !bytes.Equal(got, want) {
			t.Fatalf("bit %d of byte %d: %d bytes", bit%8, bit/8, len(got))
		} else if at := bit / 8; err == nil && at != 3 && at != len(src)-9 { // after the last code its byte has bits that say nothing
			t.Fatalf("bit %d of byte %d is not looked at", bit%8, bit/8)
		}
	}
	for tail, wantErr := range map[string]error{
		"\x00": nil, string(make([]byte, 200_000)): nil, string(make([]byte, 200_000)) + "x": ErrTrailing, "x": ErrTrailing,
		"not gzip": ErrTrailing, "\x1f": io.ErrUnexpectedEOF, "\x1f\x8b": io.ErrUnexpectedEOF, "\x1f\x8b\x09 and nine more": ErrHeader,
	} {
		if got, err := read(append(bytes.Clone(src), tail...)); !bytes.Equal(got, want) || !errors.Is(err, wantErr) {
			t.Errorf("%.20q follows: %d bytes, %v", tail, len(got), err)
		}
	}
	for _, s := range []string{"x", "hello, this is no gzip file", "{}"} {
		if _, err := read([]byte(s)); !errors.Is(err, ErrHeader) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if err := NewReader().Reset(strings.NewReader("")); err != io.EOF {
		t.Error(err)
	}
	// A header with a checksum of its own.
	h := append([]byte{0x1f, 0x8b, 8, 2 | 8, 0, 0, 0, 0, 0, 255}, "name\x00"...)
	good := append(binary.LittleEndian.AppendUint16(bytes.Clone(h), uint16(crc32.ChecksumIEEE(h))), src[10:]...)
	if got, err := read(good); err != nil || !bytes.Equal(got, want) {
		t.Error(err)
	}
	good[len(h)] ^= 1
	if _, err := read(good); !errors.Is(err, ErrHeader) {
		t.Error(err)
	}
	failed := errors.New("failed")
	z := NewReader()
	if err := z.Reset(io.MultiReader(bytes.NewReader(src[:len(src)/2]), iotest.ErrReader(failed))); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); !errors.Is(err, failed) || !bytes.HasPrefix(want, got) {
		t.Error(len(got), err)
	}
}

// FuzzReader compares with compress/gzip: the same streams are accepted, and give the same. That one bounds names to 512
// bytes, and knows no zeros behind the last member.
func FuzzReader(f *testing.F) {
	rng := rand.New(rand.NewPCG(6, 1))
	for kind := range 5 {
		one := gzipped(6, text(rng, kind, 400), func(h *gzip.Header) { h.Name, h.Extra = "name", []byte("BC\x02\x00ab") })
		f.Add(one)
		f.Add(append(one, gzipped(1, text(rng, kind, 10), nil)...))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		const most = 1 << 18
		var want, got []byte
		wantErr := io.EOF
		for n := len(src); n > 0; n-- {
			w, err := gzip.NewReader(bytes.NewReader(src[:n]))
			if wantErr = err; err == nil {
				want, wantErr = io.ReadAll(io.LimitReader(w, most+1))
			}
			if wantErr == nil || src[n-1] != 0 {
				break
			}
		}
		z := NewReader()
		err := z.Reset(bytes.NewReader(src))
		if err == nil {
			got, err = io.ReadAll(io.LimitReader(z, most+1))
		}
		if len(want) > most || len(got) > most || len(src) > 500 && errors.Is(wantErr, gzip.ErrHeader) {
			return
		}
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, %v; compress/gzip has %d, %v", len(got), err, len(want), wantErr)
		}
	})
}

func TestZlib(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	for range 200 {
		want := text(rng, rng.IntN(5), rng.IntN(20_000))
		var b bytes.Buffer
		w, _ := zlib.NewWriterLevel(&b, rng.IntN(12)-2)
		w.Write(want)
		w.Close()
		src := b.Bytes()
		got := make([]byte, len(want))
		if err := Zlib(got, src); err != nil || !bytes.Equal(got, want) {
			t.Fatal(err)
		}
		if err := Zlib(make([]byte, len(want)+1), src); err != ErrTooShort {
			t.Fatal(err)
		}
		if err := Zlib(got, src[:rng.IntN(len(src))]); err != io.ErrUnexpectedEOF {
			t.Fatal(err)
		}
		src[len(src)-1-rng.IntN(4)] ^= 1
		if err := Zlib(got, src); err != ErrChecksum {
			t.Fatal(err)
		}
		src[rng.IntN(2)] ^= 0x55
		if err := Zlib(got, src); err != ErrCorrupt {
			t.Fatal(err)
		}
	}
}

func TestAdler32(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	full := bytes.Repeat([]byte{0xff}, 3_000_000)
	for n := range 700 {
		p := text(rng, n%5, n)
		if got, want := Adler32(p), adler32.Checksum(p); got != want {
			t.Fatalf("%d bytes: %x, want %x", n, got, want)
		}
		if got, want := Adler32(full[:n*4000]), adler32.Checksum(full[:n*4000]); got != want {
			t.Fatalf("%d times 255: %x, want %x", n*4000, got, want)
		}
	}
}

// Codes of every kind of lengths have tables that fit, and find each of them.
func TestBuild(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	var table [litSize]entry
	for range 5000 {
		// Split the longest or a random code until there are enough: always complete.
		n := 2 + rng.IntN(maxLit-2)
		lens := []uint8{1, 1}
		for len(lens) < n {
			i := len(lens) - 1
			if rng.IntN(4) > 0 {
				i = rng.IntN(len(lens))
			}
			if lens[i] == maxCode {
				continue
			}
			lens[i]++
			lens = append(lens, lens[i])
		}
		rng.Shuffle(n, func(i, j int) { lens[i], lens[j] = lens[j], lens[i] })
		if !build(table[:], litBits, lens, &litSymbols) {
			t.Fatal("refused", lens)
		}
		// The codes as RFC 1951, 3.2.2 assigns them.
		var count, next [maxCode + 1]int
		for _, l := range lens {
			count[l]++
		}
		code := 0
		count[0] = 0
		for l := 1; l <= maxCode; l++ {
			code = (code + count[l-1]) << 1
			next[l] = code
		}
		for sym, l := range lens {
			c := next[l]
			next[l]++
			var b uint64 // the code's first bit lowest
			for i := range int(l) {
				b |= uint64(c>>(int(l)-1-i)&1) << i
			}
			e, used := table[b&(1<<litBits-1)], uint(0)
			if e&(literal|special|further) == special|further {
				used = litBits
				e = table[uint(e.base())+uint(b>>litBits)&(1<<e.code()-1)]
			}
			want := litSymbols[sym].with(uint(l) - used)
			if e != want {
				t.Fatalf("symbol %d of %d bits: %x, want %x", sym, l, e, want)
			}
		}
	}
}

func BenchmarkReader(b *testing.B) {
	rng := rand.New(rand.NewPCG(10, 1))
	for kind, name := range []string{"noise", "three", "runs", "words", "json"} {
		want := text(rng, kind, 8<<20)
		src := gzipped(6, want, nil)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(want)))
			z := NewReader()
			p := make([]byte, 256<<10)
			for b.Loop() {
				if err := z.Reset(bytes.NewReader(src)); err != nil {
					b.Fatal(err)
				}
				for {
					if _, err := z.Read(p); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run(name+"/baseline", func(b *testing.B) {
			b.SetBytes(int64(len(want)))
			z := new(gzip.Reader)
			p := make([]byte, 256<<10)
			for b.Loop() {
				if err := z.Reset(bytes.NewReader(src)); err != nil {
					b.Fatal(err)
				}
				for {
					if _, err := z.Read(p); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkAdler32(b *testing.B) {
	p := make([]byte, 1<<20)
	b.Run("own", func(b *testing.B) {
		b.SetBytes(int64(len(p)))
		for b.Loop() {
			Adler32(p)
		}
	})
	b.Run("baseline", func(b *testing.B) {
		b.SetBytes(int64(len(p)))
		for b.Loop() {
			adler32.Checksum(p)
		}
	})
}
