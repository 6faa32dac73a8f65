package jsonio

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestSplitPath(t *testing.T) {
	cases := []struct {
		path string
		want []string // nil: an error, or the empty path
	}{
		{"", nil}, {"a", []string{"a"}}, {"a.b.c", []string{"a", "b", "c"}}, {`a\.b.c`, []string{"a.b", "c"}}, {`a\\.b`, []string{`a\`, "b"}},
		{"transaction-id", []string{"transaction-id"}}, {"é.漢", []string{"é", "漢"}},
		{".", nil}, {"a.", nil}, {".a", nil}, {"a..b", nil}, {`a\`, nil},
	}
	for _, c := range cases {
		got, err := splitPath(c.path)
		if (err != nil) != (c.want == nil && c.path != "") || err == nil && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %q, error %v; want %q", c.path, got, err, c.want)
		}
	}
}

func TestParseCond(t *testing.T) {
	cases := []struct {
		text string
		want Cond
		err  string
	}{
		{text: "name=Alice", want: Cond{Path: "name", Value: "Alice"}},
		{text: "name!=Alice", want: Cond{Path: "name", Value: "Alice", Not: true}},
		{text: "a.b= x = y ", want: Cond{Path: "a.b", Value: " x = y "}},
		{text: "name=", want: Cond{Path: "name"}},
		{text: `a\=b=1`, want: Cond{Path: `a\=b`, Value: "1"}},
		{text: "name", err: `jsonio: condition "name": it must be path=value or path!=value`},
		{text: "=1", err: `jsonio: condition "=1": the path is empty`},
		{text: "a..b=1", err: `jsonio: condition "a..b=1": the path has an empty key`},
	}
	for _, c := range cases {
		got, err := ParseCond(c.text)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%q: error %v, want %s", c.text, err, c.err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%q: %+v, error %v", c.text, got, err)
		}
		if got.String() != c.text {
			t.Errorf("%q prints as %q", c.text, got)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	many := make([]Cond, condsMax+1)
	for i := range many {
		many[i] = Cond{Path: "k" + strconv.Itoa(i), Value: "1"}
	}
	if c, err := compile(Query{Path: "a", Where: many[:condsMax]}); err != nil || len(c.root.kids) != condsMax+1 {
		t.Errorf("%d conditions: %v", condsMax, err)
	}
	for want, q := range map[string]Query{
		"at most 63":    {Where: many},
		"empty key":     {Path: "a..b"},
		"path is empty": {Where: []Cond{{Value: "x"}}},
	} {
		if err := Select("-", q).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
