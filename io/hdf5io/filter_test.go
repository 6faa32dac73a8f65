package hdf5io

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// shuffled is the definition of HDF5's shuffle, byte by byte.
func shuffled(b []byte, size int) []byte {
	n := len(b) / size
	out := bytes.Clone(b)
	for i := range n {
		for k := range size {
			out[k*n+i] = b[i*size+k]
		}
	}
	return out
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// summed appends the Fletcher checksum, computed by its definition with a modulus at every step.
func summed(b []byte) []byte {
	var s1, s2 uint64
	for i := 0; i < len(b); i += 2 {
		word := uint64(b[i]) << 8
		if i+1 < len(b) {
			word |= uint64(b[i+1])
		}
		s1 = (s1 + word) % 65535
		s2 = (s2 + s1) % 65535
	}
	// The folding form keeps 65535 where the modulus gives 0; the two agree unless a sum vanishes.
	return binary.LittleEndian.AppendUint32(bytes.Clone(b), uint32(s2<<16|s1))
}

func random(n int) []byte {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32() >> 5 & 0x3f)
	}
	return b
}

func TestUnshuffle(t *testing.T) {
	for _, size := range []int{1, 2, 3, 4, 5, 8, 16} {
		for _, n := range []int{0, 1, 7, 8, 15, 16, 64, 100, 1001} {
			want := random(n*size + n%size)
			got := make([]byte, len(want))
			if unshuffle(got, shuffled(want, size), size); !bytes.Equal(got, want) {
				t.Errorf("size %d, %d elements", size, n)
			}
		}
	}
	// An element longer than the chunk: nothing was shuffled.
	got := make([]byte, 3)
	if unshuffle(got, []byte{1, 2, 3}, 1<<31-1); !bytes.Equal(got, []byte{1, 2, 3}) {
		t.Errorf("got %v", got)
	}
}

// TestDecodePipelines undoes filters in many orders, with any of them skipped.
func TestDecodePipelines(t *testing.T) {
	const size = 8
	apply := map[int]func([]byte) []byte{
		filterShuffle: func(b []byte) []byte { return shuffled(b, size) }, filterDeflate: deflated, filterFletcher32: summed,
	}
	const S, D, F = filterShuffle, filterDeflate, filterFletcher32
	var s scratch
	for _, ids := range [][]int{{}, {S}, {D}, {F}, {S, D}, {D, S}, {S, D, F}, {F, D}, {F, S, D}, {S, F, D, F}, {S, S}} {
		for skipped := range uint32(1) << len(ids) {
			want := random(801 * size)
			raw := want
			var filters []filter
			for i, id := range ids {
				filters = append(filters, filter{id: id, param: size})
				if skipped&(1<<i) == 0 {
					raw = apply[id](raw)
				}
			}
			stored, got := bytes.Clone(raw), make([]byte, len(want))
			if err := decode(got, raw, filters, skipped, &s); err != nil || !bytes.Equal(got, want) {
				t.Errorf("filters %v, skipped %b: %v", ids, skipped, err)
			}
			if !bytes.Equal(raw, stored) {
				t.Errorf("filters %v: the stored bytes were changed", ids)
			}
			if err := decode(make([]byte, len(want)+size), raw, filters, skipped, &s); !errors.Is(err, ErrCorrupt) {
				t.Errorf("filters %v: a chunk of another length: %v", ids, err)
			}
		}
	}
}

func TestFletcher32(t *testing.T) {
	for _, n := range []int{1, 2, 3, 719, 720, 721, 722, 1441, 100_000} {
		stored := summed(random(n))
		if _, err := verify(stored); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		old := bytes.Clone(stored)
		binary.LittleEndian.PutUint32(old[n:], func(v uint32) uint32 { return v<<8&0xff00ff00 | v>>8&0x00ff00ff }(binary.LittleEndian.Uint32(stored[n:])))
		if _, err := verify(old); err != nil {
			t.Errorf("%d bytes, checksum of an old library: %v", n, err)
		}
		stored[n/2] ^= 4
		if _, err := verify(stored); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "checksum does not match") {
			t.Errorf("%d bytes, one changed: %v", n, err)
		}
	}
	// All ones: the sums vanish modulo 65535 and only the folding form says 65535.
	if got := fletcher32([]byte{0xff, 0xff}); got != 0xffffffff {
		t.Errorf("fletcher32(ff ff) = %08x", got)
	}
}

