package pack

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

type inner struct {
	name  string
	parts [2]string
	when  time.Time
}

type sample struct {
	ID    int32
	flag  bool
	Rate  float64
	Tags  []string
	in    inner
	Table map[string][]float64
	Raw   []byte
	kids  []sample
	_     struct{}
	_     int8
}

func samples() []sample {
	zone := time.FixedZone("", 5400)
	return []sample{
		{},
		{ID: -1, flag: true, Rate: math.Copysign(0, -1), Tags: []string{}, Raw: []byte{0, 255}},
		{Tags: []string{"", "häßlich", strings.Repeat("x", 100_000)}, in: inner{"n", [2]string{"a", ""}, time.Now()}},
		{in: inner{when: time.Date(2026, 1, 2, 3, 4, 5, 6, zone)}, Table: map[string][]float64{"a": {1, 2}, "": nil, "b": {}}},
		{in: inner{when: time.Unix(1, 2).UTC()}, Table: map[string][]float64{}, kids: []sample{{ID: 7, kids: []sample{{}}}, {}}},
	}
}

// roundTrip writes items, reads them back from a stream that goes on behind them, and compares.
func roundTrip[T any](t *testing.T, items []T) []T {
	t.Helper()
	if !Of[T]().CanWrite() {
		t.Fatalf("%T cannot be written", items)
	}
	var b bytes.Buffer
	if err := Write(&b, items); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	b.WriteString("rest")
	in := bufio.NewReader(&b)
	got, err := Read[T](in)
	if err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(in); string(rest) != "rest" {
		t.Fatalf("%q is left", rest)
	}
	for n := 0; n < len(whole); n += 1 + len(whole)/100 {
		if got, err := Read[T](bufio.NewReader(bytes.NewReader(whole[:n]))); err == nil {
			t.Fatalf("%d bytes of %d give %v", n, len(whole), got)
		}
	}
	return got
}

