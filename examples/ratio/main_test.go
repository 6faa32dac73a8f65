package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestSteps(t *testing.T) {
	for name, step := range map[string]struct {
		do   func(context.Context, io.Writer) error
		want string
	}{
		"gather": {gather, `^all: .*input 1 \(ratio-\d+\): ratio at main\.go:\d+: panic: .*divide by zero
those that worked: \[1 5\]
their sum: futures: sum: input 1 .*divide by zero
ratio: failed, sum: failed
$`},
		"rerun": {rerun, `^ratio-\S+, built at main\.go:\d+: panic: .*divide by zero
    numerator-\S+ = 25
    denominator-\S+ = 0
again, with 5 instead: <nil>
again, with 0: panic: .*divide by zero
$`},
		"inSync": {inSync, `^panic in this goroutine: .*divide by zero
$`},
		"list": {list, `^ratio-2, submitted at main\.go:\d+: .*divide by zero
    25
    0
$`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := step.do(context.Background(), &out); err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(step.want).Match(out.Bytes()) {
				t.Errorf("printed\n%swant a match of\n%s", &out, step.want)
			}
		})
	}
}

// TestTranscript checks that the lines of code that DEBUGGING.md shows are those of the files.
func TestTranscript(t *testing.T) {
	text, err := os.ReadFile("DEBUGGING.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]string{}
	for _, name := range []string{"main.go", "debug.go"} {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines[name] = strings.Split(string(code), "\n")
	}
	shown, file := 0, ""
	for line := range strings.Lines(string(text)) {
		if at := regexp.MustCompile(`ratio/(main|debug)\.go`).FindStringSubmatch(line); at != nil {
			file = at[1] + ".go"
		}
		code := regexp.MustCompile(`^(?:=>|  ) +(\d+):\t(.*)\n`).FindStringSubmatch(line)
		if code == nil {
			continue
		}
		shown++
		if n, _ := strconv.Atoi(code[1]); n > len(lines[file]) || lines[file][n-1] != code[2] {
			t.Errorf("line %d of %s is not %q", n, file, code[2])
		}
	}
	if shown != 14 {
		t.Errorf("%d lines of code found, want 14", shown)
	}
}