func TestUnLZF(t *testing.T) {
	for _, c := range []struct {
		src  []byte
		want string
	}{
		{[]byte{2, 'a', 'b', 'c'}, "abc"},
		{[]byte{0, 'a', 0x20, 0}, "aaaa"},                           // overlapping copy of 3
		{[]byte{2, 'a', 'b', 'c', 0x40, 2}, "abcabca"},              // copy of 4
		{[]byte{0, 'x', 0xe0, 1, 0}, "x" + strings.Repeat("x", 10)}, // long copy, 7+1+2
	} {
		got := make([]byte, len(c.want))
		if err := unLZF(got, c.src); err != nil || string(got) != c.want {
			t.Errorf("%v: %q, %v; want %q", c.src, got, err, c.want)
		}
	}
	for _, bad := range [][]byte{{5, 'a'}, {0x20, 0}, {0, 'a', 0x20}, {0, 'a', 0xe0}, {0, 'a', 0x20, 1}, {0, 'a', 0xff, 0xff, 0}, {3, 1, 2, 3, 4}, {}} {
		if err := unLZF(make([]byte, 3), bad); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestInflateRejects(t *testing.T) {
	good := deflated(random(1000))
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 1
	for name, src := range map[string][]byte{"empty": nil, "cut": good[:len(good)-5], "checksum": flipped, "no zlib": random(50)} {
		if err := inflateChunk(make([]byte, 1000), src); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "does not inflate") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, n := range []int{999, 1001} {
		if err := inflateChunk(make([]byte, n), good); !errors.Is(err, ErrCorrupt) {
			t.Errorf("1000 bytes into %d: %v", n, err)
		}
	}
	// The decompressor is reused after a failure.
	if err := inflateChunk(make([]byte, 1000), good); err != nil {
		t.Error(err)
	}
}

// TestDecodeRefusesBombs: a chunk that claims more than its bytes can expand to is refused without being given memory.
func TestDecodeRefusesBombs(t *testing.T) {
	err := decode(make([]byte, 1<<24), []byte{1, 2, 3}, []filter{{id: filterDeflate}}, 0, &scratch{})
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "cannot make a chunk") {
		t.Error(err)
	}
}

// FuzzDecode: no stored bytes and no pipeline make decode panic, hang or write outside dst.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{filterShuffle, filterDeflate, filterFletcher32}, summed(deflated(shuffled(random(256), 4))), uint16(256), uint32(4), uint32(0))
	f.Add([]byte{filterDeflate}, deflated(random(1000)), uint16(1000), uint32(8), uint32(0))
	f.Add([]byte{9}, []byte{2, 'a', 'b', 'c', 0x40, 2}, uint16(7), uint32(1), uint32(0))
	f.Fuzz(func(t *testing.T, ids, raw []byte, n uint16, param, skipped uint32) {
		if len(ids) > 6 {
			return
		}
		var filters []filter
		for _, id := range ids {
			if id == 9 {
				filters = append(filters, filter{id: filterLZF})
			} else {
				filters = append(filters, filter{id: int(id), param: param})
			}
		}
		guarded := bytes.Repeat([]byte{0xa5}, int(n)+64)
		err := decode(guarded[32:32+int(n):32+int(n)], bytes.Clone(raw), filters, skipped, &scratch{})
		for i := range 32 {
			if guarded[i] != 0xa5 || guarded[32+int(n)+i] != 0xa5 {
				t.Fatal("wrote outside its destination")
			}
		}
		if err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrFilter) {
			t.Fatalf("unexpected error %v", err)
		}
	})
}