func same[T any](t *testing.T, items ...T) {
	t.Helper()
	for _, list := range [][]T{nil, {}, items} {
		if got := roundTrip(t, list); !reflect.DeepEqual(got, list) {
			t.Errorf("got %#v\nwant %#v", got, list)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	same(t, 1, -2, math.MaxInt)
	same(t, "", "a", strings.Repeat("long ", 1000))
	same(t, []byte(nil), []byte{}, []byte("x"))
	same(t, [2][]string{{"a"}, nil}, [2][]string{})
	same(t, struct{}{}, struct{}{})
	same(t, [0]string{}, [0]string{})
	same(t, []struct{}{{}, {}})
	same(t, map[[2]int8]string{{1, 2}: "x"}, nil)
	same(t, time.Now(), time.Time{}, time.Unix(5, 0).In(time.FixedZone("here", 60)))
	same(t, samples()...)
}

// What DeepEqual does not see, or calls different, is kept too.
func TestRoundTripBits(t *testing.T) {
	odd := math.Float64frombits(0x7ff8_0000_dead_beef)
	got := roundTrip(t, []map[string]float64{{"nan": odd, "zero": math.Copysign(0, -1)}})
	if math.Float64bits(got[0]["nan"]) != 0x7ff8_0000_dead_beef || !math.Signbit(got[0]["zero"]) {
		t.Error(got)
	}
	zone := time.FixedZone("here", 60)
	now := time.Now().In(zone)
	if back := roundTrip(t, []time.Time{now}); back[0] != now || back[0].Location() != zone {
		t.Errorf("%v is not %v", back[0], now)
	}
	nans := roundTrip(t, []map[float64]int{{math.NaN(): 1, math.Inf(1): 2}})
	if len(nans[0]) != 2 {
		t.Error(nans)
	}
}

func TestRefused(t *testing.T) {
	type node struct {
		next *node
		list []node
	}
	_ = node{next: nil, list: nil}
	refused := map[string]*Type{
		"pointer": Of[*int](), "interface": Of[any](), "error": Of[struct{ err error }](), "func": Of[[]func()](),
		"chan": Of[[1]chan int](), "map": Of[map[string]any](), "key": Of[map[any]int](), "inside itself": Of[node](),
	}
	for name, typ := range refused {
		if typ.CanWrite() {
			t.Errorf("%s: %v can be written", name, typ.typ)
		}
	}
	if err := Write(io.Discard, []*int{nil}); err == nil || !strings.Contains(err.Error(), "*int") {
		t.Error(err)
	}
	if _, err := Read[any](nil); err == nil {
		t.Error("read")
	}
}

func TestFlat(t *testing.T) {
	type pair struct {
		a int8
		b [3]float64
	}
	_ = pair{a: 1, b: [3]float64{}}
	if !Of[pair]().Flat() || !Of[[4]pair]().Flat() || Of[sample]().Flat() || Of[[0]*int]().Flat() {
		t.Error("flat is not what has no pointers")
	}
}

// The collector must know what was read: damage would show as a fault or other values after collections.
func TestReadSurvivesCollection(t *testing.T) {
	want := samples()
	var all [][]sample
	for range 50 {
		all = append(all, roundTrip(t, want))
		runtime.GC()
	}
	for _, got := range all {
		if !reflect.DeepEqual(got, want) {
			t.Fatal("values have changed")
		}
	}
}

func TestSize(t *testing.T) {
	ten := strings.Repeat("x", 10)
	p := new([100]byte)
	for i, c := range []struct{ got, want int64 }{
		{SizeOf([]int(nil)), 0},
		{SizeOf(make([]int, 3, 7)), 56},
		{SizeOf([]string{ten, "", ten}), 3*16 + 20},
		{SizeOf([][]int32{make([]int32, 2, 5), nil}), 2*24 + 20},
		{SizeOf([]*[100]byte{p, nil, p}), 3*8 + 200},
		{SizeOf([]any{ten, 1, nil, p}), 4*16 + (16 + 10) + 8 + 8*0 + 100},
		{SizeOf([]struct {
			s []string
			n int
		}{{[]string{ten, ten}, 1}}), 32 + 2*16 + 20},
		{SizeOf([]map[int64]int64{{1: 2, 3: 4}, nil}), 2*8 + 48 + 2*22},
	} {
		if c.got != c.want {
			t.Errorf("case %d: %d, want %d", i, c.got, c.want)
		}
	}
}

// Of many elements a few are looked at, spread over all.
func TestSizeOfMany(t *testing.T) {
	items := make([]string, 1_000_000)
	exact := int64(len(items)) * 16
	for i := range items {
		items[i] = strings.Repeat("x", i*100/len(items))
		exact += int64(len(items[i]))
	}
	if got := SizeOf(items); math.Abs(float64(got-exact)) > 0.02*float64(exact) {
		t.Errorf("%d, exactly %d", got, exact)
	}
}

// A value that refers to itself has an end all the same.
func TestSizeOfCycle(t *testing.T) {
	type node struct {
		next *node
		any  any
	}
	n := &node{}
	n.next, n.any = n, n
	if got := SizeOf([]*node{n}); got < 8 || got > 1<<20 {
		t.Error(got)
	}
}

// FuzzRead reads what nobody has written: it must not panic, nor take memory beyond what is there.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := Write(&b, samples()[:2]); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte{0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, data []byte) {
		Read[inner](bytes.NewReader(data))
		Read[string](bytes.NewReader(data))
		Read[map[string]time.Time](bytes.NewReader(data))
	})
}

func BenchmarkSizeOf(b *testing.B) {
	items := make([]sample, 10_000)
	for i := range items {
		items[i] = samples()[3]
	}
	for b.Loop() {
		SizeOf(items)
	}
}

func BenchmarkWriteRead(b *testing.B) {
	items := make([]sample, 1000)
	for i := range items {
		items[i] = samples()[3]
	}
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := Write(&buf, items); err != nil {
			b.Fatal(err)
		}
		if _, err := Read[sample](bufio.NewReader(&buf)); err != nil {
			b.Fatal(err)
		}
	}
}
