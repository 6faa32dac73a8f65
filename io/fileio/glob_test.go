package fileio

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNaturalCompare(t *testing.T) {
	// Each name comes before all that follow.
	sorted := []string{
		"", "0", "00", "1", "01", "2", "10", "a", "a/b", "a b", "a-b", "a1", "a01", "a1.b", "a1b", "a2", "a02", "a10",
		"a99999999999999999999998", "a99999999999999999999999", "a100000000000000000000000", "aa", "b1c2", "b01c2", "b1c3",
		"data/accounts.2.json.gz", "data/accounts.10.json.gz", "data.1/x", "é",
	}
	for i, a := range sorted {
		for j, b := range sorted {
			if got, want := NaturalCompare(a, b), compareInts(i, j); got != want {
				t.Errorf("NaturalCompare(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestGlob(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{
		"d/a.10.gz", "d/a.2.gz", "d/a.1.gz", "d/.a.3.gz", "d/sub/a.4.gz", "d/sub/deep/a.5.gz", "d/.hidden/a.6.gz", "odd[1]", "-x", "e.gz/a.gz",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct {
		name     string
		patterns string // separated by spaces
		want     string
	}{
		{"natural order", "d/*.gz", "d/a.1.gz d/a.2.gz d/a.10.gz"},
		{"hidden when asked for", "d/.*.gz", "d/.a.3.gz"},
		{"question mark", "d/a.?.gz", "d/a.1.gz d/a.2.gz"},
		{"class", "d/a.[12].gz", "d/a.1.gz d/a.2.gz"},
		{"any folder", "d/*/a.*.gz", "d/sub/a.4.gz"},
		{"any depth", "d/**/a.*.gz", "d/a.1.gz d/a.2.gz d/a.10.gz d/sub/a.4.gz d/sub/deep/a.5.gz"},
		{"any depth at the start", "**/a.4.gz", "d/sub/a.4.gz"},
		{"two of any depth", "**/**/a.4.gz", "d/sub/a.4.gz"},
		{"everything below", "d/sub/**", "d/sub/a.4.gz d/sub/deep/a.5.gz"},
		{"directories are no files", "*.gz e*/*", "NO MATCH"},
		{"literal name with meta characters", "odd[1]", "odd[1]"},
		{"escaped", `odd\[?]`, "odd[1]"},
		{"name that starts with a dash", "-x", "-x"},
		{"stdin", "-", "-"},
		{"several, as given", "d/a.2.gz d/a.1.gz - d/a.?.gz", "d/a.2.gz d/a.1.gz - d/a.1.gz d/a.2.gz"},
		{"absolute", dir + "/d/a.1*", dir + "/d/a.1.gz " + dir + "/d/a.10.gz"},
		{"parent", "d/../d/a.1*.gz", "d/a.1.gz d/a.10.gz"},
		{"file as folder", "-x/*", "NO MATCH"},
		{"no folder", "none/*.gz", "NO MATCH"},
		{"no file", "none", "NO MATCH"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Glob(strings.Fields(c.patterns)...)
			if c.want == "NO MATCH" {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %q, error %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, strings.Fields(c.want)) {
				t.Errorf("got  %q\nwant %q", got, strings.Fields(c.want))
			}
		})
	}
}

func TestGlobErrors(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	cases := []struct {
		patterns []string
		want     string
	}{
		{[]string{"data/a.*.gz"}, `fileio: no file matches "data/a.*.gz" in ` + dir},
		{[]string{dir + "/*.gz"}, `fileio: no file matches "` + dir + `/*.gz"`},
		{[]string{"none.gz"}, "fileio: open none.gz: no such file or directory"},
		{[]string{"a[.gz"}, `fileio: pattern "a[.gz": syntax error in pattern`},
		{[]string{dir}, "fileio: open " + dir + `: is a directory (a pattern such as "dir/*" names its files)`},
		{[]string{"-", "-"}, `fileio: standard input can be read only once: "-" is given twice`},
	}
	for _, c := range cases {
		_, err := Glob(c.patterns...)
		if err == nil || err.Error() != c.want {
			t.Errorf("Glob(%q): %v\nwant %s", c.patterns, err, c.want)
		}
	}
	if _, err := Glob("x*"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}
