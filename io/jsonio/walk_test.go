package jsonio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// decodeAny builds a record as the obvious oracle does.
func decodeAny(t testing.TB, record []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(record))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", record, err)
	}
	return v
}

// valuesAt returns the values at a path by its definition.
func valuesAt(v any, keys []string) []any {
	switch v := v.(type) {
	case []any:
		var all []any
		for _, e := range v {
			all = append(all, valuesAt(e, keys)...)
		}
		return all
	case map[string]any:
		if len(keys) > 0 {
			if member, ok := v[keys[0]]; ok {
				return valuesAt(member, keys[1:])
			}
			return nil
		}
	}
	if len(keys) > 0 {
		return nil
	}
	return []any{v}
}

// holdsNaive decides a condition by its definition.
func holdsNaive(v any, c Cond) bool {
	keys, err := splitPath(c.Path)
	if err != nil {
		panic(err)
	}
	for _, v := range valuesAt(v, keys) {
		equal := false
		switch v := v.(type) {
		case string:
			equal = v == c.Value
		case bool, nil:
			equal = fmt.Sprint(v) == c.Value || v == nil && c.Value == "null"
		case json.Number:
			equal = sameNumber(v.String(), c.Value)
		}
		if equal {
			return !c.Not
		}
	}
	return c.Not
}

