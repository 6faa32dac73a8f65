package cli

import (
	"bytes"
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite stdout, stderr and code of the cases")

// TestCases runs the command lines in testdata/cases in testdata/data. A case is a folder with the files cmd, and
// stdout, stderr and code, of which a missing one means nothing written and status 0. testdata/make.py makes the data
// and the expected results, so that these are not magpie's own. Reductions run with several workers and with none.
//
// Cases named hdf5_… need libhdf5, and those named nohdf5_… its absence; .ci/run tests both builds.
func TestCases(t *testing.T) {
	cases, err := filepath.Abs("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadDir(cases)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("testdata/data")
	for _, c := range all {
		name := c.Name()
		if strings.HasPrefix(name, "hdf5_") && !withHDF5 || strings.HasPrefix(name, "nohdf5_") && withHDF5 {
			continue
		}
		t.Run(name, func(t *testing.T) { runCase(t, filepath.Join(cases, name)) })
	}
}

func runCase(t *testing.T, dir string) {
	line := strings.TrimSpace(read(t, filepath.Join(dir, "cmd")))
	words, stdin := splitCommand(t, line)
	stdout, stderr, code := runMain(t, words, stdin)
	if *update {
		rewrite(t, filepath.Join(dir, "stdout"), stdout, "")
		rewrite(t, filepath.Join(dir, "stderr"), stderr, "")
		rewrite(t, filepath.Join(dir, "code"), strconv.Itoa(code)+"\n", "0\n")
	}
	want := read(t, filepath.Join(dir, "stdout"))
	wantError := read(t, filepath.Join(dir, "stderr"))
	wantCode := max(read(t, filepath.Join(dir, "code")), "0\n")
	if !nearlyEqual(stdout, want) {
		compare(t, line, "stdout", stdout, want)
	}
	compare(t, line, "stderr", stderr, wantError)
	compare(t, line, "status", strconv.Itoa(code)+"\n", wantCode)

	reductions := []string{"sum", "mean", "min", "max", "std", "count"}
	if len(words) == 0 || !slices.Contains(reductions, words[0]) || code == exitUsage {
		return
	}
	for _, mode := range [][]string{{"--sync"}, {"-j1"}, {"-j2"}, {"-j8"}, {"--memory=64MB"}} {
		with := slices.Concat(words[:1], mode, words[1:])
		again, stderr, code := runMain(t, with, stdin)
		compare(t, strings.Join(with, " "), "stdout", again, stdout)
		compare(t, strings.Join(with, " "), "stderr", stderr, wantError)
		compare(t, strings.Join(with, " "), "status", strconv.Itoa(code)+"\n", wantCode)
	}
}

// runMain runs a command line; stdin is the name of a file.
func runMain(t *testing.T, words []string, stdin string) (stdout, stderr string, code int) {
	t.Helper()
	in, err := os.Open(stdin)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	old := os.Stdin // what fileio reads for "-"
	os.Stdin = in
	defer func() { os.Stdin = old }()
	var out, errors bytes.Buffer
	code = Main(context.Background(), words, in, &out, &errors)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), strings.ReplaceAll(errors.String(), here, "$PWD"), code
}

// splitCommand splits a line as a shell does, as far as quotes 'like these' and "< file" go, and drops the program.
func splitCommand(t *testing.T, line string) (words []string, stdin string) {
	t.Helper()
	line, stdin, redirected := strings.Cut(line, " < ")
	if !redirected {
		stdin = os.DevNull
	}
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if len(words) == 0 || words[0] != "magpie" {
		t.Fatalf("%q is not a call of magpie", line)
	}
	return words[1:], stdin
}

// nearlyEqual allows for the last digit of a number: variances that were merged are rounded more than once.
func nearlyEqual(a, b string) bool {
	x, errX := strconv.ParseFloat(strings.TrimSpace(a), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(b), 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 4e-16*math.Abs(x)
}

func compare(t *testing.T, line, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s\n%s:\n%swant:\n%s", line, what, got, want)
	}
}

// read returns the content of a file, or "" where there is none.
func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// rewrite writes a file, or removes it if it would say what its absence says.
func rewrite(t *testing.T, path, text, absence string) {
	t.Helper()
	err := os.WriteFile(path, []byte(text), 0o644)
	if text == absence {
		err = os.Remove(path)
	}
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
}
