package main

import (
	"bytes"
	"context"
	"io"
	"regexp"
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
ratio: error, sum: error
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
