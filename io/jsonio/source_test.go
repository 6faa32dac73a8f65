package jsonio

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomagpie/magpie/bag"
	"github.com/gomagpie/magpie/io/fileio"
	"github.com/gomagpie/magpie/sched"
)

// modes are the ways to run that must not matter.
var modes = map[string]sched.Option{"sync": sched.Sync(), "1 worker": sched.Workers(1), "2 workers": sched.Workers(2), "8 workers": sched.Workers(8)}

// write makes a file, compressed if its name ends in .gz.
func write(t testing.TB, path, text string) string {
	t.Helper()
	data := []byte(text)
	if strings.HasSuffix(path, ".gz") {
		data = gzipped(t, text)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type account struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// readOne reads a file of accounts directly from its source.
func readOne(t testing.TB, path string, opts ...Option) ([]account, error) {
	t.Helper()
	s := &source[account]{[]string{path}, settle(opts), decodeAll[account]}
	var got []account
	err := s.Each(t.Context(), 0, func(a account) bool {
		got = append(got, a)
		return true
	})
	return got, err
}

func TestLines(t *testing.T) {
	alice, bob := account{1, "Alice"}, account{2, "Bob"}
	cases := []struct {
		name, text string
		want       []account
	}{
		{"usual", `{"id":1,"name":"Alice"}` + "\n" + `{"id":2,"name":"Bob"}` + "\n", []account{alice, bob}},
		{"no newline at the end", `{"id":1,"name":"Alice"}` + "\n" + `{"id":2,"name":"Bob"}`, []account{alice, bob}},
		{"CR LF", `{"id":1,"name":"Alice"}` + "\r\n" + `{"id":2,"name":"Bob"}` + "\r\n", []account{alice, bob}},
		{"blank lines", "\n \n" + `{"id":1,"name":"Alice"}` + "\n\t\r\n\n", []account{alice}},
		{"byte order mark", "\ufeff" + `{"id":1,"name":"Alice"}`, []account{alice}},
		{"space around", " \t" + `{"id":1,"name":"Alice"}` + " \r\n", []account{alice}},
		{"empty", "", nil},
		{"unknown and missing keys", `{"x":[1,{"y":2}],"id":1}`, []account{{ID: 1}}},
		{"duplicate key: the last", `{"id":7,"name":"Bob","id":1,"name":"Alice"}`, []account{alice}},
		{"half a surrogate pair", `{"name":"\ud800"}`, []account{{Name: "\ufffd"}}},
		{"null", "null\n", []account{{}}},
	}
	for _, c := range cases {
		for _, file := range []string{"a.json", "a.json.gz"} {
			got, err := readOne(t, write(t, filepath.Join(t.TempDir(), file), c.text))
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s, %s: %v, error %v; want %v", c.name, file, got, err, c.want)
			}
		}
	}
}

func TestRecordErrors(t *testing.T) {
	const good = `{"id":1,"name":"Alice"}`
	huge := `{"name":"` + strings.Repeat("x", 1<<20) + `"}`
	cases := []struct {
		name, line, cause string
	}{
		{"syntax", `{"id":x}`, "invalid character 'x' looking for beginning of value"},
		{"type", `{"id":"one"}`, "json: cannot unmarshal string into Go struct field account.id of type int"},
		{"cut off", `{"id":1`, "unexpected end of JSON input"},
		{"trailing garbage", good + " x", "invalid character 'x' after top-level value"},
		{"two values", good + good, "invalid character '{' after top-level value"},
		{"control character", "{\"name\":\"a\x01\"}", `invalid character '\x01' in string`},
		{"UTF-8", "{\"name\":\"a\xff\"}", "invalid UTF-8 at byte 11"},
		{"UTF-8 in an unknown key", "{\"\xc3\x28\":1}", "invalid UTF-8 at byte 3"},
		{"too long", huge, "line too long: more than 1048576 bytes"},
		{"byte order mark in the middle", "\ufeff" + good, `invalid character '\ufeff' looking for beginning of value`},
	}
	for _, c := range cases {
		path := write(t, filepath.Join(t.TempDir(), "a.json.gz"), "\n"+good+"\r\n"+c.line+"\n"+good+"\n")
		got, err := readOne(t, path, MaxLine(1<<20))
		bad, ok := errors.AsType[*RecordError](err)
		if !ok {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		want := &RecordError{Format: "jsonio", Path: path, Record: 3, Offset: int64(1 + len(good) + 2), Snippet: c.line[:min(len(c.line), 80)], Err: bad.Err}
		if !reflect.DeepEqual(bad, want) || bad.Err.Error() != c.cause || len(got) != 1 {
			t.Errorf("%s: %d records, then %+v\nwant %+v, %s", c.name, len(got), bad, want, c.cause)
		}
		text := fmt.Sprintf("jsonio: %s: record 3 (offset 26): %s: near %q", path, c.cause, want.Snippet)
		if err.Error() != text {
			t.Errorf("%s: got %s\nwant %s", c.name, err, text)
		}

		counter := SkipCounter{Keep: 1}
		got, err = readOne(t, path, MaxLine(1<<20), OnError(Skip), CountSkipped(&counter))
		if err != nil || len(got) != 2 || counter.Count() != 1 || len(counter.Errors()) != 1 || counter.Errors()[0].Record != 3 {
			t.Errorf("%s, skipping: %v, error %v, %d skipped, %v", c.name, got, err, counter.Count(), counter.Errors())
		}
	}
}

func TestReplaceInvalidUTF8(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.json"), "{\"name\":\"a\xff\xfeb\xc3\"}\n")
	got, err := readOne(t, path, ReplaceInvalidUTF8())
	if want := []account{{Name: "a\ufffdb\ufffd"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, error %v; want %v", got, err, want)
	}
	names, err := SelectRaw(path, Query{Path: "name"}, ReplaceInvalidUTF8()).Compute(t.Context())
	if err != nil || len(names) != 1 || string(names[0]) != "\"a\ufffdb\ufffd\"" {
		t.Errorf("%q, error %v", names, err)
	}
}

func TestStreamErrorText(t *testing.T) {
	text := strings.Repeat("1\n", 1000)
	whole := gzipped(t, text)
	path := filepath.Join(t.TempDir(), "a.json.gz")
	if err := os.WriteFile(path, whole[:len(whole)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	err := (&source[int]{[]string{path}, settle(nil), decodeAll[int]}).Each(t.Context(), 0, func(int) bool { return true })
	want := fmt.Sprintf("jsonio: after record 1000: fileio: read %s: at byte 2000 (compressed %d): unexpected EOF", path, len(whole)-1)
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestTruncated cuts a compressed file at every byte: there is always an error, whatever bad records do.
func TestTruncated(t *testing.T) {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, `{"id":%d,"name":"Alice"}`+"\n", i)
	}
	whole := gzipped(t, text.String())
	path := filepath.Join(t.TempDir(), "a.json.gz")
	for cut := range whole {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		for _, policy := range []Policy{Fail, Skip} {
			_, err := readOne(t, path, OnError(policy))
			fe, ok := errors.AsType[*fileio.FileError](err)
			if !ok || !errors.Is(err, io.ErrUnexpectedEOF) || fe.Path != path {
				t.Fatalf("cut at %d, policy %d: error %v", cut, policy, err)
			}
		}
		if sum, err := bag.Sum(Select(path, Query{Path: "id"})).Compute(t.Context()); err == nil {
			t.Fatalf("cut at %d: sum %v", cut, sum)
		}
	}
}

func TestBags(t *testing.T) {
	dir := t.TempDir()
	want := []account{}
	for i := range 12 { // names count 0 … 11, which only natural order keeps
		var text strings.Builder
		for j := range i {
			a := account{100*i + j, []string{"Alice", "Bob"}[j%2]}
			want = append(want, a)
			fmt.Fprintf(&text, `{"id":%d,"name":%q,"tx":[{"amount":%d},{"amount":0.5},{}]}`+"\n", a.ID, a.Name, a.ID)
		}
		write(t, fmt.Sprintf("%s/a.%d.json.gz", dir, i), text.String())
	}
	pattern := dir + "/a.*.json.gz"
	var amounts []float64
	for _, a := range want {
		if a.Name == "Alice" {
			amounts = append(amounts, float64(a.ID), 0.5)
		}
	}
	q := Query{Path: "tx.amount", Where: []Cond{{Path: "name", Value: "Alice"}}}
	for name, mode := range modes {
		lines := Lines[account](pattern)
		got, err := lines.Compute(t.Context(), mode)
		if err != nil || !slices.Equal(got, want) || lines.NumPartitions() != 12 {
			t.Errorf("%s: Lines: %d records in %d partitions, error %v; want %d in 12", name, len(got), lines.NumPartitions(), err, len(want))
		}
		numbers, err := Select(pattern, q).Compute(t.Context(), mode)
		if err != nil || !slices.Equal(numbers, amounts) {
			t.Errorf("%s: Select: %v, error %v; want %v", name, numbers, err, amounts)
		}
		n, err := Matches(pattern, q).Count().Compute(t.Context(), mode)
		if err != nil || n != len(amounts) {
			t.Errorf("%s: Matches: %d, error %v; want %d", name, n, err, len(amounts))
		}
		records, err := Matches(pattern, Query{}).Count().Compute(t.Context(), mode)
		if err != nil || records != len(want) {
			t.Errorf("%s: records: %d, error %v; want %d", name, records, err, len(want))
		}
		raw, err := SelectRaw(pattern, Query{Path: "tx", Where: q.Where}).Compute(t.Context(), mode)
		if err != nil || len(raw) != 3*len(amounts)/2 || string(raw[1]) != `{"amount":0.5}` {
			t.Errorf("%s: SelectRaw: %d values, error %v", name, len(raw), err)
		}
	}
}

func TestSelectErrors(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.json"), `{"k":1,"v":[1,2]}`+"\n"+`{"k":2,"v":[3,"12,5"]}`+"\n"+`{"k":3,"v":[4,null,[5]]}`+"\n"+`{"k":4,"v":1e999}`+"\n{}\n")
	_, err := Select(path, Query{Path: "v"}).Compute(t.Context())
	bad, ok := errors.AsType[*RecordError](err)
	if !ok || bad.Record != 2 || bad.Err.Error() != `value at "v" is not a number: "12,5"` {
		t.Errorf("error %v", err)
	}
	_, err = Select(path, Query{Path: "v", Where: []Cond{{Path: "k", Value: "4"}}}).Compute(t.Context())
	if ve, ok := errors.AsType[*ValueError](err); !ok || ve.Path != "v" || ve.Value != "1e999" {
		t.Errorf("error %v", err)
	}
	var counter SkipCounter
	got, err := Select(path, Query{Path: "v"}, OnError(Skip), CountSkipped(&counter)).Compute(t.Context(), sched.Sync())
	if err != nil || !slices.Equal(got, []float64{1, 2, 4, 5}) || counter.Count() != 2 {
		t.Errorf("skipping: %v, error %v, %d skipped; a bad record must leave nothing", got, err, counter.Count())
	}
	got, err = Select(path, Query{Path: "v", Where: []Cond{{Path: "k", Value: "3"}}}).Compute(t.Context())
	if err != nil || !slices.Equal(got, []float64{4, 5}) {
		t.Errorf("bad values in records that do not count: %v, error %v", got, err)
	}
}

func TestSkipCounter(t *testing.T) {
	dir := t.TempDir()
	for i := range 12 {
		write(t, fmt.Sprintf("%s/%d.json", dir, i), "1\nx\n2\ny\nz\n")
	}
	for name, mode := range modes {
		counter := SkipCounter{Keep: 7}
		got, err := Select(dir+"/*.json", Query{}, OnError(Skip), CountSkipped(&counter)).Compute(t.Context(), mode)
		if err != nil || len(got) != 24 || counter.Count() != 36 {
			t.Errorf("%s: %d values, error %v, %d skipped; want 24 and 36", name, len(got), err, counter.Count())
		}
		var where []string
		for _, e := range counter.Errors() {
			where = append(where, fmt.Sprintf("%s:%d", filepath.Base(e.Path), e.Record))
		}
		if want := "0.json:2 0.json:4 0.json:5 1.json:2 1.json:4 1.json:5 2.json:2"; strings.Join(where, " ") != want {
			t.Errorf("%s: kept %v\nwant %s", name, where, want)
		}
	}
}

func TestNoFiles(t *testing.T) {
	b := Lines[account](t.TempDir() + "/*.json")
	if err := b.Err(); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "jsonio: fileio: no file matches ") {
		t.Errorf("Err() = %v", err)
	}
	if _, err := b.Compute(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Compute: %v", err)
	}
}

func TestStopsEarly(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.json"), "[1,2]\nnot JSON\n")
	s := &source[json.RawMessage]{[]string{path}, settle(nil), decodeAll[json.RawMessage]}
	n := 0
	if err := s.Each(t.Context(), 0, func(json.RawMessage) bool { n++; return false }); err != nil || n != 1 {
		t.Errorf("%d elements, error %v", n, err)
	}
}

func TestElementsAreFresh(t *testing.T) {
	type record struct {
		S   string          `json:"s"`
		Raw json.RawMessage `json:"raw"`
		L   []int           `json:"l"`
	}
	path := write(t, filepath.Join(t.TempDir(), "a.json"), `{"s":"aaaa","raw":[1],"l":[1,2]}`+"\n"+`{"s":"bbbb","raw":[2],"l":[3,4]}`+"\n"+`{"s":"cccc","raw":[3],"l":[5]}`)
	got, err := Lines[record](path).Compute(t.Context())
	want := []record{{"aaaa", json.RawMessage("[1]"), []int{1, 2}}, {"bbbb", json.RawMessage("[2]"), []int{3, 4}}, {"cccc", json.RawMessage("[3]"), []int{5}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, error %v; want %v", got, err, want)
	}
	raw, err := SelectRaw(path, Query{Path: "raw"}).Compute(t.Context())
	if err != nil || fmt.Sprintf("%s", raw) != "[1 2 3]" {
		t.Errorf("%s, error %v", raw, err)
	}
}

func TestContext(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.json.gz"), strings.Repeat("1\n", 1<<20))
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := &source[int]{[]string{path}, settle(nil), decodeAll[int]}
	n := 0
	err := s.Each(ctx, 0, func(int) bool {
		n++
		cancel(cause)
		return true
	})
	if !errors.Is(err, cause) || n > 1<<18 {
		t.Errorf("error %v after %d elements", err, n)
	}
}