func sameNumber(a, b string) bool {
	if !json.Valid([]byte(b)) || strings.TrimSpace(b) != b {
		return false
	}
	if !strings.ContainsAny(a+b, ".eE") && a != "-0" && b != "-0" {
		x, okX := new(big.Int).SetString(a, 10)
		y, okY := new(big.Int).SetString(b, 10)
		return okX && okY && x.Cmp(y) == 0
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

// checkRecord compares a walk over a record with what the query means.
func checkRecord(t testing.TB, w *walker, q Query, record []byte) {
	t.Helper()
	ok, err := w.find(record)
	if valid := json.Valid(record); valid != (err == nil) {
		t.Fatalf("%q: valid %v, error %v", record, valid, err)
	}
	if err != nil || !utf8.Valid(record) {
		return
	}
	v := decodeAny(t, record)
	want := true
	for _, c := range q.Where {
		want = want && holdsNaive(v, c)
	}
	if ok != want {
		t.Fatalf("%q where %v: %v, want %v", record, q.Where, ok, want)
	}
	if !ok {
		return
	}
	keys, err := splitPath(q.Path)
	if err != nil {
		t.Fatal(err)
	}
	values := []any{v}
	if len(keys) > 0 {
		values = nil
		for _, v := range valuesAt(v, keys) {
			if v != nil {
				values = append(values, v)
			}
		}
	}
	if len(w.found) != len(values) {
		t.Fatalf("%q at %q: %d values, want %d", record, q.Path, len(w.found), len(values))
	}
	for i, s := range w.found {
		raw := w.record[s.start:s.end]
		if got := decodeAny(t, raw); !reflect.DeepEqual(got, values[i]) {
			t.Fatalf("%q at %q, value %d: %s, want %v", record, q.Path, i, raw, values[i])
		}
		number, isNumber := values[i].(json.Number)
		got, err := w.query.float(raw)
		if !isNumber {
			if err == nil {
				t.Fatalf("%q at %q: %s is the number %v", record, q.Path, raw, got)
			}
			continue
		}
		want, wantErr := strconv.ParseFloat(number.String(), 64)
		if (err == nil) != (wantErr == nil) || err == nil && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: %v, %v; want %v, %v", raw, got, err, want, wantErr)
		}
	}
}

func newWalker(t testing.TB, q Query) *walker {
	t.Helper()
	c, err := compile(q)
	if err != nil {
		t.Fatal(err)
	}
	return &walker{query: c}
}

// records are small records for tests and the start of fuzzing: valid and not, one reason each.
var records = []string{
	``, ` `, `1`, `-0`, `01`, `1.`, `.5`, `1.5e`, `1e5`, `1E+05`, `-`, `--1`, `+1`, `NaN`, `Infinity`, `1e999`, `0x10`, `1 2`, `9007199254740993`,
	`123456789012345678901234567890`, `0.1`, `0.30000000000000004`, `4.9e-324`, `1.7976931348623157e308`, `123456.789`, `-2.5`, `12345678`, `1234567890123456`, `0.0000000000000000000000001`,
	`true`, `tru`, `truee`, `nul`, `null`, `false`, `falze`, `TRUE`,
	`""`, `"a`, `"a\`, `"\`, `"\x"`, `"\u12"`, `"\u12G4"`, `"\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00"`, `"\ud800\ud800\udc00"`, "\"\x00\"", "\"\x1f\"", "\"\x7f\"", "\"\t\"", `"é漢"`, "\"\xff\"",
	`"1234567"`, `"12345678"`, `"123456\n"`, `"1234567\n8"`, `"\"\\\/\b\f\n\r\t"`,
	`[]`, `[ ]`, `[1]`, `[1,]`, `[,1]`, `[1 2]`, `[1`, `[`, `]`, `[[[]]]`, `[1,[2,[3]]]`,
	`{}`, `{ }`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{a:1}`, `{'a':1}`, `{"a":1`, `{"a"`, `{`, `}`, `{"a":1}}`, `{"a":1},`, `{"a":1}x`, `{1:2}`,
	"\t{\r\n\"a\" : 1 }\r\n", "\v1", "\u00a01", "{\"a\":1}\x00",
	`{"a":1}`, `{"a":{"b":2}}`, `{"a":{"b":[1,2,{"c":3}]}}`, `{"a":[{"b":1},{"b":2},{"c":3},4,null]}`, `{"a":[[{"b":[5,[6]]}]]}`, `[{"a":{"b":1}},{"a":{"b":2}}]`,
	`{"a":1,"a":2}`, `{"a":{"b":1},"a":{"b":2}}`, `{"a":{"b":1},"a":{"c":2}}`, `{"a":{"b":1},"a":7}`, `{"a":[{"b":1},{"b":2,"b":3}]}`, `{"a":{"b":1,"b":[2,3]},"k":"x","k":"y"}`, `{"k":"y","k":"x","a":{"b":1}}`,
	`{"\u0061":{"\u0062":1}}`, `{"a":{"b":"\u0061"}}`, `{"A":{"B":1}}`, `{"a.b":1}`, `{"a":{"":{"b":1}}}`, `{"a\nb":1,"a\\nb":2}`,
	`{"a":{"b":null}}`, `{"a":null}`, `{"a":{"b":true}}`, `{"a":{"b":{}}}`, `{"a":{"b":"x"},"k":"x"}`, `{"k":1000,"a":{"b":1}}`, `{"k":1e3,"a":{"b":1}}`, `{"k":"1e3","a":{"b":1}}`,
	`{"k":"y","a":{"b":1},"k":"x"}`, `{"k":"y","a":{"b":1},"a":{"b":2},"k":"x"}`, `{"k":"x","a":{"b":1},"k":"y"}`, `[{"k":"y","a":{"b":1}},{"k":"x","a":{"b":2}}]`, `{"k":"y","a":{"b":1`,
	`{"k":[1,"x",null],"a":{"b":[1,2]}}`, `{"k":true,"a":{"b":1}}`, `{"k":{"x":1},"a":{"b":1}}`, `{"k":-0,"a":{"b":1}}`, `{"k":0.0,"a":{"b":1}}`, `{"k":9007199254740993,"a":{"b":1}}`,
	`{"k":1,"z":{"deep":[1,{"x":"\u00e9"}]},"a":{"b":1.25}}`, `{"k":1,"z":{"deep":[1,{"x":"\u00eg"}]},"a":{"b":1.25}}`,
}

// queries are asked of all records.
var queries = []Query{
	{}, {Path: "a"}, {Path: "a.b"}, {Path: "a.b.c"}, {Path: `a\.b`}, {Path: `a\\nb`}, {Path: "k"},
	{Path: "a.b", Where: []Cond{{Path: "k", Value: "x"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "x", Not: true}}},
	{Path: "a.b", Where: []Cond{{Path: "k", Value: "1000"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "1e3"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "0"}}},
	{Path: "a.b", Where: []Cond{{Path: "k", Value: "9007199254740992"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "true"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "null"}}},
	{Path: "a", Where: []Cond{{Path: "a.b", Value: "2"}}}, {Path: "a.b", Where: []Cond{{Path: "a.b", Value: "2"}}}, {Path: "a.b", Where: []Cond{{Path: "a", Value: "2"}, {Path: "a.c", Value: "2", Not: true}}},
	{Where: []Cond{{Path: "a.b", Value: "a"}}}, {Path: "a.b", Where: []Cond{{Path: "k", Value: "x"}, {Path: "k", Value: "y", Not: true}}},
}

func TestFind(t *testing.T) {
	for _, q := range queries {
		w := newWalker(t, q)
		for _, r := range records {
			checkRecord(t, w, q, []byte(r))
			checkRecord(t, w, q, []byte(`{"z":0,"a":`+r+`,"k":"x"}`))
			checkRecord(t, w, q, []byte(`[{"a":{"b":`+r+`}},[0],{"k":`+r+`}]`))
			for cut := range len(r) {
				checkRecord(t, w, q, []byte(r[:cut]))
			}
		}
	}
}

func TestDepth(t *testing.T) {
	w := newWalker(t, Query{Path: "a"})
	for _, n := range []int{depthMax - 1, depthMax, depthMax + 1, 3 * depthMax} {
		for _, around := range [][2]string{{"[", "]"}, {`{"a":`, "}"}, {`{"b":`, "}"}} {
			inner := "1"
			record := []byte(strings.Repeat(around[0], n) + inner + strings.Repeat(around[1], n))
			if _, err := w.find(record); (err == nil) != json.Valid(record) || (err == nil) != (n <= depthMax) {
				t.Errorf("%d times %s: error %v", n, around[0], err)
			}
		}
	}
}

// randomJSON appends a random value, of keys and strings that the queries ask for.
func randomJSON(rng *rand.Rand, b []byte, depth int) []byte {
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	kind := rng.IntN(10)
	if depth > 4 {
		kind = rng.IntN(5)
	}
	gap := func() { b = append(b, pick("", "", "", " ", "\t \n")...) }
	switch {
	case kind < 2:
		return append(b, pick("0", "-0", "1", "1000", "1e3", "0.5", "-12.75", "123456789", "1.5E-7", "9007199254740993", "true", "false", "null")...)
	case kind < 5:
		return append(b, pick(`""`, `"x"`, `"\u0078"`, `"y"`, `"a longer string, without escapes"`, `"é漢\n\ud83d\ude00"`, `"1000"`)...)
	case kind < 7:
		b = append(b, '[')
		for i := range rng.IntN(4) {
			if i > 0 {
				b = append(b, ',')
			}
			gap()
			b = randomJSON(rng, b, depth+1)
			gap()
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i := range rng.IntN(5) {
		if i > 0 {
			b = append(b, ',')
		}
		gap()
		b = append(b, pick(`"a"`, `"b"`, `"c"`, `"k"`, `"a"`, `"b"`, `"\u0061"`, `"a.b"`, `"other"`, `""`)...)
		gap()
		b = append(b, ':')
		gap()
		b = randomJSON(rng, b, depth+1)
		gap()
	}
	return append(b, '}')
}

func TestFindRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var walkers []*walker
	for _, q := range queries {
		walkers = append(walkers, newWalker(t, q))
	}
	const noise = "{}[]\":,\\ue0123456789-+.tfnaxk \x00\x1f\xff\n"
	for range 4000 {
		record := randomJSON(rng, nil, 0)
		i := rng.IntN(len(queries))
		checkRecord(t, walkers[i], queries[i], record)
		for range 5 {
			bad := bytes.Clone(record)
			bad[rng.IntN(len(bad))] = noise[rng.IntN(len(noise))]
			checkRecord(t, walkers[i], queries[i], bad)
		}
	}
}

func TestFindAllocations(t *testing.T) {
	w := newWalker(t, Query{Path: "a.b", Where: []Cond{{Path: "k", Value: "x"}}})
	record := padded([]byte(`{"k":"\u0078","z":[1,2.5,{"q":null}],"a":[{"b":1},{"\u0062":2}]}`))
	if n := testing.AllocsPerRun(100, func() {
		if ok, err := w.find(record); !ok || err != nil || len(w.found) != 2 {
			t.Fatal(ok, err, w.found)
		}
	}); n != 0 {
		t.Errorf("%v allocations a record", n)
	}
}

// FuzzSelect holds the walk to encoding/json: the same records are valid, and the same values are found.
func FuzzSelect(f *testing.F) {
	for _, r := range records {
		f.Add([]byte(r), "a.b", "k=x")
	}
	f.Add([]byte(`{"a":{"b":1,"b":[2,3]},"k":"x"}`), "a.b", "a.b!=1")
	f.Fuzz(func(t *testing.T, record []byte, path, where string) {
		q := Query{Path: path}
		if c, err := ParseCond(where); err == nil {
			q.Where = []Cond{c}
		}
		c, err := compile(q)
		if err != nil {
			return // it is no query
		}
		checkRecord(t, &walker{query: c}, q, record)
	})
}
